"""
Whether clients trust a chain for a host, and if not, why: as data, for one time.

What is asked of certificates is what OpenSSL, Java and browsers alike refuse
without, not all of the web's baseline requirements: a company's own authority
rarely meets those, and its clients work. Revocation is not looked at.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.x509 import Certificate
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    VerificationError,
)

from ringfence.inventory.handshakes import Fault, Link, Role
from ringfence.inventory.pem import Body, is_signed_by
from ringfence.probe.roots import Roots
from ringfence.subjects.certificates import weak_key, weak_signature
from ringfence.subjects.observed import names_host


@dataclass(frozen=True, slots=True)
class Sent:
    """A certificate that a server sent: as a whole, and what it says."""

    certificate: Certificate
    body: Body
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong, and the first of it in words; nothing: clients trust it."""

    faults: tuple[Fault, ...] = ()
    distrust: str = ""


def verify(chain: Sequence[Sent], host: str, roots: Roots, at: datetime) -> Verdict:
    """
    Judge *chain*, the server's own certificate first, as sent.

    The faults are told apart: a chain is judged within the days of the server's
    certificate, so that one which expired with a good chain has one fault.
    """
    found = [
        fault
        for fault in (
            _chain_fault(chain, roots, at),
            _name_fault(chain[0], host),
            _day_fault(chain[0].body, at),
        )
        if fault
    ]
    kinds = tuple(kind for kind, _ in found)
    return Verdict(kinds, found[0][1]) if found else Verdict()


def links(chain: Sequence[Sent]) -> tuple[Link, ...]:
    """What *chain* holds, with what each certificate is there for."""
    needed = {id(sent) for sent in _upwards(chain)}
    return tuple(
        Link(
            role=_role(chain, place, is_needed=id(sent) in needed),
            subject=sent.body.subject,
            issuer=sent.body.issuer,
            not_before=sent.body.not_before,
            not_after=sent.body.not_after,
            key=sent.body.key,
            signature=sent.body.signature,
            is_self_signed=sent.body.is_self_signed is True,
            fingerprint=sent.fingerprint,
        )
        for place, sent in enumerate(chain)
    )


def _role(chain: Sequence[Sent], place: int, *, is_needed: bool) -> Role:
    sent = chain[place]
    if place == 0:
        return Role.LEAF
    before = chain[:place]
    if not is_needed or any(sent.fingerprint == one.fingerprint for one in before):
        return Role.SUPERFLUOUS
    if any(_signed(sent.certificate, one.certificate) for one in before):
        return Role.ISSUER
    return Role.MISPLACED


Told = tuple[Fault, str]


def _chain_fault(chain: Sequence[Sent], roots: Roots, at: datetime) -> Told | None:
    """Tell why no path leads to a root, or None."""
    leaf = chain[0]
    moment = min(max(at, leaf.body.not_before), leaf.body.not_after)
    trouble = _trouble(chain, roots, moment)
    if trouble is None:
        return None
    if leaf.body.is_self_signed is not False:
        return Fault.SELF_SIGNED, "self-signed certificate"
    above = tuple(_upwards(chain))
    if not any(_is_rooted(sent, roots) for sent in above):
        return _end(above[-1])
    for sent in above[1:]:
        if day := _day_fault(sent.body, moment):
            return Fault.INVALID, f"{_called(sent)} in its chain: {day[1]}"
    weak = [(sent, reason) for sent in above if (reason := _weakness(sent.body))]
    if weak:
        sent, reason = weak[0]
        return Fault.WEAK, f"{_called(sent)} has {reason}"
    return Fault.INVALID, trouble


def _trouble(chain: Sequence[Sent], roots: Roots, at: datetime) -> str | None:
    """
    Tell in the library's words why no path leads to a root at *at*; None: one does.

    The library's verifier for servers asks for a name in the same breath, which
    is judged apart here: so this is the one that takes none, made to ask for
    what servers' certificates are for.
    """
    verifier = (
        PolicyBuilder()
        .store(roots.store)
        .time(at)
        .extension_policies(ca_policy=_AUTHORITY, ee_policy=_SERVER)
        .build_client_verifier()
    )
    try:
        verifier.verify(chain[0].certificate, [sent.certificate for sent in chain[1:]])
    except VerificationError as error:
        return _NOISE.sub("", str(error))
    return None


_NOISE = re.compile(
    r"validation failed: |candidates exhausted: |all candidates exhausted.*"
    r"|Python extension validator failed: ValueError: | \(encountered .*"
)


def _is_authority(_: Policy, __: Certificate, found: x509.BasicConstraints) -> None:
    if not found.ca:
        raise ValueError("an issuer in its chain is no authority")


def _signs(_: Policy, __: Certificate, usage: x509.KeyUsage | None) -> None:
    if usage is not None and not usage.key_cert_sign:
        raise ValueError("an issuer in its chain may not sign certificates")


def _serves(_: Policy, __: Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    if usage is not None and ExtendedKeyUsageOID.SERVER_AUTH not in usage:
        raise ValueError("the certificate is not for servers")


def _issues(_: Policy, __: Certificate, usage: x509.ExtendedKeyUsage | None) -> None:
    if usage is not None and not _FOR_ISSUERS & set(usage):
        raise ValueError("an issuer in its chain is not for servers' certificates")


_FOR_ISSUERS = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
}
_ANYHOW = Criticality.AGNOSTIC
_AUTHORITY = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, _ANYHOW, _is_authority)
    .may_be_present(x509.KeyUsage, _ANYHOW, _signs)
    .may_be_present(x509.ExtendedKeyUsage, _ANYHOW, _issues)
)
_SERVER = ExtensionPolicy.permit_all().may_be_present(
    x509.ExtendedKeyUsage, _ANYHOW, _serves
)


def _upwards(chain: Sequence[Sent]) -> Iterator[Sent]:
    """The server's certificate and all that were sent and signed it or its issuers."""
    waiting, seen = [chain[0]], {chain[0].fingerprint}
    while waiting:
        current = waiting.pop(0)
        yield current
        for sent in chain:
            if sent.fingerprint not in seen and _signed(
                sent.certificate, current.certificate
            ):
                seen.add(sent.fingerprint)
                waiting.append(sent)


def _is_rooted(sent: Sent, roots: Roots) -> bool:
    """Whether a root signed *sent*, or is it."""
    issuers = roots.named.get(sent.certificate.issuer, ())
    themselves = roots.named.get(sent.certificate.subject, ())
    return sent.certificate in themselves or any(
        _signed(root, sent.certificate) for root in issuers
    )


def _signed(issuer: Certificate, certificate: Certificate) -> bool:
    """Whether *issuer* signed it; where that cannot be verified, the names decide."""
    return is_signed_by(certificate, issuer) is not False


def _end(last: Sent) -> Told:
    """Tell why the chain that ends with *last* leads to no root."""
    if last.body.is_self_signed is True:
        return (
            Fault.UNKNOWN_AUTHORITY,
            f"its chain ends with {_called(last)}, which is no known authority",
        )
    missing = (
        f"the certificate of {last.body.issuer or 'an issuer without a name'}, "
        f"which signed {_called(last)}, is not sent"
    )
    if _tells_its_issuer(last.certificate):
        return Fault.INCOMPLETE_CHAIN, missing
    return Fault.UNKNOWN_AUTHORITY, f"{missing} and is of no known authority"


def _tells_its_issuer(certificate: Certificate) -> bool:
    """
    Whether it says where its issuer's certificate is, as those of the web's do.

    Nothing is fetched from there: the address is the peer's choice.
    """
    try:
        access = certificate.extensions.get_extension_for_class(
            x509.AuthorityInformationAccess
        ).value
    except x509.ExtensionNotFound:
        return False
    return any(
        one.access_method == AuthorityInformationAccessOID.CA_ISSUERS for one in access
    )


def _weakness(body: Body) -> str:
    return weak_key(body.key) or weak_signature(body.signature)


def _name_fault(leaf: Sent, host: str) -> Told | None:
    """Tell whether the certificate is good for *host* (RFC 9525, section 6.3)."""
    names = tuple(_names(leaf, host))
    if names_host(names, host):
        return None
    if leaf.body.names:
        listed = ", ".join(leaf.body.names[:3])
        more = len(leaf.body.names) - 3
        others = f" and {more} more" if more > 0 else ""
        return Fault.NAME, f"it names {listed}{others} and not {host}"
    if names_host((leaf.body.common_name,), host):
        return (
            Fault.NAMELESS,
            f"it names {host} in its subject only, where clients no longer look",
        )
    return Fault.NAME, f"it does not name {host}"


def _names(leaf: Sent, host: str) -> Iterable[str]:
    """The names of the kind that *host* is of: an address is none of DNS's."""
    return (name for name in leaf.body.names if _is_address(name) == _is_address(host))


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _day_fault(body: Body, at: datetime) -> Told | None:
    if body.not_after <= at:
        return Fault.DAYS, "certificate has expired"
    if body.not_before > at:
        return Fault.DAYS, "certificate is not yet valid"
    return None


def _called(sent: Sent) -> str:
    return sent.body.subject or "a certificate without a subject"
