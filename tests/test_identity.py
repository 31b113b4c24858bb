"""Products are recognised by tags, image, instance profile or port."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ringfence.identity import Identity, identities
from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.databases import Database
from ringfence.inventory.launching import AutoScalingGroup
from ringfence.inventory.records import (
    Action,
    Image,
    Instance,
    Listener,
    ListenerRule,
    NetworkInterface,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
)
from ringfence.products import PROFILES


def seen(**parts: Any) -> Inventory:
    """Give an inventory with some parts."""
    return Inventory(
        account="111122223333",
        region="eu-west-1",
        taken_at=datetime(2026, 11, 22, tzinfo=UTC),
        read=PARTS,
        **parts,
    )


def forwarding_to(group: str) -> Listener:
    """Give a listener of whatever load balancer that forwards to *group*."""
    action = Action(kind="forward", targets=(group,))
    rule = ListenerRule(id="r", priority=None, actions=(action,))
    return Listener(id="l", balancer="b", port=443, protocol="HTTPS", rules=(rule,))


def listening_on(port: int) -> SecurityGroup:
    """Give a group that opens one port."""
    rule = Rule(
        "sg-1",
        is_egress=False,
        protocol="tcp",
        ports=(port, port),
        icmp=(-1, -1),
        source="10.0.0.0/8",
    )
    return SecurityGroup(id="sg-1", name="app", vpc="vpc-1", rules=(rule,))


@pytest.mark.parametrize(
    ("instance", "parts", "product"),
    [
        (Instance(id="i-1", tags={"Name": "prod Jira Node"}), {}, "jira"),
        (Instance(id="i-1", tags={"ringfence:product": "crowd"}), {}, "crowd"),
        (
            Instance(id="i-1", image="ami-1"),
            {"images": (Image(id="ami-1", name="Atlassian Stash 2015.07 (HVM)"),)},
            "bitbucket",
        ),
        (
            Instance(
                id="i-1",
                profile="arn:aws:iam::111122223333:instance-profile/confluence-node",
            ),
            {},
            "confluence",
        ),
        (
            Instance(id="i-1", groups=("sg-1",)),
            {"security_groups": (listening_on(8085),)},
            "bamboo",
        ),
        (
            Instance(id="i-1"),
            {
                "target_groups": (
                    TargetGroup(
                        id="tg",
                        name="tg",
                        kind="instance",
                        protocol="HTTP",
                        port=7990,
                        targets=(Target("i-1", 7990, "healthy"),),
                    ),
                ),
                "listeners": (forwarding_to("tg"),),
            },
            "bitbucket",
        ),
        (
            Instance(id="i-1", groups=("sg-1",)),
            {"security_groups": (listening_on(8080),)},
            None,
        ),
        (Instance(id="i-1", tags={"Name": "web"}), {}, None),
    ],
)
def test_an_instance_is_recognised(
    instance: Instance, parts: dict[str, Any], product: str | None
) -> None:
    """Each clue alone is enough; a port that several products use is not."""
    known = identities(seen(instances=(instance,), **parts), PROFILES)

    assert product == known["i-1"].product


def test_an_explicit_tag_beats_the_name() -> None:
    """The owner's own word comes first."""
    tags = {"Name": "jira-and-crowd", "ringfence:product": "crowd"}
    known = identities(seen(instances=(Instance(id="i-1", tags=tags),)), PROFILES)

    assert "crowd" == known["i-1"].product


def test_a_group_belongs_to_the_product_that_uses_it() -> None:
    """A group is a product's when only that product's interfaces carry it."""
    known = identities(
        seen(
            instances=(Instance(id="i-1", tags={"Name": "jira"}),),
            network_interfaces=(
                NetworkInterface(
                    id="eni-1",
                    vpc="vpc-1",
                    subnet="subnet-1",
                    instance="i-1",
                    groups=("sg-1",),
                ),
            ),
            security_groups=(listening_on(443),),
        ),
        PROFILES,
    )

    assert ("jira", "app", "vpc-1") == (
        known["sg-1"].product,
        known["sg-1"].name,
        known["sg-1"].vpc,
    )


def test_a_database_is_known_by_its_arn() -> None:
    """Its name, VPC and tags sign findings, and its name may tell the product."""
    arn = "arn:aws:rds:eu-west-1:111122223333:db:prod-jira"
    tags = {"Team": "tools"}
    database = Database(
        id="prod-jira", arn=arn, engine="postgres", vpc="vpc-1", tags=tags
    )

    known = identities(seen(databases=(database,)), PROFILES)

    expected = Identity(name="prod-jira", vpc="vpc-1", product="jira", tags=tags)
    assert {arn: expected} == known


def test_a_group_is_known_by_its_instances() -> None:
    """A change in one VPC sees their tag, and not the group itself."""
    tags = {"aws:autoscaling:groupName": "wiki", "Name": "confluence-1"}
    instances = tuple(
        Instance(id=name, state="running", vpc="vpc-1", tags=tags | {"N": name})
        for name in ("i-2", "i-1")
    )
    group = AutoScalingGroup(name="wiki", tags={"Team": "a"})
    narrowed = seen(instances=instances)

    known = identities(narrowed, PROFILES)["asg:wiki"]

    assert ("wiki", "vpc-1", "confluence") == (known.name, known.vpc, known.product)
    assert "i-1" == known.tags["N"]
    whole = replace(narrowed, auto_scaling_groups=(group,))
    assert known == identities(whole, PROFILES)["asg:wiki"]


def test_a_group_without_instances_is_known_by_itself() -> None:
    """Its subnets tell the VPC, its tags and name the product."""
    group = AutoScalingGroup(name="jira", subnets=("subnet-1",), tags={"Team": "a"})
    subnet = Subnet(id="subnet-1", vpc="vpc-1")
    inventory = seen(auto_scaling_groups=(group,), subnets=(subnet,))

    assert (
        Identity(name="jira", vpc="vpc-1", product="jira", tags={"Team": "a"})
        == identities(inventory, PROFILES)["asg:jira"]
    )


def test_an_instance_of_atlassian_s_image_is_recognised_by_its_id() -> None:
    """Even where the image is gone and nobody named the instance."""
    instance = Instance(id="i-1", image="ami-47246f34", state="running")

    assert (
        "bitbucket" == identities(seen(instances=(instance,)), PROFILES)["i-1"].product
    )
