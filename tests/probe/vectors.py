"""
Chains to be verified, by the categories of C2SP's x509-limbo.

That suite is in no package registry, so these are made here: each is named like
the case of it that it follows, and *limbo* is whether that case is to verify.
*ours* differs where `DISAGREEMENTS` says why. What `cryptography` does not build
is left out: duplicate extensions, version 1, serial numbers that are too long,
revocation lists.
"""

from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.probe.certificates import rsa_key
from tests.probe.pki import (
    HOST,
    Case,
    Pki,
    addressed,
    authority_as_leaf,
    cross_signed,
    cycle,
    leafed,
    like_named_root,
    missing_intermediate,
    named,
    one_of_two_expired,
    purpose,
    rooted,
    self_issued,
    self_signed_leaf,
    through,
    trusted_leaf,
    untrusted_root,
    usage,
    within,
    wrong_order,
)

ODD = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55738.666.1"), b"")


@dataclass(frozen=True)
class Vector:
    """One case by its name in x509-limbo."""

    name: str
    build: Callable[[Pki], Case]
    limbo: bool

    @property
    def ours(self) -> bool:
        """Whether `verify` finds no fault."""
        return self.limbo != (self.name in DISAGREEMENTS)


_LENIENT = (
    "the web's profile forbids it; OpenSSL, Java and Git accept it, and companies' own "
    "authorities do it"
)
# Where `verify` does not answer as x509-limbo would have it, and why.
DISAGREEMENTS = {
    "rfc5280::aki::leaf-missing-aki": _LENIENT,
    "rfc5280::ski::intermediate-missing-ski": _LENIENT,
    "rfc5280::root-non-critical-basic-constraints": _LENIENT,
    "rfc5280::leaf-ku-keycertsign": _LENIENT,
    "webpki::eku::root-has-eku": _LENIENT,
    "webpki::san::san-critical-with-nonempty-subject": _LENIENT,
    "webpki::forbidden-weak-rsa-in-leaf": "clients differ; TLS-008 tells weak keys",
    "webpki::forbidden-p192-leaf": "clients differ; TLS-008 tells weak keys",
    "pathlen::self-issued-certs-pathlen": (
        "`cryptography` counts self-issued certificates, as Go and webpki do"
    ),
    "webpki::ca-as-leaf": _LENIENT,
}

# Where OpenSSL, which most clients on servers use, answers otherwise than `verify`.
OPENSSL_DIFFERS = {
    "webpki::malformed-aia": "it does not look into what it does not need",
    "webpki::forbidden-weak-rsa-in-leaf": "refused at security level 2, not at 1",
    "webpki::forbidden-p192-leaf": "it has no handshake with it by default",
    "bettertls::pathbuilding::cross-signed": "it does not go back to try another path",
}

SERVER, CLIENT = ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH
ANY = ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE
CRITICAL_NAME = x509.SubjectAlternativeName([x509.DNSName(HOST)])
MALFORMED = x509.UnrecognizedExtension(x509.OID_AUTHORITY_INFORMATION_ACCESS, b"bad")
ISSUER_AT = x509.AuthorityInformationAccess(
    [x509.AccessDescription(x509.OID_CA_ISSUERS, x509.DNSName("example.com"))]
)

VECTORS = (
    Vector("webpki::san::exact-san", named(HOST), limbo=True),
    Vector("webpki::san::several", named("b.example.com", HOST), limbo=True),
    Vector("webpki::san::case", named("A.Example.COM"), limbo=True),
    Vector("webpki::san::mismatch-domain-san", named("a.example.org"), limbo=False),
    Vector("webpki::san::mismatch-subdomain-san", named("b.example.com"), limbo=False),
    Vector("webpki::san::mismatch-subdomain-apex", named("example.com"), limbo=False),
    Vector(
        "webpki::san::mismatch-apex-subdomain",
        named(HOST, host="example.com"),
        limbo=False,
    ),
    Vector(
        "webpki::san::public-suffix-wildcard-san",
        named("*.com", host="example.com"),
        limbo=False,
    ),
    Vector("webpki::san::leftmost-wildcard-san", named("*.example.com"), limbo=True),
    Vector(
        "webpki::san::wildcard-embedded-leftmost-san",
        named("ba*.example.com", host="baz.example.com"),
        limbo=False,
    ),
    Vector(
        "webpki::san::wildcard-not-in-leftmost-san",
        named("foo.*.example.com", host="foo.bar.example.com"),
        limbo=False,
    ),
    Vector(
        "webpki::san::wildcard-match-across-labels-san",
        named("*.example.com", host="foo.bar.example.com"),
        limbo=False,
    ),
    Vector(
        "webpki::san::wildcard-embedded-ulabel-san",
        named("xn--*-1b3c148a.example.com", host="xn--bliss-1b3c148a.example.com"),
        limbo=False,
    ),
    Vector("webpki::san::wildcard-alone", named("*", host="localhost"), limbo=False),
    Vector("webpki::san::no-san", leafed(names=()), limbo=False),
    Vector("webpki::san::ip", addressed("203.0.113.7", "203.0.113.7"), limbo=True),
    Vector("webpki::san::ipv6", addressed("2001:db8::1", "2001:db8::1"), limbo=True),
    Vector(
        "webpki::san::mismatch-ip", addressed("203.0.113.8", "203.0.113.7"), limbo=False
    ),
    Vector(
        "webpki::san::ip-as-dns", named("203.0.113.7", host="203.0.113.7"), limbo=False
    ),
    Vector(
        "webpki::san::san-critical-with-nonempty-subject",
        leafed(names=(), extensions=[(CRITICAL_NAME, True)]),
        limbo=False,
    ),
    Vector(
        "webpki::malformed-aia", leafed(extensions=[(MALFORMED, False)]), limbo=False
    ),
    Vector(
        "webpki::forbidden-weak-rsa-in-leaf", leafed(key=rsa_key(1024)), limbo=False
    ),
    Vector(
        "webpki::forbidden-weak-rsa-in-root", rooted(key=rsa_key(1024)), limbo=False
    ),
    Vector(
        "webpki::forbidden-p192-leaf",
        leafed(key=ec.generate_private_key(ec.SECP192R1())),
        limbo=False,
    ),
    Vector("webpki::ca-as-leaf", leafed(is_authority=True), limbo=False),
    Vector("webpki::eku::ee-eku", leafed(extensions=purpose(SERVER)), limbo=True),
    Vector(
        "webpki::eku::ee-wrong-eku", leafed(extensions=purpose(CLIENT)), limbo=False
    ),
    Vector("webpki::eku::ee-anyeku", leafed(extensions=purpose(ANY)), limbo=False),
    Vector(
        "webpki::eku::root-has-eku", rooted(extensions=purpose(SERVER)), limbo=False
    ),
    Vector(
        "webpki::eku::intermediate-wrong-eku",
        through({"extensions": purpose(CLIENT)}),
        limbo=False,
    ),
    Vector("rfc5280::chain-untrusted-root", untrusted_root, limbo=False),
    Vector("rfc5280::missing-intermediate", missing_intermediate, limbo=False),
    Vector("rfc5280::like-named-root", like_named_root, limbo=False),
    Vector("rfc5280::self-signed-leaf", self_signed_leaf, limbo=False),
    Vector("rfc5280::trusted-leaf", trusted_leaf, limbo=True),
    Vector(
        "rfc5280::unknown-critical-extension-ee",
        leafed(extensions=[(ODD, True)]),
        limbo=False,
    ),
    Vector(
        "rfc5280::unknown-critical-extension-root",
        rooted(extensions=[(ODD, True)]),
        limbo=False,
    ),
    Vector(
        "rfc5280::unknown-critical-extension-intermediate",
        through({"extensions": [(ODD, True)]}),
        limbo=False,
    ),
    Vector("rfc5280::unknown-extension", leafed(extensions=[(ODD, False)]), limbo=True),
    Vector(
        "rfc5280::intermediate-ca-without-ca-bit",
        through({"is_authority": False}),
        limbo=False,
    ),
    Vector(
        "rfc5280::intermediate-ca-missing-basic-constraints",
        through({"has_constraints": False}),
        limbo=False,
    ),
    Vector(
        "rfc5280::root-missing-basic-constraints",
        rooted(has_constraints=False),
        limbo=False,
    ),
    Vector(
        "rfc5280::root-non-critical-basic-constraints",
        rooted(
            has_constraints=False,
            extensions=[(x509.BasicConstraints(ca=True, path_length=None), False)],
        ),
        limbo=False,
    ),
    Vector(
        "rfc5280::root-inconsistent-ca-extensions",
        rooted(extensions=usage(signs=False)),
        limbo=False,
    ),
    Vector(
        "rfc5280::ica-ku-keycertsign",
        through({"extensions": usage(signs=False), "path_length": 0}),
        limbo=False,
    ),
    Vector(
        "rfc5280::leaf-ku-keycertsign",
        leafed(extensions=usage(signs=True)),
        limbo=False,
    ),
    Vector("rfc5280::ee-aia", leafed(extensions=[(ISSUER_AT, False)]), limbo=True),
    Vector("rfc5280::no-keyusage", leafed(), limbo=True),
    Vector("rfc5280::no-basicconstraints", leafed(has_constraints=False), limbo=True),
    Vector("rfc5280::aki::leaf-missing-aki", leafed(), limbo=False),
    Vector("rfc5280::ski::intermediate-missing-ski", through({}), limbo=False),
    Vector("rfc5280::validity::expired-root", rooted(days=(-90, -1)), limbo=False),
    Vector(
        "rfc5280::validity::expired-intermediate",
        through({"days": (-90, -1)}),
        limbo=False,
    ),
    Vector("rfc5280::validity::expired-leaf", leafed(days=(-90, -1)), limbo=False),
    Vector("rfc5280::validity::future-leaf", leafed(days=(1, 90)), limbo=False),
    Vector(
        "rfc5280::nc::permitted-dns-match",
        through({"extensions": within(["example.com"])}),
        limbo=True,
    ),
    Vector(
        "rfc5280::nc::permitted-dns-mismatch",
        through({"extensions": within(["example.org"])}),
        limbo=False,
    ),
    Vector(
        "rfc5280::nc::excluded-dns-match",
        through({"extensions": within(excluded=["example.com"])}),
        limbo=False,
    ),
    Vector(
        "rfc5280::nc::permitted-and-excluded",
        through({"extensions": within(["example.com"], ["a.example.com"])}),
        limbo=False,
    ),
    Vector(
        "rfc5280::nc::any-san-must-be-permitted",
        through(
            {"extensions": within(["example.com"])},
            leaf={"names": [HOST, "a.example.org"]},
        ),
        limbo=False,
    ),
    Vector(
        "rfc5280::nc::above-an-intermediate",
        through({"extensions": within(["example.org"])}, {}),
        limbo=False,
    ),
    Vector(
        "pathlen::ee-with-intermediate-pathlen-0",
        through({"path_length": 0}),
        limbo=True,
    ),
    Vector(
        "pathlen::ee-with-intermediate-pathlen-1",
        through({"path_length": 1}),
        limbo=True,
    ),
    Vector(
        "pathlen::validation-ignores-pathlen-in-leaf", authority_as_leaf, limbo=True
    ),
    Vector(
        "pathlen::intermediate-violates-pathlen-0",
        through({"path_length": 0}, {"path_length": 0}),
        limbo=False,
    ),
    Vector(
        "pathlen::intermediate-pathlen-may-increase",
        through({"path_length": 1}, {"path_length": 2}),
        limbo=True,
    ),
    Vector(
        "pathlen::intermediate-pathlen-too-long",
        through({"path_length": 1}, {"path_length": 0}, {"path_length": 0}),
        limbo=False,
    ),
    Vector("pathlen::self-issued-certs-pathlen", self_issued, limbo=True),
    Vector("bettertls::pathbuilding::order", wrong_order, limbo=True),
    Vector("bettertls::pathbuilding::one-expired", one_of_two_expired, limbo=True),
    Vector("bettertls::pathbuilding::cross-signed", cross_signed, limbo=True),
    Vector("pathological::cycle", cycle, limbo=False),
)
