"""DNS-001: a record that leads to what is ours no longer."""

from collections.abc import Iterator
from ipaddress import ip_address

from ringfence.checks import check
from ringfence.discovery import plain_end
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.looks import Held
from ringfence.inventory.names import NameRecord
from ringfence.subjects.held import NEEDS, ends_of


@check(
    "DNS-001",
    "DNS record leads to what is ours no longer",
    severity=Severity.HIGH,
    needs=NEEDS | {"name_records", "held"},
    fix="Delete the record, or point it to what serves the name now.",
    guide=("S14",),
)
def dangling_record(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever is given the address next is served under our name.

    They can then have a certificate made for the name, and collect the passwords
    and sessions of everybody who still goes there.
    It is told of public records only, and only of what was seen to be this
    account's in this Region while a record led there: what leads to other
    accounts, to other Regions or away from AWS is not judged.
    A load balancer's name is given to nobody else: such a record is dead, and
    weighs less.
    """
    ours = ends_of(estate.inventory)
    before = {item.end: item for item in estate.inventory.held}
    for record in _different(estate.inventory.name_records):
        for text in record.values or (record.alias,):
            end = plain_end(text)
            was = before.get(end)
            if was and end not in ours:
                yield _problem(estate, record, was)


def _different(records: tuple[NameRecord, ...]) -> Iterator[NameRecord]:
    """Give one record of each name, kind and value; policies repeat them."""
    by_value = {
        (record.name, record.kind, record.values, record.alias): record
        for record in records
    }
    yield from by_value.values()


def _problem(estate: Estate, record: NameRecord, was: Held) -> Problem:
    is_address = _is_address(was.end)
    danger = (
        "AWS gives it to others, who are then served under this name."
        if is_address
        else "The name leads nowhere."
    )
    region = estate.inventory.region
    return Problem(
        resource=record.name,
        discriminator=f"{record.kind}-{was.end}",
        severity=Severity.HIGH if is_address else Severity.MEDIUM,
        message=f"The {record.kind} record {record.name} leads to {was.end}, which was "
        f"{was.resource}'s and is nobody's in this account and {region} any more. "
        f"{danger}",
        fix="aws route53 list-resource-record-sets --hosted-zone-id "
        f"{record.zone} --query \"ResourceRecordSets[?Name=='{record.name}.']\"\n"
        "Delete that record (aws route53 change-resource-record-sets), or point it "
        "to what serves the name now.",
        evidence={
            "zone": record.zone,
            "name": record.name,
            "type": record.kind,
            "values": list(record.values),
            "alias": record.alias,
            "end": was.end,
            "was": was.resource,
        },
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
