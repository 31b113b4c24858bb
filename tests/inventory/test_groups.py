"""Security group rules are read one by one, with their ids where AWS told them."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.inventory.read import read
from ringfence.inventory.records import Ports, Rule
from ringfence.inventory.references import Reference
from ringfence.snapshot import Gap
from tests.inventory.estate import a_snapshot, an_inventory, pages

ALL = (-1, -1)


def test_a_permission_is_one_rule_for_each_source() -> None:
    """Blocks of both families, prefix lists and groups stand for themselves."""
    web = an_inventory().security_groups[0]

    assert (
        _web("tcp", (443, 443), "0.0.0.0/0", "sgr-01", "everyone"),
        _web("tcp", (443, 443), "10.0.0.0/8", "sgr-02"),
        _web("tcp", (443, 443), "::/0", "sgr-03"),
        _web("tcp", (22, 22), "pl-0a1", "sgr-04", "offices"),
        replace(
            _web("tcp", (5432, 5432), "sg-0a2", "sgr-05"),
            reference=Reference(account="123456789012"),
        ),
        replace(
            _web("tcp", (8080, 8080), "sg-0dead", "sgr-06"),
            reference=Reference(None, "vpc-0dead", "pcx-0a1", "deleted"),
        ),
        _web("icmp", None, "0.0.0.0/0", "sgr-07", icmp=(8, -1)),
        _web("icmp", None, "10.0.0.0/8", "sgr-08", icmp=(8, 0)),
        _web("icmpv6", None, "::/0", "sgr-09"),
        _web("50", None, "192.0.2.0/24", "sgr-10"),
        _web("all", None, "10.0.0.0/16", "sgr-11"),
        Rule("sg-0a1", True, "all", None, ALL, "0.0.0.0/0", "", "sgr-12"),  # noqa: FBT003
    ) == web.rules


def _web(  # noqa: PLR0917 - a row of a table
    protocol: str,
    ports: Ports | None,
    source: str,
    identity: str,
    description: str = "",
    icmp: tuple[int, int] = ALL,
) -> Rule:
    return Rule(
        "sg-0a1",
        False,  # noqa: FBT003
        protocol,
        ports,
        icmp,
        source,
        description,
        identity,
    )


def test_a_group_of_ec2_classic_has_no_vpc_and_names_its_sources() -> None:
    """An old dump may name a group by its name alone; it is a reference still."""
    classic = an_inventory().security_groups[2]

    assert classic.vpc is None
    assert ("sg-amazon-elb-sg", (0, 65535)) == (
        classic.rules[0].source,
        classic.rules[0].ports,
    )


def test_without_rules_asked_for_there_are_no_ids() -> None:
    """The ids are detail: the rules themselves are in the groups."""
    responses = pages()
    del responses["ec2.describe_security_group_rules"]

    inventory = read(a_snapshot(responses))

    assert "security_groups" in inventory.read
    assert "rule_ids" not in inventory.read
    assert {None} == {r.id for g in inventory.security_groups for r in g.rules}


def test_rules_denied_are_a_gap_of_the_ids_alone() -> None:
    """What adds only detail takes no part away."""
    gap = Gap("ec2.describe_security_group_rules", "UnauthorizedOperation")
    responses = pages()
    del responses[gap.operation]

    inventory = read(a_snapshot(responses, gap))

    assert {"rule_ids": (gap,)} == inventory.gaps
    assert "security_groups" in inventory.read


@pytest.mark.parametrize(
    ("number", "name"), [("6", "tcp"), ("17", "udp"), ("1", "icmp"), ("58", "icmpv6")]
)
def test_a_protocol_s_number_is_its_name(number: str, name: str) -> None:
    """AWS takes both."""
    permission: dict[str, Any] = {
        "IpProtocol": number,
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
    }

    assert name == _only_rule(permission).protocol


@pytest.mark.parametrize("port", [{}, {"FromPort": -1, "ToPort": -1}])
def test_ports_that_are_absent_or_minus_one_are_all(port: dict[str, int]) -> None:
    """Old and new answers say it differently."""
    permission: dict[str, Any] = {
        "IpProtocol": "tcp",
        "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
        **port,
    }

    assert _only_rule(permission).ports is None


def test_a_null_port_is_all() -> None:
    """Some dumps keep the key."""
    permission: dict[str, Any] = {"IpProtocol": "-1", "FromPort": None, "ToPort": None}

    assert _only_rule(permission | {"IpRanges": [{"CidrIp": "::/0"}]}).ports is None


def _only_rule(permission: dict[str, Any]) -> Rule:
    group = {
        "GroupId": "sg-1",
        "IpPermissions": [permission],
        "IpPermissionsEgress": [],
    }
    inventory = an_inventory(ec2__describe_security_groups={"SecurityGroups": [group]})
    ((rule,),) = [group.rules for group in inventory.security_groups]
    return rule


@pytest.mark.parametrize(
    ("group", "message"),
    [
        ({"GroupName": "x"}, r"SecurityGroups\[0\]: GroupId is missing"),
        ({"GroupId": 7}, r"SecurityGroups\[0\]: GroupId is not text"),
        ({"GroupId": "sg-1", "IpPermissions": {}}, "IpPermissions is not a list"),
        ({"GroupId": "sg-1", "IpPermissions": [{}]}, "IpProtocol is not a protocol"),
        (
            {
                "GroupId": "sg-1",
                "IpPermissions": [{"IpProtocol": "tcp", "FromPort": "22"}],
            },
            "FromPort is not an integer",
        ),
    ],
)
def test_a_malformed_group_names_the_operation_and_the_key(
    group: dict[str, Any], message: str
) -> None:
    """Whoever wrote the snapshot finds the place."""
    with pytest.raises(ValueError, match=f"ec2.describe_security_groups: .*{message}"):
        an_inventory(ec2__describe_security_groups={"SecurityGroups": [group]})


def test_a_dump_without_egress_lets_everything_out() -> None:
    """A file that somebody cut down must not hide a path through a load balancer."""
    dump = {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": []}]}
    (group,) = an_inventory(ec2__describe_security_groups=dump).security_groups

    assert [(True, "all", "0.0.0.0/0"), (True, "all", "::/0")] == [
        (rule.is_egress, rule.protocol, rule.source) for rule in group.rules
    ]
