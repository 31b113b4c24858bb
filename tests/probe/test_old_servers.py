"""What servers take, old ones above all: real handshakes of two implementations."""

import itertools
import socket
import ssl
import time
from pathlib import Path
from threading import Event

import pytest
from cryptography import x509

from ringfence.inventory.handshakes import Offer, TlsObservation
from ringfence.probe import anywhere, observe
from tests.probe import peers
from tests.probe.certificates import Issued, issue, rsa_key
from tests.probe.wire import record, scripted

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOST = "git.example.com"
SSL3, TLS1_0, TLS1_1, TLS1_2 = (3, 0), (3, 1), (3, 2), (3, 3)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    folder = tmp_path_factory.mktemp("authority")
    return issue(folder, "Example Root", is_authority=True)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, authority: Issued) -> Issued:
    folder = tmp_path_factory.mktemp("good")
    return issue(folder, "good", by=authority, names=[HOST], key=rsa_key())


def look(
    handle: peers.Handle, authority: Issued, *, timeout_s: float = 10
) -> TlsObservation:
    """What a probe sees of *handle*, which must not be an error."""
    with peers.serving(handle) as port:
        seen = observe(
            HOST,
            443,
            may_dial=anywhere,
            connect_to=("127.0.0.1", port),
            roots=authority.pem,
            timeout_s=timeout_s,
        ).tls
    assert seen is not None
    assert "" == seen.error

    return seen


def offered(offers: object) -> set[str]:
    """The names of what is offered; all the rest must be refused."""
    assert isinstance(offers, dict)
    assert Offer.UNTRIED not in offers.values()

    return {name for name, offer in offers.items() if offer is Offer.OFFERED}


def after(count: int, first: peers.Handle, then: peers.Handle) -> peers.Handle:
    """Answer so many connections with *first*, and with *then* from there on."""
    seen = itertools.count()

    def handle(connection: socket.socket) -> None:
        (first if next(seen) < count else then)(connection)

    return handle


def test_a_server_of_today_takes_nothing_old(good: Issued, authority: Issued) -> None:
    """TLS 1.2 and 1.3 with good ciphers, and no word of anything else."""
    seen = look(peers.tls(good.path), authority)

    assert {"TLSv1.3", "TLSv1.2"} == offered(seen.versions)
    assert set() == offered(seen.ciphers)
    assert (True, False) == (seen.is_trusted, seen.staples)


@pytest.mark.parametrize(
    "version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"]
)
def test_a_server_of_one_version_takes_that_only(
    good: Issued, authority: Issued, version: ssl.TLSVersion
) -> None:
    """What the server does not offer is told apart from what was not tested."""
    seen = look(peers.tls(good.path, version), authority)

    assert {version.name.replace("_", ".")} == offered(seen.versions)
    assert set() == offered(seen.ciphers)
    assert ssl.TLSVersion.TLSv1_3 is not version or seen.staples is None


@pytest.mark.parametrize(
    ("lowest", "names"),
    [
        (SSL3, {"SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"}),
        (TLS1_0, {"TLSv1", "TLSv1.1", "TLSv1.2"}),
        (TLS1_1, {"TLSv1.1", "TLSv1.2"}),
        (TLS1_2, {"TLSv1.2"}),
    ],
)
def test_every_version_is_asked_for(
    good: Issued, authority: Issued, lowest: tuple[int, int], names: set[str]
) -> None:
    """That it would rather speak a newer version hides no old one."""
    seen = look(peers.old_tls(good.path, versions=(lowest, TLS1_2)), authority)

    assert names == offered(seen.versions)


@pytest.mark.parametrize(
    ("cipher", "family"), [("null", "NULL"), ("rc4", "RC4"), ("3des", "3DES")]
)
def test_every_family_is_asked_for(
    good: Issued, authority: Issued, cipher: str, family: str
) -> None:
    """That it would rather use a good cipher hides no bad one."""
    seen = look(peers.old_tls(good.path, ciphers=["aes128", cipher]), authority)

    assert {family} == offered(seen.ciphers)
    assert seen.cipher.startswith("ECDHE-RSA-AES128")


def test_all_families_are_found(good: Issued, authority: Issued) -> None:
    """What the server picked first hides no other."""
    seen = look(
        peers.old_tls(good.path, ciphers=["aes128", "rc4", "3des", "null"]), authority
    )

    assert {"NULL", "RC4", "3DES"} == offered(seen.ciphers)


@pytest.mark.parametrize(
    ("suites", "families"),
    [
        ([0x0003], {"EXPORT"}),
        ([0x0064, 0x002F], {"EXPORT"}),
        ([0x0009, 0x0015], {"DES"}),
        ([0x0019, 0x0018, 0x002F], {"EXPORT", "anonymous"}),
    ],
)
def test_what_no_library_speaks_any_more_is_found(
    good: Issued, authority: Issued, suites: list[int], families: set[str]
) -> None:
    """Which suites a server takes shows before either side needs a key."""
    handle = scripted((3, 1), suites, chain=[good.der])
    seen = look(handle, authority)

    assert families == offered(seen.ciphers)
    assert ("TLSv1", True) == (seen.protocol, seen.is_trusted)


def test_a_stapled_response_is_seen(good: Issued, authority: Issued) -> None:
    """A server that staples says so in clear; an empty response is none."""
    stapling, empty = (
        scripted((3, 3), [0xC02F], chain=[good.der], staple=staple)
        for staple in (b"response", b"")
    )

    assert look(stapling, authority).staples is True
    assert look(empty, authority).staples is False


def test_anonymous_ciphers_are_found(good: Issued, authority: Issued) -> None:
    """A server that shows its certificate may do without on request."""
    without = peers.old_tls(good.path, is_anonymous=True)
    handle = after(5, peers.old_tls(good.path), without)  # handshake and versions

    assert {"anonymous"} == offered(look(handle, authority).ciphers)


@pytest.mark.parametrize(
    ("versions", "cipher", "name"),
    [
        ((TLS1_0, TLS1_2), "rc4", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
        ((TLS1_0, TLS1_0), "rc4", "TLS_ECDHE_RSA_WITH_RC4_128_SHA"),
        ((TLS1_0, TLS1_2), "null", "TLS_ECDHE_RSA_WITH_NULL_SHA"),
        ((TLS1_0, TLS1_2), "3des", "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA"),
        ((SSL3, SSL3), "aes128", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
    ],
)
def test_a_server_that_the_platform_cannot_speak_with_is_read(
    good: Issued,
    authority: Issued,
    versions: tuple[tuple[int, int], tuple[int, int]],
    cipher: str,
    name: str,
) -> None:
    """Its certificate is in the clear part of the handshake, and is verified."""
    handle = peers.old_tls(good.path, versions=versions, ciphers=[cipher])
    seen = look(handle, authority)

    assert name == seen.cipher
    assert (True, "CN=good") == (seen.is_trusted, seen.subject)
    assert Offer.UNTRIED is seen.versions["TLSv1.3"]


def test_a_server_without_forward_secrecy_chooses_rsa(
    good: Issued, authority: Issued
) -> None:
    """What a client of today ends up with is told, not what it might ask for."""
    handle = peers.tls(good.path, ssl.TLSVersion.TLSv1_2, ciphers="kRSA")

    assert "AES256-GCM-SHA384" == look(handle, authority).cipher


def test_a_server_that_ignores_old_hellos_is_not_tested(
    good: Issued, authority: Issued
) -> None:
    """Silence is no refusal, and costs less than half of the time-out in all."""
    released = Event()
    serve, ignore = peers.tls(good.path), peers.silent(released)

    def handle(connection: socket.socket) -> None:
        is_old = connection.recv(11, socket.MSG_PEEK)[9:11] < b"\3\3"
        (ignore if is_old else serve)(connection)

    started = time.monotonic()
    seen = look(handle, authority, timeout_s=4)
    released.set()

    assert time.monotonic() - started < 3

    assert {
        "TLSv1.3": Offer.OFFERED,
        "TLSv1.2": Offer.OFFERED,
        "TLSv1.1": Offer.UNTRIED,
        "TLSv1": Offer.UNTRIED,
        "SSLv3": Offer.UNTRIED,
    } == seen.versions


def test_must_staple_is_read(tmp_path: Path, authority: Issued) -> None:
    """A certificate's promise to staple is told, and that the server does not."""
    promise = x509.TLSFeature([x509.TLSFeatureType.status_request])
    leaf = issue(
        tmp_path, "stapled", by=authority, names=[HOST], extensions=[(promise, False)]
    )
    seen = look(peers.tls(leaf.path), authority)

    assert (True, False) == (seen.must_staple, seen.staples)


@pytest.mark.parametrize(
    "hostile",
    [
        peers.endless(record(21, b"\1\x70") * 100),
        peers.endless(record(22, b"\x0b\0\xff\xff" + bytes(16000))),
        peers.says(record(22, b"\2\0\0\4junk")),
        peers.dripping(b"\x16\3\3", Event()),
        peers.says(record(21, b"\2\x50")),
    ],
    ids=["warnings", "a long message", "junk", "drip", "internal error"],
)
def test_a_peer_that_turns_hostile_is_not_tested(
    good: Issued, authority: Issued, hostile: peers.Handle
) -> None:
    """After its handshake it can cost time within the time-out, and tell nothing."""
    started = time.monotonic()
    handle = after(1, peers.tls(good.path), hostile)
    seen = look(handle, authority, timeout_s=1.5)

    assert ("TLSv1.3", True) == (seen.protocol, seen.is_trusted)
    assert {"TLSv1.3"} == {
        name for name, offer in seen.versions.items() if offer is not Offer.UNTRIED
    }
    assert {Offer.UNTRIED} == set(seen.ciphers.values())
    assert time.monotonic() - started < 3
