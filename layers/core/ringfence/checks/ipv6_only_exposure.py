"""EXP-006: ports that the IPv6 internet reaches and the IPv4 internet does not."""

from collections.abc import Iterable, Iterator, Mapping

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.openings import NEEDS
from ringfence.reach import Exposure, sets
from ringfence.reach.sets import Ranges
from ringfence.subjects.arrivals import (
    Admitting,
    arrivals,
    evidence_of,
    is_direct,
    ports_as_text,
    ports_by_protocol,
)
from ringfence.subjects.remedy import revoke_commands
from ringfence.subjects.telling import doubts


@check(
    "EXP-006",
    "Reachable by IPv6 though not by IPv4",
    severity=Severity.LOW,
    needs=NEEDS,
    fix="Give IPv6 the same rules as IPv4.",
    guide=("S07", "D31", "D34"),
    types=(REACHABILITY,),
)
def ipv6_only_exposure(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Who closes a port to 0.0.0.0/0 and forgets ::/0 believes that it is closed.

    The same goes for an instance that seems private because it has no public
    IPv4 address, while its IPv6 address is public as they all are.
    Told are the ports, once per resource; what is bad about a port itself tells
    its own check, so this one is low. It is quiet where there is no IPv4 at all
    to compare with, behind load balancers, and for sources too few to be the
    internet.
    """
    without_ipv4 = {
        item.id for item in estate.inventory.network_interfaces if not item.addresses
    } | {
        item.id
        for item in estate.inventory.load_balancers
        if item.address_type == "dualstack-without-public-ipv4"
    }
    admitting = Admitting(estate)
    unclear = {blind.resource for blind in estate.exposures.unknown}
    for resource in estate.exposures.by_resource:
        if resource in unclear:
            continue  # what IPv4 lets in is not all known
        rows = [r for r in arrivals(estate, resource) if _is_broad(estate, r)]
        sixth = [
            row
            for row in rows
            if row.family == "ipv6"
            and is_direct(row)
            and not without_ipv4 & {row.resource, row.interface}
        ]
        only = _missing(sixth, [row for row in rows if row.family == "ipv4"])
        if only:
            yield _problem(estate, resource, only, sixth, admitting)
    yield from doubts(estate)


def _is_broad(estate: Estate, row: Exposure) -> bool:
    return estate.trust.left_of(row).is_broad


def _missing(
    sixth: Iterable[Exposure], fourth: Iterable[Exposure]
) -> dict[str, Ranges]:
    """Give the ports that only the first rows open."""
    by_ipv4 = ports_by_protocol(fourth)
    found = {
        protocol: sets.difference(ranges, by_ipv4.get(protocol, ()))
        for protocol, ranges in ports_by_protocol(sixth).items()
    }
    return {protocol: ranges for protocol, ranges in found.items() if ranges}


def _problem(
    estate: Estate,
    resource: str,
    only: Mapping[str, Ranges],
    rows: Iterable[Exposure],
    admitting: Admitting,
) -> Problem:
    concerned = [
        row
        for row in rows
        if row.ports and sets.intersection((row.ports,), only.get(row.protocol, ()))
    ]
    ports = list(ports_as_text(only))
    addresses = ", ".join(dict.fromkeys(row.address for row in concerned))
    rules = admitting.of(concerned)
    return Problem(
        resource=resource,
        message=f"{estate.label(resource)} can be reached at {addresses} by IPv6, and "
        f"not by IPv4, on {', '.join(ports)}.",
        fix="\n".join(revoke_commands(estate.inventory.region, rules)) or None,
        evidence=evidence_of(concerned) | {"ports": ports},
    )
