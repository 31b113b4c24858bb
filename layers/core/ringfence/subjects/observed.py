"""What the checks of observations share: names, evidence, doubts."""

import ipaddress
from collections.abc import Iterable, Iterator

from ringfence.finding import Doubt
from ringfence.inventory import Inventory
from ringfence.inventory.records import TlsObservation


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
    }


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
