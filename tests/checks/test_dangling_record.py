"""DNS-001: a record that leads to what is ours no longer."""

from typing import Any

from ringfence.checks.dangling_record import dangling_record
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Held
from ringfence.inventory.names import NameRecord
from ringfence.inventory.records import Address, LoadBalancer, NatGateway
from tests.build import ADDRESS, TAKEN_AT, an_estate, an_interface, an_inventory, days

DNS_NAME = "web-1.eu-west-1.elb.amazonaws.com"
GIT = "git.example.com"


def a_record(kind: str = "A", *values: str, **fields: Any) -> NameRecord:
    return NameRecord(
        **{"zone": "Z1", "name": GIT, "kind": kind, "values": values} | fields
    )


def was_ours(end: str, resource: str = "i-1") -> Held:
    return Held(end=end, resource=resource, seen_at=TAKEN_AT - days(3))


def remembered(record: NameRecord, *held: Held, **parts: Any) -> Inventory:
    return an_inventory(name_records=(record,), held=held, **parts)


A_BALANCER = LoadBalancer(
    id="web", name="web", kind="classic", is_internet_facing=True, dns_name=DNS_NAME
)

FIRES = [
    remembered(a_record("A", ADDRESS), was_ours(ADDRESS)),
    remembered(a_record("AAAA", "2001:DB8::7"), was_ours("2001:db8::7")),
    remembered(a_record("A", alias=f"dualstack.{DNS_NAME}"), was_ours(DNS_NAME, "web")),
    remembered(a_record("CNAME", DNS_NAME), was_ours(DNS_NAME, "web")),
    remembered(
        a_record("CNAME", "ec2-203-0-113-7.eu-west-1.compute.amazonaws.com"),
        was_ours(ADDRESS),
    ),
    remembered(a_record("A", ADDRESS, name="*.example.com"), was_ours(ADDRESS)),
]
QUIET = [
    # Never seen to be ours: another Region's, another account's, or not on AWS.
    remembered(a_record("A", ADDRESS)),
    remembered(a_record("CNAME", "web-9.eu-central-1.elb.amazonaws.com")),
    # Still ours, in each of the ways in which an address can be.
    remembered(
        a_record("A", ADDRESS),
        was_ours(ADDRESS),
        network_interfaces=(an_interface(),),
    ),
    remembered(
        a_record("A", ADDRESS),
        was_ours(ADDRESS),
        addresses=(Address(id="eipalloc-1", public=ADDRESS),),
    ),
    remembered(
        a_record("A", ADDRESS),
        was_ours(ADDRESS),
        nat_gateways=(
            NatGateway(id="nat-1", vpc="vpc-1", public_addresses=(ADDRESS,)),
        ),
    ),
    remembered(
        a_record("A", alias=f"dualstack.{DNS_NAME}"),
        was_ours(DNS_NAME, "web"),
        load_balancers=(A_BALANCER,),
    ),
    # The record was moved on to something else.
    remembered(a_record("A", "203.0.113.99"), was_ours(ADDRESS)),
]


def problems(inventory: Inventory) -> list[Problem]:
    found = list(dangling_record(an_estate(inventory)))
    return [item for item in found if isinstance(item, Problem)]


def test_an_address_weighs_more_than_a_dead_name() -> None:
    """Strangers get the address; nobody gets the load balancer's name."""
    address, _, balancer, *_ = [problems(inventory)[0].severity for inventory in FIRES]

    assert (Severity.HIGH, Severity.MEDIUM) == (address, balancer)


def test_the_record_that_leads_astray_is_told_not_those_that_lead_to_it() -> None:
    """One bad record is one finding, however many names go through it."""
    inventory = an_inventory(
        name_records=(
            a_record("A", ADDRESS),
            a_record("CNAME", GIT, name="stash.example.com"),
        ),
        held=(was_ours(ADDRESS),),
    )

    assert [GIT] == [item.resource for item in problems(inventory)]


def test_records_of_a_routing_policy_are_told_once_each_value() -> None:
    """Two weighted records that say the same are one thing to mend."""
    inventory = an_inventory(
        name_records=(
            a_record("A", ADDRESS, identifier="blue"),
            a_record("A", ADDRESS, identifier="green"),
        ),
        held=(was_ours(ADDRESS),),
    )

    assert 1 == len(problems(inventory))


def test_it_says_whose_it_was_and_in_which_zone_to_look() -> None:
    """At two in the morning that is what one needs to know."""
    (problem,) = problems(FIRES[0])

    assert "203.0.113.7, which was i-1's" in problem.message
    assert "--hosted-zone-id Z1" in (problem.fix or "")
