"""Chains of certificates made on the spot, good and with one thing wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from tests.probe.certificates import Extensions, Issued, issue

HOST = "a.example.com"


@dataclass(frozen=True)
class Case:
    """What a server sends, whom clients trust, and whether they go together."""

    chain: tuple[Issued, ...]
    roots: tuple[Issued, ...]
    host: str = HOST


@dataclass
class Pki:
    """Issues certificates into *folder*, and keeps what is told of them apart."""

    folder: Path
    count: int = field(default=0)

    def make(self, name: str, by: Issued | None = None, **options: Any) -> Issued:
        """One more certificate; its file's name is of no meaning."""
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        return issue(folder, name, by=by, **options)

    def root(self, **options: Any) -> Issued:
        return self.make("Root", is_authority=True, **options)

    def authority(self, by: Issued, name: str = "Issuer", **options: Any) -> Issued:
        return self.make(name, by, **({"is_authority": True} | options))

    def leaf(self, by: Issued | None, **options: Any) -> Issued:
        return self.make("leaf", by, **({"names": [HOST]} | options))


def usage(*, signs: bool) -> Extensions:
    """A key usage that allows certificates to be signed, or not."""
    names = (
        "content_commitment key_encipherment data_encipherment key_agreement crl_sign "
        "encipher_only decipher_only"
    )
    rest = dict.fromkeys(names.split(), False)
    return [(x509.KeyUsage(True, key_cert_sign=signs, **rest), True)]  # noqa: FBT003


def purpose(*oids: x509.ObjectIdentifier) -> Extensions:
    return [(x509.ExtendedKeyUsage(oids), False)]


def within(permitted: Sequence[str] = (), excluded: Sequence[str] = ()) -> Extensions:
    """Constraints to names under these domains."""
    both = ([x509.DNSName(name) for name in names] for names in (permitted, excluded))
    yes, no = both
    return [(x509.NameConstraints(yes or None, no or None), True)]


def simple(pki: Pki, **leaf: Any) -> Case:
    """Root and leaf."""
    root = pki.root()
    return Case((pki.leaf(root, **leaf),), (root,))


def named(*names: str, host: str = HOST) -> Callable[[Pki], Case]:
    """Root, and a leaf for *names*, asked for as *host*."""

    def build(pki: Pki) -> Case:
        case = simple(pki, names=names)
        return Case(case.chain, case.roots, host)

    return build


def addressed(text: str, host: str) -> Callable[[Pki], Case]:
    """Root, and a leaf for the address *text*, asked for as *host*."""
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(text))])

    def build(pki: Pki) -> Case:
        case = simple(pki, names=(), extensions=[(names, False)])
        return Case(case.chain, case.roots, host)

    return build


def leafed(**options: Any) -> Callable[[Pki], Case]:
    """Root, and a leaf with *options*."""
    return lambda pki: simple(pki, **options)


def rooted(**options: Any) -> Callable[[Pki], Case]:
    """A root with *options*, and a leaf."""

    def build(pki: Pki) -> Case:
        root = pki.root(**options)
        return Case((pki.leaf(root),), (root,))

    return build


def through(
    *links: dict[str, Any], leaf: dict[str, Any] | None = None
) -> Callable[[Pki], Case]:
    """Root, an intermediate for each of *links*, and a leaf."""

    def build(pki: Pki) -> Case:
        above = [root := pki.root()]
        for place, options in enumerate(links):
            fields = {"name": f"Issuer {place}"} | options
            above.append(pki.authority(above[-1], **fields))
        last = pki.leaf(above[-1], **(leaf or {}))
        return Case((last, *reversed(above[1:])), (root,))

    return build


def untrusted_root(pki: Pki) -> Case:
    case = through({})(pki)
    return Case((*case.chain, *case.roots), (pki.make("Other", is_authority=True),))


def missing_intermediate(pki: Pki) -> Case:
    case = through({})(pki)
    return Case(case.chain[:1], case.roots)


def authority_as_leaf(pki: Pki) -> Case:
    root = pki.root()
    first = pki.authority(root, path_length=0)
    second = pki.authority(first, path_length=0, names=[HOST], name="Second")
    return Case((second, first), (root,))


def wrong_order(pki: Pki) -> Case:
    case = through({}, {})(pki)
    leaf, second, first = case.chain
    return Case((leaf, first, second), case.roots)


def one_of_two_expired(pki: Pki) -> Case:
    """Two intermediates of one name and key, the first of which expired."""
    root, key = pki.root(), ec.generate_private_key(ec.SECP256R1())
    old = pki.authority(root, key=key, days=(-90, -1))
    new = pki.authority(root, key=key)
    return Case((pki.leaf(new), old, new), (root,))


def cross_signed(pki: Pki) -> Case:
    """An intermediate also signed by a root that nobody trusts any more."""
    root, gone = pki.root(), pki.make("Gone", is_authority=True)
    key = ec.generate_private_key(ec.SECP256R1())
    theirs, ours = pki.authority(gone, key=key), pki.authority(root, key=key)
    return Case((pki.leaf(ours), theirs, gone, ours), (root,))


def cycle(pki: Pki) -> Case:
    """Two authorities that signed each other, and no root."""
    one, two = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    start = pki.make("One", is_authority=True, key=one)
    second = pki.authority(start, "Two", key=two)
    first = pki.authority(second, "One", key=one)
    return Case((pki.leaf(first), first, second), (pki.root(),))


def like_named_root(pki: Pki) -> Case:
    """A root of the right name with another key."""
    return Case((pki.leaf(pki.root()),), (pki.root(),))


def self_signed_leaf(pki: Pki) -> Case:
    return Case((pki.leaf(None),), (pki.root(),))


def trusted_leaf(pki: Pki) -> Case:
    own = pki.leaf(None)
    return Case((own,), (own,))


def self_issued(pki: Pki) -> Case:
    """Certificates with one issuer and subject do not count for path lengths."""
    root = pki.root()
    first = pki.authority(root, path_length=1)
    again = pki.authority(first, path_length=1)
    third = pki.authority(again, path_length=0, name="Third")
    return Case((pki.leaf(third), third, again, first), (root,))
