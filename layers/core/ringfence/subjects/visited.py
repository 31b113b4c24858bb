"""What the checks of HTTP answers share: which to judge, hosts, evidence, doubts."""

import ipaddress
import re
from collections.abc import Iterator

from ringfence.finding import Doubt
from ringfence.inventory import Inventory
from ringfence.inventory.visits import HttpObservation
from ringfence.subjects.observed import host_of

_ADDRESS = re.compile(r"(https?)://([^/?#]*)", re.IGNORECASE)
_TITLES = {"fisheye": "Fisheye/Crucible"}


def answered(
    inventory: Inventory, *, in_tls: bool | None = None
) -> Iterator[HttpObservation]:
    """Give the looks that had an answer; in TLS or in clear only, or both."""
    return (
        seen
        for seen in inventory.http_observations
        if not seen.error and in_tls in {None, seen.is_tls}
    )


def http_doubts(
    inventory: Inventory, *needs: str, in_tls: bool | None = None
) -> Iterator[Doubt]:
    """Give the endpoints that did not answer, or not to what *needs* names."""
    for seen in inventory.http_observations:
        if in_tls not in {None, seen.is_tls}:
            continue
        reasons = [seen.unread[need] for need in needs if need in seen.unread]
        if seen.error or reasons:
            yield Doubt(seen.endpoint, (seen.error or reasons[0]).rstrip("."))


def http_evidence(seen: HttpObservation) -> dict[str, object]:
    """Give what the look showed, JSON-ready, without what changes at each look."""
    shown: dict[str, object] = {
        "endpoint": seen.endpoint,
        "address": seen.address,
        "status": seen.status,
        "location": seen.location,
        "server": seen.server,
    }
    more = {"product": seen.product, "version": seen.version, "state": seen.state}
    return shown | {key: value for key, value in more.items() if value}


def site(seen: HttpObservation, path: str = "/") -> str:
    """Give the address of *path* at the endpoint, as a person would write it."""
    scheme, usual = ("https", ":443") if seen.is_tls else ("http", ":80")
    return f"{scheme}://{seen.endpoint.removesuffix(usual)}{path}"


def titled(seen: HttpObservation) -> str:
    """Give the product's name for people."""
    return product_title(seen.product)


def product_title(product: str) -> str:
    """Give *product*, a profile's name, for people."""
    return _TITLES.get(product, product.capitalize()) or "The product"


def place_of(url: str) -> tuple[str, str]:
    """Give scheme and host of an absolute address; empty where there is none."""
    found = _ADDRESS.match(url)
    if not found:
        return "", ""
    host = re.sub(r":[0-9]*$", "", found[2].rpartition("@")[2])
    return found[1].lower(), host.strip("[]").lower().rstrip(".")


def is_named(endpoint: str) -> bool:
    """Whether *endpoint* is asked by name, not by address."""
    try:
        ipaddress.ip_address(host_of(endpoint))
    except ValueError:
        return True
    return False


def proxied_as_https(seen: HttpObservation) -> str:
    """Give the settings that tell the product of the HTTPS in front of it."""
    host = host_of(seen.endpoint)
    if seen.product == "bitbucket":
        return (
            "In bitbucket.properties: server.scheme=https, server.secure=true, "
            f"server.proxy-name={host}, server.proxy-port=443."
        )
    return (
        'In Tomcat\'s server.xml, on the connector behind the proxy: scheme="https" '
        f'secure="true" proxyName="{host}" proxyPort="443".'
    )
