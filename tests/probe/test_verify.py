"""Whether clients trust a chain, and if not, why."""

import hashlib
import itertools
import random
import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from ringfence.inventory import pem
from ringfence.inventory.handshakes import Fault, Role
from ringfence.probe.roots import trusted
from ringfence.probe.verify import Sent, Verdict, links, verify
from tests.probe.certificates import NOW, Issued, issue, rsa_key, signed_with_sha1
from tests.probe.pki import HOST, Case, Pki, purpose, within
from tests.probe.vectors import (
    DISAGREEMENTS,
    ISSUER_AT,
    OPENSSL_DIFFERS,
    SERVER,
    VECTORS,
    Vector,
)


def sent(chain: Sequence[Issued]) -> tuple[Sent, ...] | None:
    """*chain* as parsed; None: the server's own certificate cannot be."""
    loaded = [(pem.load(one.der), hashlib.sha256(one.der).hexdigest()) for one in chain]
    if loaded[0][0] is None:
        return None
    return tuple(Sent(*both, digest) for both, digest in loaded if both)


def judged(
    chain: Sequence[Issued],
    roots: Sequence[Issued],
    *,
    host: str = HOST,
    at: datetime = NOW,
) -> Verdict:
    """What is told of *chain* where Mozilla's roots and *roots* are trusted."""
    parsed = sent(chain)
    assert parsed is not None

    return verify(parsed, host, trusted("".join(root.pem for root in roots)), at)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.name for vector in VECTORS])
def test_chains_are_judged_as_x509_limbo_does(tmp_path: Path, vector: Vector) -> None:
    """Each case has its verdict, but for the disagreements that are explained."""
    case = vector.build(Pki(tmp_path))
    is_read = sent(case.chain) is not None
    is_trusted = is_read and not judged(case.chain, case.roots, host=case.host).faults

    assert vector.ours == is_trusted


def openssl_trusts(case: Case) -> bool:
    """Whether OpenSSL's client trusts the chain that OpenSSL's server sends."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.set_ciphers("DEFAULT:@SECLEVEL=0")
    server.load_cert_chain(case.chain[0].sent_with(*case.chain[1:]))
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.set_ciphers("DEFAULT:@SECLEVEL=2")
    client.load_verify_locations(cadata="".join(root.pem for root in case.roots))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname=case.host),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    for end in itertools.islice(itertools.cycle(ends), 8):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLError:
            return False
        if not end.server_side:
            return True
    raise AssertionError("the handshake does not end")


@pytest.mark.parametrize("vector", VECTORS, ids=[vector.name for vector in VECTORS])
def test_chains_are_judged_as_openssl_does(tmp_path: Path, vector: Vector) -> None:
    """An independent implementation agrees, but for differences that are explained."""
    differs = vector.name in OPENSSL_DIFFERS

    assert (vector.ours != differs) == openssl_trusts(vector.build(Pki(tmp_path)))


def test_disagreements_are_cases() -> None:
    """No explanation outlives its case, and no case is there twice."""
    names = [vector.name for vector in VECTORS]

    assert {*DISAGREEMENTS, *OPENSSL_DIFFERS} <= set(names)
    assert len(names) == len(set(names))


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    return Pki(tmp_path)


def test_mozillas_roots_are_trusted() -> None:
    """The roots that browsers trust are there without anybody naming them."""
    roots = trusted()

    assert len(roots.named) > 100
    assert any("ISRG Root X1" in name.rfc4514_string() for name in roots.named)


def test_time_is_data(pki: Pki) -> None:
    """A chain is judged for the time that is given, whatever the clock says."""
    root = pki.root(days=(-4000, 4000))
    chain = [pki.leaf(root)]
    later = NOW + timedelta(days=81)

    assert Verdict() == judged(chain, [root])
    assert Verdict((Fault.DAYS,), "certificate has expired") == judged(
        chain, [root], at=later
    )
    assert Verdict((Fault.DAYS,), "certificate is not yet valid") == judged(
        chain, [root], at=NOW - timedelta(days=11)
    )


def test_faults_are_told_apart(pki: Pki) -> None:
    """Of an expired certificate for another host by nobody known all three are told."""
    leaf = pki.leaf(pki.root(), days=(-90, -1), names=["b.example.com"])
    verdict = judged([leaf], [])

    assert (Fault.UNKNOWN_AUTHORITY, Fault.NAME, Fault.DAYS) == verdict.faults


def test_an_expired_certificate_with_its_chain_has_one_fault(pki: Pki) -> None:
    """The chain is judged within the days of the server's certificate."""
    root = pki.root(days=(-400, -2))
    leaf = pki.leaf(root, days=(-90, -5))

    assert (Fault.DAYS,) == judged([leaf], [root]).faults


def test_what_is_missing_is_named(pki: Pki) -> None:
    """A certificate that says where its issuer's is has one that was not sent."""
    root = pki.root()
    issuer = pki.authority(root)
    known = pki.leaf(issuer, extensions=[(ISSUER_AT, False)])
    missing = "the certificate of CN=Issuer, which signed CN=leaf, is not sent"

    assert Verdict((Fault.INCOMPLETE_CHAIN,), missing) == judged([known], [root])
    assert Verdict(
        (Fault.UNKNOWN_AUTHORITY,), f"{missing} and is of no known authority"
    ) == judged([pki.leaf(issuer)], [root])


def test_a_chain_to_a_private_root_says_where_it_ends(pki: Pki) -> None:
    """A root that is sent and not known is no missing certificate."""
    root = pki.root()

    assert Verdict(
        (Fault.UNKNOWN_AUTHORITY,),
        "its chain ends with CN=Root, which is no known authority",
    ) == judged([pki.leaf(root, extensions=[(ISSUER_AT, False)]), root], [])


def test_an_expired_issuer_is_named(pki: Pki) -> None:
    """Days of the chain are no days of the server's certificate."""
    root = pki.root()
    issuer = pki.authority(root, days=(-90, -1))

    assert Verdict(
        (Fault.INVALID,), "CN=Issuer in its chain: certificate has expired"
    ) == judged([pki.leaf(issuer), issuer], [root])


def test_sha_1_is_weak_and_not_unknown(tmp_path: Path) -> None:
    """A broken hash is told as such, where the chain leads to a known root."""
    root = issue(tmp_path, "Root", is_authority=True, key=rsa_key())
    leaf = issue(tmp_path, "leaf", by=root, names=[HOST])
    old = signed_with_sha1(tmp_path, leaf, root)

    assert Verdict((Fault.WEAK,), "CN=leaf has a signature with SHA1") == judged(
        [old], [root]
    )
    assert (Fault.UNKNOWN_AUTHORITY,) == judged([old], []).faults


def test_a_name_in_the_subject_only_is_no_other_name(pki: Pki) -> None:
    """Some clients accept it, so that it is told apart."""
    root = pki.root()
    own = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])

    assert (Fault.NAMELESS,) == judged(
        [pki.leaf(root, names=(), subject=own)], [root]
    ).faults
    assert (Fault.NAME,) == judged([pki.leaf(root, names=())], [root]).faults
    assert (Fault.NAME,) == judged(
        [pki.leaf(root, names=["b.example.com"], subject=own)], [root]
    ).faults


@pytest.mark.parametrize(
    ("order", "roles"),
    [
        ("L12", [Role.LEAF, Role.ISSUER, Role.ISSUER]),
        ("L12R", [Role.LEAF, Role.ISSUER, Role.ISSUER, Role.ISSUER]),
        ("L21", [Role.LEAF, Role.MISPLACED, Role.ISSUER]),
        ("L1X2", [Role.LEAF, Role.ISSUER, Role.SUPERFLUOUS, Role.ISSUER]),
        ("L112", [Role.LEAF, Role.ISSUER, Role.SUPERFLUOUS, Role.ISSUER]),
        ("L1L", [Role.LEAF, Role.ISSUER, Role.SUPERFLUOUS]),
        ("L2", [Role.LEAF, Role.SUPERFLUOUS]),
    ],
)
def test_each_certificate_that_is_sent_has_its_role(
    pki: Pki, order: str, roles: list[Role]
) -> None:
    """Issuers follow what they signed; the rest is misplaced or without use."""
    root = pki.root()
    second = pki.authority(root, "Two")
    first = pki.authority(second, "One")
    stray = pki.leaf(root, names=["b.example.com"])
    by_letter = {"R": root, "1": first, "2": second, "X": stray, "L": pki.leaf(first)}
    parsed = sent([by_letter[letter] for letter in order])
    assert parsed is not None

    assert roles == [link.role for link in links(parsed)]


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_no_certificate_of_a_hostile_peer_is_a_crash(pki: Pki) -> None:
    """Certificates with bytes changed at random are judged, or not read."""
    root = pki.root(key=rsa_key())
    issuer = pki.authority(root, extensions=within([HOST]))
    leaf = pki.leaf(issuer, extensions=[(ISSUER_AT, False), *purpose(SERVER)])
    chance = random.Random(1)
    verdicts = set()
    for _ in range(1500):
        ders = [bytearray(one.der) for one in (leaf, issuer)]
        for der in ders:
            for _ in range(chance.randint(0, 2)):
                der[chance.randrange(len(der))] = chance.choice(
                    (0, 1, 0x03, 0x7F, 0xFF)
                )
        loaded = [(pem.load(bytes(der)), bytes(der).hex()) for der in ders]
        if loaded[0][0]:
            parsed = tuple(Sent(*both, name) for both, name in loaded if both)
            assert len(parsed) == len(links(parsed))
            verdicts.add(verify(parsed, HOST, trusted(root.pem), NOW).faults)

    assert {(), (Fault.INCOMPLETE_CHAIN,)} < verdicts
