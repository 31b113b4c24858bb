"""Certificates made on the spot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

NOW = datetime.now(UTC)  # noqa: TID251 - probes look at the present

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Extensions = Sequence[tuple[x509.ExtensionType, bool]]


@dataclass(frozen=True)
class Issued:
    """A certificate with its key, and where both are as one PEM file."""

    certificate: x509.Certificate
    key: Key
    path: Path

    @property
    def der(self) -> bytes:
        """The certificate as it goes over the wire."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> str:
        """The certificate alone, as text."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sent_with(self, *others: "Issued") -> Path:
        """A PEM file from which a server sends *others*, too."""
        path = self.path.with_suffix(".chain.pem")
        path.write_text(self.path.read_text() + "".join(other.pem for other in others))
        return path


def issue(
    folder: Path,
    name: str,
    *,
    by: Issued | None = None,
    names: Sequence[str] = (),
    days: tuple[float, float] = (-10, 80),
    is_authority: bool = False,
    key: Key | None = None,
    subject: x509.Name | None = None,
    extensions: Extensions = (),
    has_constraints: bool = True,
    path_length: int | None = None,
) -> Issued:
    """Make a certificate for *name*; without *by* it signs itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = subject or x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if has_constraints:
        basic = x509.BasicConstraints(ca=is_authority, path_length=path_length)
        builder = builder.add_extension(basic, critical=True)
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(n) for n in names])
        builder = builder.add_extension(alternatives, critical=False)
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, critical=is_critical)
    certificate = builder.sign(by.key if by else key, hashes.SHA256())
    return _kept(folder, name, certificate, key)


def signed_with_sha1(folder: Path, good: Issued, by: Issued) -> Issued:
    """
    Give *good*, which *by*'s RSA key signed, with a signature as of old.

    `cryptography` makes none any more: the algorithm's identifier is changed in
    the DER, where both have the same length, and the signature made anew.
    """
    sha256, sha1 = (bytes.fromhex(f"2a864886f70d0101{one}") for one in ("0b", "05"))
    body = good.certificate.tbs_certificate_bytes.replace(sha256, sha1)
    assert isinstance(by.key, rsa.RSAPrivateKey)
    signature = by.key.sign(body, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    algorithm = bytes.fromhex("300d0609") + sha1 + bytes.fromhex("0500")
    content = body + algorithm + _der(0x03, b"\0" + signature)
    old = x509.load_der_x509_certificate(_der(0x30, content))
    return _kept(folder, f"{good.path.stem}-sha1", old, good.key)


def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def _der(tag: int, content: bytes) -> bytes:
    return bytes([tag, 0x82]) + len(content).to_bytes(2) + content


def _kept(folder: Path, name: str, certificate: x509.Certificate, key: Key) -> Issued:
    path = folder / f"{name.replace(' ', '-')}.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return Issued(certificate, key, path)
