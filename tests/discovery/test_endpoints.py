"""Every endpoint is found once, by its best name, and nothing else is."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.estate import Estate
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Endpoint
from ringfence.inventory.names import NameRecord
from ringfence.policy import Policy, read_policy
from tests.build import (
    ADDRESS,
    BALANCER,
    INSTANCE,
    REDIRECT,
    a_group,
    a_listener,
    a_rule,
    an_inventory,
    balanced,
    public,
)

DNS_NAME = "web-1.eu-west-1.elb.amazonaws.com"
HTTPS = a_listener()


def endpoints(inventory: Inventory, **fields: Any) -> tuple[Endpoint, ...]:
    return Estate(inventory, **fields).endpoints


def where(inventory: Inventory, **fields: Any) -> list[str]:
    return [item.name for item in endpoints(inventory, **fields)]


def with_records(inventory: Inventory, *records: NameRecord) -> Inventory:
    return replace(inventory, name_records=records)


def alias(name: str = "git.example.com") -> NameRecord:
    return NameRecord(zone="Z1", name=name, kind="A", alias=f"dualstack.{DNS_NAME}")


def an_address(name: str, *values: str) -> NameRecord:
    return NameRecord(zone="Z1", name=name, kind="A", values=values)


def test_a_listener_is_asked_for_by_the_names_that_lead_there() -> None:
    """All that is known of it goes along; AWS's own name adds nothing."""
    records = alias(), alias("stash.example.com"), alias("*.example.com")
    inventory = with_records(balanced(HTTPS, product="bitbucket"), *records)
    inventory = replace(
        inventory,
        load_balancers=tuple(
            replace(item, tags={"Team": "platform"})
            for item in inventory.load_balancers
        ),
    )
    git = Endpoint(
        host="git.example.com",
        port=443,
        resource=BALANCER,
        product="bitbucket",
        owner="platform",
        found_by=(HTTPS.id, "record git.example.com"),
    )
    stash = replace(
        git,
        host="stash.example.com",
        found_by=(HTTPS.id, "record stash.example.com"),
    )

    assert (git, stash) == endpoints(inventory)


def test_a_listener_without_a_name_is_asked_for_by_aws_s() -> None:
    """No certificate need name that."""
    (found,) = endpoints(balanced(HTTPS))

    assert (DNS_NAME, False, True) == (found.host, found.is_named, found.is_promised)


def test_every_listener_of_the_web_is_an_endpoint() -> None:
    """Plain HTTP too; what speaks neither is not."""
    ssh = a_listener(7999, "TCP")
    passed_on = a_listener(8443, "TCP")
    plain = a_listener(80, "HTTP", [REDIRECT])
    inventory = balanced(HTTPS, plain, passed_on, ssh, kind="network")

    assert [f"{DNS_NAME}:{port}" for port in (80, 443, 8443)] == where(inventory)


def test_a_listener_that_nobody_gets_to_is_none() -> None:
    """The load balancer's group lets nothing in from outside."""
    inventory = balanced(HTTPS)
    shut = tuple(
        replace(group, rules=()) if group.id == "sg-lb" else group
        for group in inventory.security_groups
    )

    assert [] == where(replace(inventory, security_groups=shut))


def test_of_a_listener_for_some_silence_is_not_remarkable() -> None:
    """Ringfence itself may be among those that are kept out."""
    inventory = balanced(HTTPS)
    some = a_group(a_rule(443, "198.51.100.0/24"), id="sg-lb")
    others = tuple(item for item in inventory.security_groups if item.id != "sg-lb")
    (found,) = endpoints(replace(inventory, security_groups=(some, *others)))

    assert not found.is_promised


def test_internal_listeners_are_for_probes_inside() -> None:
    """Nobody else gets there."""
    inventory = balanced(HTTPS)
    (balancer,) = inventory.load_balancers
    inside = replace(
        inventory, load_balancers=(replace(balancer, is_internet_facing=False),)
    )

    assert [] == where(inside)
    assert [f"{DNS_NAME}:443"] == where(inside, probes_inside=True)


@pytest.mark.parametrize(
    ("product", "ports", "expected"),
    [
        ("", (0, 65535), (80, 443, 8443)),
        ("", (8080, 8090), ()),
        ("bitbucket", (0, 65535), (80, 443, 7990, 7991, 8443)),
        ("confluence", (8080, 8095), (8080, 8090, 8091)),
        ("bitbucket", (22, 22), ()),
        ("bitbucket", (7999, 7999), ()),
        ("bitbucket", (5701, 5701), ()),
        ("", (5432, 5432), ()),
    ],
)
def test_an_instance_is_looked_at_where_the_web_or_its_product_speaks(
    product: str, ports: tuple[int, int], expected: tuple[int, ...]
) -> None:
    """Not at SSH, data stores and clusters, however open they are."""
    inventory = public(a_rule(ports), product=product)

    assert [f"{ADDRESS}:{port}" for port in expected] == where(inventory)


def test_a_policy_s_own_product_is_known() -> None:
    """Its ports count as those of the built-in ones."""
    policy = read_policy(
        "products: {gitea: {title: Gitea, names: ['*gitea*'], proxied: [3000]}}"
    )
    inventory = public(a_rule(3000), product="gitea")

    assert [f"{ADDRESS}:3000"] == where(inventory, policy=policy)


def test_an_address_is_asked_for_by_its_name() -> None:
    """And what the record says is what it should resolve to."""
    record = an_address("jira.example.com", ADDRESS, "203.0.113.8")
    (found,) = endpoints(with_records(public(a_rule(443), product="jira"), record))

    assert Endpoint(
        host="jira.example.com",
        port=443,
        addresses=(ADDRESS, "203.0.113.8"),
        resource=INSTANCE,
        product="jira",
        is_promised=False,
        found_by=(INSTANCE, "record jira.example.com"),
    ) == replace(found, owner="")


def test_what_is_found_twice_is_one_endpoint() -> None:
    """The policy's entry, the listener and the record are the same place."""
    policy = read_policy("endpoints: [{host: Git.example.com.}]")
    (found,) = endpoints(with_records(balanced(HTTPS), alias()), policy=policy)

    assert ("policy", HTTPS.id, "record git.example.com") == found.found_by
    assert BALANCER == found.resource


def test_the_policy_s_endpoints_come_first() -> None:
    """So that they are never among those that are too many."""
    policy = read_policy("endpoints: [{host: zzz.example.com}]")
    found = where(
        with_records(balanced(HTTPS), alias("aaa.example.com")), policy=policy
    )

    assert ["zzz.example.com:443", "aaa.example.com:443"] == found


@pytest.mark.parametrize("part", ["listeners", "security_groups"])
def test_what_was_not_read_shows_no_endpoints(part: str) -> None:
    """An empty answer is no answer; the policy's are there all the same."""
    policy = read_policy("endpoints: [{host: git.example.com}]")
    inventory = balanced(HTTPS)
    blind = replace(inventory, read=inventory.read - {part})

    assert ["git.example.com:443"] == where(blind, policy=policy)


def test_names_that_were_not_read_leave_aws_s() -> None:
    """Without Route 53 the listener is still looked at."""
    inventory = with_records(balanced(HTTPS), alias())
    blind = replace(inventory, read=inventory.read - {"name_records"})

    assert [f"{DNS_NAME}:443"] == where(blind)


def test_a_stopped_instance_has_no_endpoint() -> None:
    """Nothing answers there."""
    inventory = public(a_rule(443), product="jira")
    (instance,) = inventory.instances
    stopped = (replace(instance, state="stopped"),)

    assert [] == where(replace(inventory, instances=stopped))


def test_an_empty_account_has_none() -> None:
    """Nor does it need any."""
    assert () == endpoints(an_inventory(), policy=Policy())
