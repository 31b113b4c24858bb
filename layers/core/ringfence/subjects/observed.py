"""What the checks of observations share: names, evidence, doubts."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.handshakes import Fault, Offer, TlsObservation

_UNKNOWN = {Fault.UNKNOWN_AUTHORITY, Fault.INVALID, Fault.NAME}


def tls_seen(inventory: Inventory) -> Iterator[TlsObservation]:
    """Give the handshakes that showed a certificate."""
    return (seen for seen in inventory.tls_observations if not seen.error)


def tls_doubts(inventory: Inventory) -> Iterator[Doubt]:
    """Give the endpoints that showed none, and why."""
    for seen in inventory.tls_observations:
        if seen.error:
            yield Doubt(seen.endpoint, seen.error)


def nameless(inventory: Inventory) -> frozenset[str]:
    """Give the endpoints that nobody gave a name: no certificate need name them."""
    return frozenset(item.name for item in inventory.asked if not item.is_named)


def tls_evidence(seen: TlsObservation) -> dict[str, object]:
    """Give what the handshake showed, JSON-ready."""
    return {
        "endpoint": seen.endpoint,
        "address": seen.address,
        "protocol": seen.protocol,
        "cipher": seen.cipher,
        "subject": seen.subject,
        "issuer": seen.issuer,
        "names": list(seen.names),
        "not_before": seen.not_before.isoformat() if seen.not_before else None,
        "not_after": seen.not_after.isoformat() if seen.not_after else None,
        "distrust": seen.distrust,
        "fingerprint": seen.fingerprint,
    }


def problem_of(
    seen: TlsObservation,
    message: str,
    *,
    severity: Severity | None = None,
    fix: str = "",
    evidence: Mapping[str, object] | None = None,
) -> Problem:
    """Give a problem of the endpoint; *evidence* adds to what the handshake showed."""
    return Problem(
        resource=seen.endpoint,
        message=f"{seen.endpoint} {message}",
        severity=severity,
        fix=fix or look_command(seen.endpoint),
        evidence=tls_evidence(seen) | dict(evidence or {}),
    )


def untested(seen: TlsObservation, offers: Mapping[str, Offer]) -> Iterator[Doubt]:
    """Give one doubt where some of *offers* could not be tested."""
    if names := of_offer(offers, Offer.UNTRIED):
        because = f"whether it takes {listed(names)} could not be tested"
        yield Doubt(seen.endpoint, because)


def stands_for_itself(seen: TlsObservation) -> bool:
    """
    Whether TLS-002 tells that the certificate is self-signed, and not trusted.

    It must be replaced as a whole then, so that its other faults are no news.
    """
    return Fault.SELF_SIGNED in seen.faults


def is_unknown(seen: TlsObservation, *, is_named: bool = True) -> bool:
    """
    Whether TLS-002 tells that nobody should take the certificate for this host.

    It need not name a host that nobody gave a name: then not *is_named*.
    """
    faults = set(seen.faults) if is_named else set(seen.faults) - {Fault.NAME}
    return stands_for_itself(seen) or bool(_UNKNOWN & faults)


def of_offer(offers: Mapping[str, Offer], offer: Offer) -> tuple[str, ...]:
    """The names that stand for *offer*."""
    return tuple(name for name, what in offers.items() if what is offer)


def listed(words: Sequence[str]) -> str:
    """Give ``a, b and c``."""
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


LISTENER_FIX = """\
Where a load balancer ends TLS:
aws elbv2 modify-listener --listener-arn ARN \
--ssl-policy ELBSecurityPolicy-TLS13-1-2-2021-06
In nginx:
ssl_protocols TLSv1.2 TLSv1.3; ssl_ciphers HIGH:!aNULL:!eNULL:!kRSA:!3DES;
In Tomcat's SSLHostConfig:
protocols="TLSv1.2+TLSv1.3" ciphers="HIGH:!aNULL:!eNULL:!kRSA:!3DES"\
"""


def look_command(endpoint: str) -> str:
    """Give the command that shows what *endpoint* serves."""
    host = host_of(endpoint)
    return (
        f"openssl s_client -connect {endpoint} -servername {host} </dev/null "
        "| openssl x509 -noout -subject -issuer -dates -ext subjectAltName\n"
        "Install a valid certificate where TLS ends, reload, and look again."
    )


def host_of(endpoint: str) -> str:
    """Give the host of ``host:port`` or ``[address]:port``."""
    return endpoint.rpartition(":")[0].strip("[]")


def names_host(names: Iterable[str], host: str) -> bool:
    """Whether a certificate for *names* is good for *host* (RFC 9525, section 6.3)."""
    wanted = host.lower().rstrip(".")
    return any(_matches(name.lower().rstrip("."), wanted) for name in names)


def _matches(name: str, host: str) -> bool:
    if name == host:
        return True
    if _is_address(host):
        return _is_address(name) and _same_address(name, host)
    star, _, rest = name.partition(".")
    label, _, domain = host.partition(".")
    return star == "*" and bool(label) and "." in rest and rest == domain


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _same_address(left: str, right: str) -> bool:
    return ipaddress.ip_address(left) == ipaddress.ip_address(right)
