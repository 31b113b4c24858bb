"""DNS-003: a product that faces the internet without a name."""

from dataclasses import replace

from ringfence.checks.nameless_product import nameless_product
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.names import NameRecord
from ringfence.inventory.records import Address
from tests.build import (
    ADDRESS,
    BALANCER,
    a_listener,
    a_rule,
    an_estate,
    balanced,
    public,
)

OTHER = Address(id="eipalloc-9", public="203.0.113.99")
DNS_NAME = "web-1.eu-west-1.elb.amazonaws.com"


def named(inventory: Inventory, *records: NameRecord) -> Inventory:
    """*inventory* in an account whose zones lead to something here, and *records*."""
    used = NameRecord(
        zone="Z1", name="www.example.com", kind="A", values=(OTHER.public,)
    )
    return replace(
        inventory,
        addresses=(*inventory.addresses, OTHER),
        name_records=(used, *records),
    )


def leads(name: str, end: str) -> NameRecord:
    if end == ADDRESS:
        return NameRecord(zone="Z1", name=name, kind="A", values=(end,))
    return NameRecord(zone="Z1", name=name, kind="A", alias=f"dualstack.{end}")


FIRES = [
    named(public(a_rule(443), product="jira")),
    named(balanced(a_listener(), product="jira")),
]
QUIET = [
    named(public(a_rule(443), product="jira"), leads("jira.example.com", ADDRESS)),
    named(public(a_rule(443), product="jira"), leads("*.example.com", ADDRESS)),
    named(balanced(a_listener(), product="jira"), leads("jira.example.com", DNS_NAME)),
    named(balanced(a_listener(), product="jira"), leads("*.example.com", DNS_NAME)),
    # Not a product, or not open.
    named(public(a_rule(443))),
    named(public(product="jira")),
    # This account's zones, if any, are not where these names are kept.
    public(a_rule(443), product="jira"),
]


def test_it_is_told_once_of_a_resource_with_many_ports() -> None:
    """Several listeners of one load balancer lack one name."""
    estate = an_estate(named(balanced(a_listener(), a_listener(8443), product="jira")))
    found = [one for one in nameless_product(estate) if isinstance(one, Problem)]

    assert [BALANCER] == [one.resource for one in found]
