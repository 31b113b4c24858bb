"""
Real servers with one thing wrong, from handshake to findings.

The categories are badssl.com's (https://github.com/chromium/badssl.com) as far as
they are the server's and not the browser's business, and Atlassian's own.
"""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Report
from ringfence.inventory import Inventory
from ringfence.probe import anywhere, observe
from tests.probe import peers
from tests.probe.certificates import NOW, Issued, issue, rsa_key, signed_with_sha1
from tests.probe.vectors import ISSUER_AT

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

HOST = "git.example.com"


@dataclass(frozen=True)
class Shop:
    """A private authority whose root clients trust, and what it issues."""

    folder: Path
    root: Issued
    issuer: Issued

    def leaf(self, name: str = HOST, **options: Any) -> Issued:
        """A certificate as ordered, good unless *options* say otherwise."""
        defaults: dict[str, Any] = {"by": self.issuer, "names": [HOST]}
        return issue(self.folder, name, **(defaults | options))

    def serving(self, leaf: Issued, **options: Any) -> peers.Handle:
        """A server of today that sends *leaf* with its issuer."""
        return peers.tls(leaf.sent_with(self.issuer), **options)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    root = issue(tmp_path, "Example Root", is_authority=True)
    issuer = issue(
        tmp_path, "Example Issuer", by=root, is_authority=True, key=RSA, path_length=0
    )
    return Shop(tmp_path, root, issuer)


RSA = rsa_key()
OLD_CIPHERS = {"versions": ((3, 3), (3, 3))}


def judged(handle: peers.Handle, roots: str, *, host: str = HOST) -> Report:
    """What is found about *handle* where *roots* are trusted."""
    with peers.serving(handle) as port:
        seen = observe(
            host,
            443,
            may_dial=anywhere,
            connect_to=("127.0.0.1", port),
            roots=roots,
            at=NOW,
        ).tls
    assert seen is not None
    inventory = Inventory(
        account="",
        region="",
        taken_at=NOW,
        read=frozenset({"asked", "tls_observations"}),
        tls_observations=(seen,),
    )
    return evaluate(Estate(inventory))


def found(report: Report) -> set[str]:
    """The codes of what was found; one bad thing is one finding of its check."""
    codes = [finding.check for finding in report.findings]
    assert len(codes) == len(set(codes))

    return set(codes)


def of_atlassians_image(shop: Shop) -> peers.Handle:
    """What Atlassian's image makes at first boot and serves, a year later."""
    words = {
        NameOID.COUNTRY_NAME: "US",
        NameOID.STATE_OR_PROVINCE_NAME: "CA",
        NameOID.LOCALITY_NAME: "San Francisco",
        NameOID.ORGANIZATION_NAME: "An Atlassian Customer",
        NameOID.ORGANIZATIONAL_UNIT_NAME: "An Atlassian Customer's Team",
        NameOID.COMMON_NAME: HOST,
        NameOID.EMAIL_ADDRESS: "sales@atlassian.com",
    }
    subject = x509.Name([x509.NameAttribute(oid, text) for oid, text in words.items()])
    own = shop.leaf(by=None, names=(), subject=subject, key=RSA, has_constraints=False)
    return peers.old_tls(own.path, ciphers=["aes256gcm", "aes128"])


def misordered(shop: Shop) -> peers.Handle:
    return peers.tls(shop.leaf().sent_with(shop.root, shop.issuer))


def padded(shop: Shop) -> peers.Handle:
    stray = shop.leaf("stray", names=["stray.example.com"])
    return peers.tls(shop.leaf().sent_with(shop.issuer, stray))


def sha1(shop: Shop) -> peers.Handle:
    leaf = shop.leaf()
    return shop.serving(signed_with_sha1(shop.folder, leaf, shop.issuer))


def named_in_subject(shop: Shop) -> peers.Handle:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    return shop.serving(shop.leaf(names=(), subject=subject))


def incomplete(shop: Shop) -> peers.Handle:
    return peers.tls(shop.leaf(extensions=[(ISSUER_AT, False)]).path)


def stapling(shop: Shop) -> peers.Handle:
    promise = x509.TLSFeature([x509.TLSFeatureType.status_request])
    return shop.serving(shop.leaf(extensions=[(promise, False)]))


def unknown(shop: Shop) -> peers.Handle:
    other = issue(shop.folder, "Other Root", is_authority=True)
    leaf = shop.leaf(by=other)
    return peers.tls(leaf.sent_with(other))


def old(**options: Any) -> Callable[[Shop], peers.Handle]:
    """A good certificate on an old server."""

    def build(shop: Shop) -> peers.Handle:
        leaf = shop.leaf(key=RSA)
        return peers.old_tls(leaf.sent_with(shop.issuer), **options)

    return build


def leafed(**options: Any) -> Callable[[Shop], peers.Handle]:
    """A certificate with *options* on a server of today."""
    return lambda shop: shop.serving(shop.leaf(**options))


def without_forward_secrecy(shop: Shop) -> peers.Handle:
    leaf = shop.leaf(key=RSA)
    return shop.serving(leaf, version=ssl.TLSVersion.TLSv1_2, ciphers="kRSA:!eNULL")


def of_one_version(version: ssl.TLSVersion) -> Callable[[Shop], peers.Handle]:
    return lambda shop: shop.serving(shop.leaf(), version=version)


BAD: dict[str, tuple[Callable[[Shop], peers.Handle], set[str]]] = {
    "expired": (leafed(days=(-90, -1)), {"TLS-001"}),
    "not yet valid": (leafed(days=(1, 90)), {"TLS-001"}),
    "about to expire": (leafed(days=(-60, 20)), {"TLS-003"}),
    "self-signed": (lambda shop: peers.tls(shop.leaf(by=None).path), {"TLS-002"}),
    "self-signed, expired, weak, nameless": (
        lambda shop: peers.tls(
            shop.leaf(by=None, days=(-90, -1), key=rsa_key(1024), names=()).path
        ),
        {"TLS-001", "TLS-002", "TLS-008"},
    ),
    "untrusted root": (unknown, {"TLS-002"}),
    "wrong host": (leafed(names=["www.example.org"]), {"TLS-002"}),
    "incomplete chain": (incomplete, {"TLS-004"}),
    "chain in the wrong order": (misordered, {"TLS-004"}),
    "chain with a stray": (padded, {"TLS-004"}),
    "SHA-1": (sha1, {"TLS-008"}),
    "RSA 1024": (leafed(key=rsa_key(1024)), {"TLS-008"}),
    "P-224": (
        leafed(key=ec.generate_private_key(ec.SECP224R1())),
        {"TLS-008"},
    ),
    "name in the subject only": (named_in_subject, {"TLS-009"}),
    "must-staple": (stapling, {"TLS-010"}),
    "TLS 1.0": (old(versions=((3, 1), (3, 1))), {"TLS-005"}),
    "TLS 1.1": (old(versions=((3, 2), (3, 2))), {"TLS-005"}),
    "TLS 1.0 besides 1.2": (old(versions=((3, 1), (3, 3))), {"TLS-005"}),
    "SSL 3.0 besides 1.2": (old(versions=((3, 0), (3, 3))), {"TLS-005"}),
    "RC4": (old(**OLD_CIPHERS, ciphers=["rc4"]), {"TLS-006"}),
    "3DES": (old(**OLD_CIPHERS, ciphers=["3des"]), {"TLS-006"}),
    "NULL": (old(**OLD_CIPHERS, ciphers=["null"]), {"TLS-006"}),
    "RC4 besides AES": (old(**OLD_CIPHERS, ciphers=["aes128", "rc4"]), {"TLS-006"}),
    "no forward secrecy": (without_forward_secrecy, {"TLS-007"}),
    "of Atlassian's image": (of_atlassians_image, {"TLS-002", "TLS-005"}),
}

GOOD: dict[str, Callable[[Shop], peers.Handle]] = {
    "EC": leafed(),
    "RSA": leafed(key=RSA),
    "RSA 3072": leafed(key=rsa_key(3072)),
    "P-384": leafed(key=ec.generate_private_key(ec.SECP384R1())),
    "wildcard": leafed(names=["*.example.com"]),
    "several names": leafed(names=["www.example.com", HOST]),
    "with its root": lambda shop: peers.tls(
        shop.leaf().sent_with(shop.issuer, shop.root)
    ),
    "TLS 1.2": of_one_version(ssl.TLSVersion.TLSv1_2),
    "TLS 1.3": of_one_version(ssl.TLSVersion.TLSv1_3),
    "another implementation": old(**OLD_CIPHERS, ciphers=["aes256gcm", "aes128"]),
}


@pytest.mark.parametrize("name", BAD)
def test_one_bad_thing_is_one_finding(shop: Shop, name: str) -> None:
    """Each server is told by the check that is for it, and by no other."""
    serve, codes = BAD[name]

    assert codes == found(judged(serve(shop), shop.root.pem))


@pytest.mark.parametrize("name", GOOD)
def test_every_good_server_is_quiet(shop: Shop, name: str) -> None:
    """What is fine is not told, and nothing about it is unknown."""
    report = judged(GOOD[name](shop), shop.root.pem)

    assert set() == found(report)
    assert () == report.unknowns


def test_a_weak_issuer_is_told_where_clients_find_no_way_around(shop: Shop) -> None:
    """What another path avoids does no harm: an old cross-signature is not told."""
    root = issue(shop.folder, "RSA Root", is_authority=True, key=RSA)
    new = issue(shop.folder, "Old Issuer", by=root, is_authority=True)
    old_one = signed_with_sha1(shop.folder, new, root)
    leaf = shop.leaf(by=new)

    weak = judged(peers.tls(leaf.sent_with(old_one)), root.pem)
    avoided = judged(peers.tls(leaf.sent_with(old_one, new)), root.pem)

    assert {"TLS-008"} == found(weak)
    assert "an issuer (CN=Old Issuer) with a signature" in weak.findings[0].message
    assert set() == found(avoided)


def test_an_owner_may_trust_one_certificate(shop: Shop) -> None:
    """A self-signed certificate among the roots is trusted, for its name."""
    own = shop.leaf(by=None)

    old_one = shop.leaf("old", by=None, days=(-90, -1))

    assert set() == found(judged(peers.tls(own.path), own.pem))
    assert {"TLS-001"} == found(judged(peers.tls(old_one.path), old_one.pem))
    assert {"TLS-002"} == found(
        judged(peers.tls(own.path), own.pem, host="jira.example.com")
    )


def test_what_atlassians_image_made_is_recognised(shop: Shop) -> None:
    """It is called by name, with where its files are."""
    report = judged(of_atlassians_image(shop), shop.root.pem)
    (finding,) = [one for one in report.findings if one.check == "TLS-002"]

    assert "Atlassian's machine image made for itself at first boot" in finding.message
    assert "/etc/nginx/ssl/self-ssl.crt" in finding.fix


@pytest.mark.parametrize(
    "handle",
    [
        peers.says(),
        peers.says(b"\x16\x03\x03\x00\x04junk"),
        peers.says(b"\x16\x03\x03\x00\x2a\x02\x00\x00\x26\x03\x03" + bytes(35)),
        peers.says(b"\x15\x03\x03\x00\x02\x02\x28"),
        peers.says(b"SSH-2.0-OpenSSH_9.6\r\n"),
        peers.endless(b"\x16\x03\x03\x40\x00" + b"\x0b" * 0x4000),
        peers.endless(b"\0" * 4096),
    ],
    ids=["closes", "junk", "half a hello", "alert", "ssh", "endless TLS", "endless"],
)
def test_a_hostile_peer_is_one_unknown(handle: peers.Handle) -> None:
    """It costs little, and is told once for all checks: nothing passes."""
    report = judged(handle, "")

    assert {"RF-005"} == found(report)
    assert 11 == len(report.unknowns)
