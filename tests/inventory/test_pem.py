"""A certificate's own words, whatever its key."""

import ssl
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from cryptography.x509.oid import NameOID

from ringfence.inventory.pem import is_signed_by, load, load_all, parse
from tests.probe.certificates import issue, rsa_key, signed_with_sha1

Key = (
    rsa.RSAPrivateKey
    | ec.EllipticCurvePrivateKey
    | ed25519.Ed25519PrivateKey
    | dsa.DSAPrivateKey
)
Digest = hashes.SHA256 | hashes.SHA384 | hashes.SHA512

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _a_pem(
    key: Key | x25519.X25519PrivateKey,
    signer: Key | None = None,
    *,
    issuer: str = "a.example.com",
    digest: Digest | None = None,
    names: tuple[x509.GeneralName, ...] = (),
) -> str:
    def name(common: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])

    builder = (
        x509.CertificateBuilder()
        .subject_name(name("a.example.com"))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(END)
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName(names), critical=False
        )
    if signer is None:
        assert not isinstance(key, x25519.X25519PrivateKey)
        signer = key
    certificate = builder.sign(signer, digest)
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


@pytest.mark.parametrize(
    ("key", "digest", "expected"),
    [
        (_rsa(), hashes.SHA512(), ("RSA_2048", "SHA512WITHRSA")),
        (
            ec.generate_private_key(ec.SECP384R1()),
            hashes.SHA384(),
            ("EC_secp384r1", "SHA384WITHECDSA"),
        ),
        (
            ec.generate_private_key(ec.SECP256R1()),
            hashes.SHA256(),
            ("EC_prime256v1", "SHA256WITHECDSA"),
        ),
        (ed25519.Ed25519PrivateKey.generate(), None, ("ED25519", "ED25519")),
    ],
)
def test_key_and_signature_are_in_acm_s_words(
    key: Key, digest: Digest | None, expected: tuple[str, str]
) -> None:
    """A self-signed one is told whatever its algorithm."""
    body = parse(_a_pem(key, digest=digest))

    assert body is not None
    assert (*expected, True) == (body.key, body.signature, body.is_self_signed)


def test_names_are_hosts_and_addresses() -> None:
    """Those a client would match."""
    names = (
        x509.DNSName("a.example.com"),
        x509.IPAddress(ip_address("203.0.113.7")),
        x509.RFC822Name("a@example.com"),
    )

    body = parse(_a_pem(_rsa(), digest=hashes.SHA256(), names=names))

    assert body is not None
    assert ("a.example.com", "203.0.113.7") == body.names
    assert (START, END) == (body.not_before, body.not_after)


def test_an_issuer_of_the_same_name_is_not_the_certificate_itself() -> None:
    """Only the signature tells."""
    body = parse(_a_pem(_rsa(), signer=_rsa(), digest=hashes.SHA256()))

    assert body is not None
    assert body.is_self_signed is False


def test_another_issuer_is_not_the_certificate_itself() -> None:
    """The common case needs no arithmetic."""
    pem = _a_pem(_rsa(), signer=_rsa(), issuer="Example CA", digest=hashes.SHA256())

    body = parse(pem)

    assert body is not None
    assert (False, "CN=Example CA") == (body.is_self_signed, body.issuer)


def test_other_keys_are_named_or_left_untold() -> None:
    """A key that can only agree on secrets has no name of ACM's."""
    weak = dsa.generate_private_key(1024)  # noqa: S505 - quick, and secures nothing
    old = parse(_a_pem(weak, digest=hashes.SHA256()))
    odd = parse(
        _a_pem(
            x25519.X25519PrivateKey.generate(),
            _rsa(),
            issuer="CA",
            digest=hashes.SHA256(),
        )
    )

    assert old is not None
    assert odd is not None
    assert ("DSA_1024", "SHA256WITHDSA") == (old.key, old.signature)
    assert "" == odd.key


@pytest.mark.parametrize(
    ("known", "unknown", "expected"),
    [
        # The key's algorithm, and the signature's, as one that nobody knows.
        ("2a864886f70d010101", "2a864886f70d01017f", ("", "SHA256WITHRSA", None)),
        ("2a864886f70d01010b", "2a864886f70d01017f", ("RSA_2048", "", None)),
    ],
)
def test_an_algorithm_that_nobody_knows_is_left_untold(
    known: str, unknown: str, expected: tuple[str, str, bool | None]
) -> None:
    """The rest of the certificate is read."""
    der = x509.load_pem_x509_certificate(
        _a_pem(_rsa(), digest=hashes.SHA256()).encode()
    ).public_bytes(serialization.Encoding.DER)
    changed = der.replace(bytes.fromhex(known), bytes.fromhex(unknown))

    body = parse(ssl.DER_cert_to_PEM_cert(changed))

    assert body is not None
    assert expected == (body.key, body.signature, body.is_self_signed)


@pytest.mark.parametrize("pem", ["", "no", "-----BEGIN CERTIFICATE-----\nAAAA\n", "é"])
def test_what_is_no_certificate_is_none(pem: str) -> None:
    """It is data, not an error."""
    assert parse(pem) is None


def test_an_address_as_a_dns_name_is_no_name() -> None:
    """Clients match addresses with addresses only (RFC 9525, section 6.4)."""
    names = (x509.DNSName("203.0.113.7"), x509.DNSName("b.example.com"))
    key = ec.generate_private_key(ec.SECP256R1())
    body = parse(_a_pem(key, digest=hashes.SHA256(), names=names))

    assert body is not None
    assert ("b.example.com",) == body.names


def test_sha_1_is_verified_all_the_same(tmp_path: Path) -> None:
    """That a certificate of old signed itself is seen, and that another did not."""
    own = issue(tmp_path, "own", key=rsa_key())
    old = signed_with_sha1(tmp_path, own, own)
    body = parse(old.pem)

    assert body is not None
    assert ("SHA1WITHRSA", True) == (body.signature, body.is_self_signed)
    other = issue(tmp_path, "own", key=rsa_key())
    assert is_signed_by(old.certificate, other.certificate) is False


def test_must_staple_and_common_name_are_read(tmp_path: Path) -> None:
    """RFC 7633's promise is told apart from other features."""
    features = [
        x509.TLSFeatureType.status_request,
        x509.TLSFeatureType.status_request_v2,
    ]
    told = [
        parse(issue(tmp_path, "a b", extensions=[(x509.TLSFeature([one]), False)]).pem)
        for one in features
    ]

    assert [(True, "a b"), (False, "a b")] == [
        (body.must_staple, body.common_name) for body in told if body
    ]


def test_a_name_of_a_kind_that_it_must_not_have_is_none(tmp_path: Path) -> None:
    """A common name as a bit string is refused, and by another error than others."""
    der = issue(tmp_path, "abc").der
    odd = der.replace(b"\x0c\x03abc", b"\x03\x03\x00bc")  # not UTF-8 any more

    assert odd != der
    assert load(odd) is None


def test_what_is_no_der_is_none() -> None:
    """What a peer sends instead of a certificate is told as such."""
    assert load(b"") is None
    assert load(b"\x30\x03abc") is None


def test_all_certificates_of_a_file_are_read(tmp_path: Path) -> None:
    """Keys and remarks between them do no harm."""
    both = [issue(tmp_path, name) for name in ("one", "two")]
    text = "# ours\n".join(one.path.read_text() for one in both)

    assert tuple(one.certificate for one in both) == load_all(text)
    with pytest.raises(ValueError, match="no certificates in PEM"):
        load_all("# none")
