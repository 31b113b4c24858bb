"""Certificates for the demo estate, made on the spot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Pair:
    """A certificate with its private key, both as PEM, and its issuer's if any."""

    body: bytes
    key: bytes
    chain: bytes = b""


class Authority:
    """A certificate authority of the demo company."""

    def __init__(self, now: datetime) -> None:
        """Found it ten years before *now*."""
        self._now = now
        self._key = _key()
        self._name = _name("Example Internal CA")
        begun = now - timedelta(days=3650)
        self._root = (
            _builder(self._name, self._name, self._key, begun, now + timedelta(3650))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def issue(self, host: str, *, days_left: int) -> Pair:
        """Issue a certificate for *host* that expires in *days_left* days."""
        key = _key()
        end = self._now + timedelta(days=days_left)
        certificate = (
            _builder(_name(host), self._name, key, end - timedelta(days=398), end)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)  # noqa: FBT003
            .sign(self._key, hashes.SHA256())
        )
        return Pair(_pem(certificate), _pem_key(key), _pem(self._root))

    def self_signed(self, host: str, *, days_left: int) -> Pair:
        """Make a certificate for *host* that vouches for itself."""
        key = _key()
        end = self._now + timedelta(days=days_left)
        certificate = (
            _builder(_name(host), _name(host), key, end - timedelta(days=365), end)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), False)  # noqa: FBT003
            .sign(key, hashes.SHA256())
        )
        return Pair(_pem(certificate), _pem_key(key))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: rsa.RSAPrivateKey,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example Corp"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _pem_key(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
