"""Versions that are stated: by whom, of what, and where a look has told more."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.estate import Estate
from ringfence.inventory import Inventory
from ringfence.inventory.looks import Look
from ringfence.inventory.stacks import STACK_TAG, Stack
from ringfence.inventory.visits import HttpObservation
from ringfence.subjects.stated import narrowed, stated_versions
from tests.build import (
    ADDRESS,
    TAKEN_AT,
    a_listener,
    a_rule,
    an_estate,
    an_instance,
    balanced,
    public,
)

STATED = {"products": {"jira": {"version": "9.12.1"}}}
STACKED = {STACK_TAG: "atlassian"}
TAGGED = {"ringfence:version": "9.4.0"}


def with_tags(tags: dict[str, str], **parts: Any) -> Inventory:
    """Give a node of Jira with *tags*, and a stack that was to launch 8.5.0."""
    node = an_instance(tags={"Name": "jira-prod"} | tags)
    stack = Stack(name="atlassian", versions={"jira": "8.5.0"})
    return public(**({"instances": (node,), "stacks": (stack,)} | parts))


def said(estate: Estate) -> list[tuple[str, str]]:
    """Give what is stated, and by whom."""
    return [(one.text, one.source) for one in stated_versions(estate)]


@pytest.mark.parametrize(
    ("tags", "policy", "expected"),
    [
        (TAGGED | STACKED, STATED, [("9.4.0", "the tag ringfence:version")]),
        ({"JiraVersion": "9.4.0"}, STATED, [("9.4.0", "the tag JiraVersion")]),
        ({"jira-version": "9.4.0"}, {}, [("9.4.0", "the tag jira-version")]),
        (STACKED, STATED, [("9.12.1", "the policy")]),
        (STACKED, {}, [("8.5.0", "the stack atlassian")]),
        ({"Version": "2.0.1"}, {}, []),
        ({"BitbucketVersion": "8.9.0"}, {}, []),
        ({}, {}, []),
    ],
)
def test_the_nearest_has_the_say(
    tags: dict[str, str], policy: Any, expected: list[tuple[str, str]]
) -> None:
    """The instance's own tag, the policy, the stack; a tag of any name is no clue."""
    assert expected == said(an_estate(with_tags(tags), **policy))


def test_a_stack_that_launches_the_latest_says_no_version() -> None:
    """What was the latest then, nobody knows now."""
    stack = Stack(name="atlassian", versions={"jira": "latest"})

    assert [] == said(an_estate(with_tags(STACKED, stacks=(stack,))))


def test_what_was_seen_on_the_wire_has_the_last_word() -> None:
    """Behind a load balancer, too: the node is not judged a second time."""
    inventory = balanced(a_listener(443), product="jira")
    (node,) = inventory.instances
    inventory = replace(
        inventory, instances=(replace(node, tags={**node.tags, **TAGGED}),)
    )
    host = "web-1.eu-west-1.elb.amazonaws.com:443"

    assert [("9.4.0", "the tag ringfence:version")] == said(an_estate(inventory))
    assert [] == said(an_estate(replace(inventory, last_looks=(a_look(host),))))
    other = a_look(host, product="bitbucket")
    assert 1 == len(said(an_estate(replace(inventory, last_looks=(other,)))))


def test_the_policy_says_nothing_of_nodes_where_its_product_was_seen() -> None:
    """It speaks of the product; agents and runners may be called alike."""
    inventory = replace(with_tags({}), last_looks=(a_look("jira.example.com:443"),))

    assert [] == said(an_estate(inventory, **STATED))


@pytest.mark.parametrize(("rules", "is_public"), [((), False), ((443,), True)])
def test_who_reaches_it_is_known(rules: tuple[int, ...], *, is_public: bool) -> None:
    """A vulnerable version weighs more there."""
    node = an_instance(tags={"Name": "jira-prod"} | TAGGED)
    opened = public(*map(a_rule, rules), instances=(node,))

    assert [is_public] == [one.is_public for one in stated_versions(an_estate(opened))]


def test_it_covers_all_hosts_but_those_whose_stack_was_not_read() -> None:
    """A denied permission closes nothing."""
    inventory = with_tags(STACKED)
    blind = replace(inventory, read=inventory.read - {"stacks"})

    assert frozenset({"i-1"}) == narrowed(an_estate(inventory)).only
    assert frozenset() == narrowed(an_estate(blind)).only


def test_a_group_is_one_statement() -> None:
    """However many nodes it has."""
    tags = {"Name": "jira", "aws:autoscaling:groupName": "jira"} | TAGGED
    nodes = tuple(an_instance(id=f"i-{number}", tags=tags) for number in (1, 2))

    (one,) = stated_versions(an_estate(public(instances=nodes)))

    assert ("asg:jira", "i-1") == (one.resource, one.instance)


def a_look(endpoint: str, product: str = "jira") -> Look:
    """Give the last look at *endpoint*."""
    http = HttpObservation(
        endpoint=endpoint, address=ADDRESS, product=product, version="9.12.0"
    )
    return Look(endpoint=endpoint, asked_at=TAKEN_AT, observed_at=TAKEN_AT, http=http)
