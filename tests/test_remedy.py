"""The commands are those that the AWS CLI takes."""

import json
import shlex
from dataclasses import replace

import pytest

from ringfence.finding import Severity
from ringfence.inventory.records import Action, LoadBalancer, Rule
from ringfence.inventory.references import Reference
from ringfence.openings import Kind
from ringfence.subjects.remedy import redirect_commands, revoke_commands
from ringfence.subjects.telling import Teller
from tests.build import (
    BALANCER,
    REDIRECT,
    REGION,
    SUBNET,
    VPC,
    a_listener,
    a_rule,
    an_estate,
    balanced,
)


def permissions(rule: Rule) -> object:
    """Give what ``--ip-permissions`` says of *rule*."""
    (command,) = revoke_commands(REGION, [rule])
    return json.loads(shlex.split(command)[-1])


@pytest.mark.parametrize(
    ("rule", "permission"),
    [
        (
            a_rule(None, protocol="all", name=None),
            {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
        ),
        (
            a_rule(None, "::/0", protocol="udp", name=None),
            {
                "IpProtocol": "udp",
                "FromPort": 0,
                "ToPort": 65535,
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            },
        ),
        (
            a_rule(None, "pl-1", protocol="icmp", name=None),
            {
                "IpProtocol": "icmp",
                "FromPort": -1,
                "ToPort": -1,
                "PrefixListIds": [{"PrefixListId": "pl-1"}],
            },
        ),
        (
            a_rule(22, "sg-2", name=None),
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "UserIdGroupPairs": [{"GroupId": "sg-2"}],
            },
        ),
        (
            replace(
                a_rule(22, "sg-2", name=None),
                reference=Reference("444455556666", "vpc-9", "pcx-1", "active"),
            ),
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "UserIdGroupPairs": [
                    {
                        "GroupId": "sg-2",
                        "UserId": "444455556666",
                        "VpcId": "vpc-9",
                        "VpcPeeringConnectionId": "pcx-1",
                    }
                ],
            },
        ),
    ],
)
def test_permission_is_spelt_as_ec2_spells_it(
    rule: Rule, permission: dict[str, object]
) -> None:
    """A rule without an id is revoked by its exact permission."""
    assert [permission] == permissions(rule)


def test_rules_of_one_group_are_one_command() -> None:
    """Each group takes one call."""
    rules = [a_rule(22, name="sgr-1"), a_rule(23, name="sgr-2")]

    (command,) = revoke_commands(REGION, rules)

    assert command.endswith("--group-id sg-1 --security-group-rule-ids sgr-1 sgr-2")


def test_classic_listener_is_removed() -> None:
    """A classic load balancer cannot redirect."""
    listener = a_listener(80, "HTTP", id="web/80", balancer="web")

    (command,) = redirect_commands(REGION, listener)

    assert (
        "aws elb delete-load-balancer-listeners --region eu-west-1 "
        "--load-balancer-name web --load-balancer-ports 80"
    ) == command


def test_redirecting_listener_needs_no_command() -> None:
    """What redirects already stays as it is."""
    listener = a_listener(80, "HTTP", [REDIRECT])

    assert [] == list(redirect_commands(REGION, listener))


def test_balancer_without_groups_loses_its_listener() -> None:
    """Where no group guards a load balancer, its listener is what can be closed."""
    listener = a_listener(9000, "TCP", [Action(kind="forward", targets=())])
    inventory = replace(
        balanced(listener, kind="network"),
        load_balancers=(
            LoadBalancer(
                id=BALANCER,
                name="web",
                kind="network",
                is_internet_facing=True,
                vpc=VPC,
                subnets=(SUBNET,),
            ),
        ),
    )
    teller = Teller(an_estate(inventory))
    (opening,) = teller.of_kind(Kind.OTHER)
    problem = teller.problem(opening, base=Severity.MEDIUM, why="")

    assert (
        f"aws elbv2 delete-listener --region eu-west-1 --listener-arn {listener.id}"
    ) == problem.fix
