"""DNS-002: a product that faces the internet at an address that will not stay."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.discovery import NEEDS, web_ports
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.reach import Exposure, exposure_json

_ROWS = 20


@check(
    "DNS-002",
    "Product faces the internet at an address that will not stay",
    severity=Severity.LOW,
    needs=NEEDS | {"addresses"},
    fix="Give the instance an Elastic IP address, or put a load balancer in front.",
    guide=("S13", "S14"),
)
def ephemeral_address(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    AWS takes an instance's own public address back when it stops.

    The next start gives it another one, and the first goes to a stranger, with
    every record, allow-list and bookmark that still names it.
    An Elastic IP address stays until it is released; an alias to a load balancer
    follows wherever that goes. It is told of instances of known products whose web
    ports the internet gets straight to.
    """
    elastic = {address.public for address in estate.inventory.addresses}
    instances = {instance.id for instance in estate.inventory.instances}
    for resource, rows in estate.exposures.by_resource.items():
        profile = estate.profile_of(resource)
        if profile is None or resource not in instances:
            continue
        ports = web_ports(profile)
        found = [
            row
            for row in rows
            if row.family == "ipv4"
            and row.address not in elastic
            and any(_is_web(row, port) for port in ports)
        ]
        if found:
            yield _problem(estate, resource, profile.title, found)


def _is_web(row: Exposure, port: int) -> bool:
    return row.entry == "internet-gateway" and row.lets_in(port)


def _problem(
    estate: Estate, resource: str, title: str, rows: list[Exposure]
) -> Problem:
    addresses = ", ".join(dict.fromkeys(row.address for row in rows))
    region = estate.inventory.region
    return Problem(
        resource=resource,
        message=f"{title} on {estate.label(resource)} faces the internet at "
        f"{addresses}, which AWS takes back when the instance stops.",
        fix=f"aws ec2 allocate-address --region {region} --domain vpc\n"
        f"aws ec2 associate-address --region {region} --instance-id {resource} "
        "--allocation-id <the AllocationId of the first>\n"
        "Its address changes with that: update the records that name the old one.",
        evidence={"exposures": [exposure_json(row) for row in rows[:_ROWS]]},
    )
