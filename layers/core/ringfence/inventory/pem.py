"""What a certificate says about itself: the core's only use of `cryptography`."""

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

# ACM says the curve's other name.
_CURVES = {"secp256r1": "prime256v1"}

# https://www.rfc-editor.org/rfc/rfc8017#appendix-C, rfc5758, rfc8410
_SIGNATURES = {
    "1.2.840.113549.1.1.2": "MD2WITHRSA",
    "1.2.840.113549.1.1.4": "MD5WITHRSA",
    "1.2.840.113549.1.1.5": "SHA1WITHRSA",
    "1.2.840.113549.1.1.10": "RSASSA-PSS",
    "1.2.840.113549.1.1.11": "SHA256WITHRSA",
    "1.2.840.113549.1.1.12": "SHA384WITHRSA",
    "1.2.840.113549.1.1.13": "SHA512WITHRSA",
    "1.2.840.113549.1.1.14": "SHA224WITHRSA",
    "1.2.840.10045.4.1": "SHA1WITHECDSA",
    "1.2.840.10045.4.3.1": "SHA224WITHECDSA",
    "1.2.840.10045.4.3.2": "SHA256WITHECDSA",
    "1.2.840.10045.4.3.3": "SHA384WITHECDSA",
    "1.2.840.10045.4.3.4": "SHA512WITHECDSA",
    "1.2.840.10040.4.3": "SHA1WITHDSA",
    "2.16.840.1.101.3.4.3.2": "SHA256WITHDSA",
    "1.3.101.112": "ED25519",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """
    A parsed certificate, in ACM's words for *key* and *signature*.

    Either is empty for a kind that is not known here.
    *is_self_signed* is None where its signature cannot be verified here.
    """

    subject: str
    issuer: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key: str
    signature: str
    is_self_signed: bool | None


def parse(pem: str) -> Body | None:
    """The first certificate in *pem*; None where there is none to be parsed."""
    try:
        return _body(x509.load_pem_x509_certificate(pem.encode()))
    except (
        ValueError,
        x509.DuplicateExtension,
        x509.InvalidVersion,
        x509.UnsupportedGeneralNameType,
    ):
        return None


def _body(certificate: x509.Certificate) -> Body:
    return Body(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        names=_names(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=_key(certificate),
        signature=_SIGNATURES.get(
            certificate.signature_algorithm_oid.dotted_string, ""
        ),
        is_self_signed=_is_self_signed(certificate),
    )


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        return ()
    addresses = names.get_values_for_type(x509.IPAddress)
    return (
        *names.get_values_for_type(x509.DNSName),
        *(str(address) for address in addresses),
    )


def _key(certificate: x509.Certificate) -> str:
    """Such as ``RSA_2048`` or ``EC_prime256v1``."""
    try:
        key = certificate.public_key()
    except UnsupportedAlgorithm:
        return ""
    match key:
        case rsa.RSAPublicKey():
            return f"RSA_{key.key_size}"
        case ec.EllipticCurvePublicKey():
            return f"EC_{_CURVES.get(key.curve.name, key.curve.name)}"
        case dsa.DSAPublicKey():
            return f"DSA_{key.key_size}"
        case ed25519.Ed25519PublicKey():
            return "ED25519"
        case _:
            return ""


def _is_self_signed(certificate: x509.Certificate) -> bool | None:
    """Whether its own key made its signature; a like-named issuer is not enough."""
    if certificate.issuer != certificate.subject:
        return False
    try:
        certificate.verify_directly_issued_by(certificate)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, TypeError, ValueError):
        return None
    return True
