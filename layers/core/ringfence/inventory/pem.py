"""What a certificate says about itself: the core's only use of `cryptography`."""

import re
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

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


# What `cryptography` raises for what is no certificate, at once or when it is looked
# into.
_UNREADABLE = (
    TypeError,
    ValueError,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

_BLOCK = re.compile(
    r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """
    A parsed certificate, in ACM's words for *key* and *signature*.

    Either is empty for a kind that is not known here.
    *common_name* is the subject's; *must_staple*: clients may insist on an OCSP
    response from the server (RFC 7633).
    *is_self_signed* is None where its signature cannot be verified here.
    """

    subject: str
    issuer: str
    common_name: str
    names: tuple[str, ...]
    not_before: datetime
    not_after: datetime
    key: str
    signature: str
    must_staple: bool
    is_self_signed: bool | None


def parse(pem: str) -> Body | None:
    """The first certificate in *pem*; None where there is none to be parsed."""
    try:
        return _body(x509.load_pem_x509_certificate(pem.encode()))
    except _UNREADABLE:
        return None


def load(der: bytes) -> tuple[x509.Certificate, Body] | None:
    """The certificate that *der* is, and its body; None where it cannot be parsed."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        return certificate, _body(certificate)
    except _UNREADABLE:
        return None


def load_all(pem: str) -> tuple[x509.Certificate, ...]:
    """All certificates in *pem*; ValueError says which one is not good."""
    blocks = _BLOCK.findall(pem)
    if not blocks:
        raise ValueError("it holds no certificates in PEM")
    found = []
    for place, block in enumerate(blocks, start=1):
        try:
            certificate = x509.load_pem_x509_certificate(block.encode())
            _body(certificate)
        except _UNREADABLE as error:
            raise ValueError(f"certificate {place} in it cannot be parsed") from error
        found.append(certificate)
    return tuple(found)


def _body(certificate: x509.Certificate) -> Body:
    return Body(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        common_name=_common_name(certificate),
        names=_names(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        key=_key(certificate),
        signature=_SIGNATURES.get(
            certificate.signature_algorithm_oid.dotted_string, ""
        ),
        must_staple=_must_staple(certificate),
        is_self_signed=is_signed_by(certificate, certificate),
    )


def _common_name(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[-1].value) if names else ""


def _must_staple(certificate: x509.Certificate) -> bool:
    try:
        features = certificate.extensions.get_extension_for_class(x509.TLSFeature)
    except x509.ExtensionNotFound:
        return False
    return x509.TLSFeatureType.status_request in features.value


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    """The alternative names; an address written as a DNS name is none to clients."""
    try:
        names = certificate.extensions.get_extension_for_class(
            x509.SubjectAlternativeName
        ).value
    except x509.ExtensionNotFound:
        return ()
    addresses = names.get_values_for_type(x509.IPAddress)
    return (
        *(
            name
            for name in names.get_values_for_type(x509.DNSName)
            if not _is_address(name)
        ),
        *(str(address) for address in addresses),
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


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


def is_signed_by(
    certificate: x509.Certificate, issuer: x509.Certificate
) -> bool | None:
    """
    Whether *issuer*'s key made the signature of *certificate*.

    A like-named issuer is not enough; None: its kind cannot be verified here.
    Whether *issuer* may sign certificates is not asked.
    """
    if certificate.issuer != issuer.subject:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, TypeError, ValueError):
        return _is_signed_of_old(certificate, issuer)
    return True


def _is_signed_of_old(
    certificate: x509.Certificate, issuer: x509.Certificate
) -> bool | None:
    """As `is_signed_by`, with a hash that certificates no longer may have: SHA-1."""
    try:
        broken = certificate.signature_hash_algorithm
        match issuer.public_key():
            case rsa.RSAPublicKey() as key if broken:
                key.verify(
                    certificate.signature,
                    certificate.tbs_certificate_bytes,
                    padding.PKCS1v15(),
                    broken,
                )
            case ec.EllipticCurvePublicKey() as key if broken:
                key.verify(
                    certificate.signature,
                    certificate.tbs_certificate_bytes,
                    ec.ECDSA(broken),
                )
            case _:
                return None
    except InvalidSignature:
        return False
    except (UnsupportedAlgorithm, ValueError):
        return None
    return True
