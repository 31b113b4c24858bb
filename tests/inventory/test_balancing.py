"""Load balancers of all kinds are read into the same records."""

import pytest

from ringfence.inventory.read import read
from ringfence.inventory.records import (
    Action,
    Listener,
    ListenerRule,
    LoadBalancer,
    Target,
    TargetGroup,
)
from ringfence.snapshot import Gap
from tests.inventory.estate import a_snapshot, an_inventory, pages

ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012"
ALB = f"{ELB}:loadbalancer/app/web/a1"
NLB = f"{ELB}:loadbalancer/net/ssh/b1"
GATEWAY = f"{ELB}:loadbalancer/gateway/ids/c1"
HTTPS = f"{ELB}:listener/app/web/a1/443"
BITBUCKET = f"{ELB}:targetgroup/bitbucket/1"
IDS = f"{ELB}:targetgroup/ids/3"
IAM_CERTIFICATE = "arn:aws:iam::123456789012:server-certificate/old"


def test_a_balancer_has_its_attributes_and_tags() -> None:
    """Each comes from an answer of its own."""
    assert (
        LoadBalancer(
            id=ALB,
            name="web",
            kind="application",
            is_internet_facing=True,
            vpc="vpc-0a1",
            address_type="dualstack",
            dns_name="web-1.eu-west-1.elb.amazonaws.com",
            subnets=("subnet-0a1", "subnet-0a2"),
            groups=("sg-0a1",),
            attributes={
                "access_logs.s3.enabled": "false",
                "ipv6.deny_all_igw_traffic": "false",
            },
            tags={"team": "tools"},
        )
        == an_inventory().load_balancers[0]
    )


def test_a_gateway_balancer_faces_nobody() -> None:
    """It has no scheme, no listener's port and no rules."""
    inventory = an_inventory()

    assert (GATEWAY, False) == (
        inventory.load_balancers[2].id,
        inventory.load_balancers[2].is_internet_facing,
    )
    assert (
        Listener(
            id=f"{ELB}:listener/gateway/ids/c1/1",
            balancer=GATEWAY,
            port=6081,
            protocol="GENEVE",
            rules=(
                ListenerRule(
                    id=f"{ELB}:listener/gateway/ids/c1/1",
                    priority=None,
                    actions=(Action(kind="forward", targets=(IDS,)),),
                ),
            ),
        )
        == inventory.listeners[3]
    )


def test_a_classic_balancer_looks_like_the_others() -> None:
    """Its name is its id, and its attributes have the newer names."""
    assert (
        LoadBalancer(
            id="jira",
            name="jira",
            kind="classic",
            is_internet_facing=False,
            vpc="vpc-0a1",
            dns_name="jira-1.eu-west-1.elb.amazonaws.com",
            subnets=("subnet-0a1",),
            groups=("sg-0a1",),
            attributes={
                "access_logs.s3.enabled": "false",
                "load_balancing.cross_zone.enabled": "true",
                "connection_draining.enabled": "false",
                "idle_timeout.timeout_seconds": "60",
                "elb.http.desyncmitigationmode": "defensive",
            },
            tags={"product": "jira"},
        )
        == an_inventory().load_balancers[3]
    )


def test_rules_stand_by_priority_with_the_default_last() -> None:
    """Nine comes before twenty, whatever AWS's order."""
    listener = an_inventory().listeners[1]

    assert [3, 9, 20, None] == [rule.priority for rule in listener.rules]


def test_a_rule_tells_source_conditions_from_others() -> None:
    """Sources are exact sets; a path is the client's choice."""
    blocked, _, admin, _ = an_inventory().listeners[1].rules

    assert (("192.0.2.0/24",), False) == (
        blocked.source_cidrs,
        blocked.has_other_conditions,
    )
    assert (("198.51.100.0/24", "2001:db8::/32"), True) == (
        admin.source_cidrs,
        admin.has_other_conditions,
    )


def test_actions_stand_in_order_and_targets_have_weight() -> None:
    """A group of weight 0 gets nothing."""
    _, _, admin, _ = an_inventory().listeners[1].rules

    assert (
        Action(kind="authenticate-oidc"),
        Action(kind="forward", targets=(BITBUCKET,)),
    ) == admin.actions


def test_a_redirect_says_where_to() -> None:
    """What it leaves out stays as the client asked."""
    to_https = an_inventory().listeners[0].rules[0].actions
    elsewhere = an_inventory().listeners[1].rules[1].actions

    assert (
        Action(kind="redirect", redirect_protocol="HTTPS", redirect_port="443"),
    ) == to_https
    assert (
        Action(
            kind="redirect", redirect_protocol="#{protocol}", redirect_port="#{port}"
        ),
    ) == elsewhere


def test_a_classic_listener_forwards_to_the_instance_port() -> None:
    """Its policy is the one that negotiates TLS, not the sticky one."""
    assert (
        Listener(
            id="jira/443",
            balancer="jira",
            port=443,
            protocol="HTTPS",
            policy="ELBSecurityPolicy-2016-08",
            certificates=(IAM_CERTIFICATE,),
            rules=(
                ListenerRule(
                    id="jira/443",
                    priority=None,
                    actions=(Action(kind="forward", targets=("jira/8080",)),),
                ),
            ),
        )
        == an_inventory().listeners[5]
    )


def test_a_classic_balancer_has_one_group_for_each_instance_port() -> None:
    """Two listeners may share it."""
    groups = an_inventory().target_groups[4:]

    assert ["jira/8080", "jira/22"] == [group.id for group in groups]
    assert (
        TargetGroup(
            id="jira/22",
            name="jira/22",
            kind="instance",
            protocol="TCP",
            port=22,
            vpc="vpc-0a1",
            targets=(
                Target("i-0a1", 22, "unavailable"),
                Target("i-0a2", 22, "unavailable"),
            ),
        )
        == groups[1]
    )


def test_a_target_group_has_its_targets_with_their_state() -> None:
    """A stopped instance stays registered, unused."""
    assert (
        TargetGroup(
            id=BITBUCKET,
            name="bitbucket",
            kind="instance",
            protocol="HTTP",
            port=7990,
            vpc="vpc-0a1",
            crosses_zones=False,
            targets=(Target("i-0a1", 7990, "healthy"), Target("i-0a2", 7990, "unused")),
            tags={"product": "bitbucket"},
        )
        == an_inventory().target_groups[0]
    )


def test_what_a_group_leaves_to_its_load_balancer_is_not_its_own() -> None:
    """AWS's third value is no setting; an address has its zone."""
    ssh = an_inventory().target_groups[1]

    assert (None, "eu-west-1a") == (ssh.crosses_zones, ssh.targets[0].zone)


def test_a_group_whose_attributes_nobody_asked_for_is_read() -> None:
    """A snapshot of before has them for TCP and its like only."""
    ssh = pages()["elbv2.describe_target_group_attributes"]
    old = {arn: told for arn, told in ssh.items() if "/ssh/" in arn}

    inventory = an_inventory(elbv2__describe_target_group_attributes=old)

    assert "target_groups" in inventory.read
    assert (BITBUCKET, None) == (
        inventory.target_groups[0].id,
        inventory.target_groups[0].crosses_zones,
    )


@pytest.mark.parametrize(
    ("told", "expected"),
    [(None, False), ("authenticate", False), ("deny", False), ("allow", True)],
)
@pytest.mark.parametrize("kind", ["Oidc", "Cognito"])
def test_an_authentication_may_let_strangers_pass(
    *, kind: str, told: str | None, expected: bool
) -> None:
    """Only with ``allow`` is who did not log in forwarded, too."""
    config = {"OnUnauthenticatedRequest": told} if told else {}
    action = {
        "Type": f"authenticate-{kind.lower()}",
        f"Authenticate{kind}Config": config,
    }
    rule = {
        "RuleArn": "rule-1",
        "Priority": "default",
        "IsDefault": True,
        "Conditions": [],
        "Actions": [action],
    }

    inventory = an_inventory(
        elbv2__describe_listeners={
            "Listeners": [
                {
                    "ListenerArn": "l-1",
                    "LoadBalancerArn": ALB,
                    "Port": 443,
                    "Protocol": "HTTPS",
                }
            ]
        },
        elbv2__describe_rules={"l-1": {"Rules": [rule]}},
    )
    (read_rule,) = inventory.listeners[0].rules

    assert [expected] == [does.lets_strangers_pass for does in read_rule.actions]


def test_a_function_is_a_target_without_port_and_vpc() -> None:
    """It is no network path."""
    function = an_inventory().target_groups[3]

    assert ("lambda", None, None) == (function.kind, function.port, function.vpc)


@pytest.mark.parametrize(
    ("protocol", "kind", "told", "expected"),
    [
        ("TCP", "instance", None, True),
        ("TLS", "instance", None, True),
        ("TCP", "instance", "false", False),
        ("TCP", "alb", None, True),
        ("TCP", "ip", None, False),
        ("TLS", "ip", None, False),
        ("TCP", "ip", "true", True),
        ("UDP", "ip", None, True),
        ("TCP_UDP", "ip", "false", True),
        ("QUIC", "instance", None, True),
        ("HTTP", "instance", None, False),
        ("HTTPS", "ip", None, False),
        ("GENEVE", "instance", None, False),
    ],
)
def test_client_addresses_are_kept_as_aws_defaults(
    *, protocol: str, kind: str, told: str | None, expected: bool
) -> None:
    """On but for TCP and TLS to bare addresses; UDP cannot switch it off."""
    group = {"TargetGroupArn": "arn:1", "TargetGroupName": "t", "TargetType": kind}
    attributes = [{"Key": "preserve_client_ip.enabled", "Value": told}] if told else []

    inventory = an_inventory(
        elbv2__describe_target_groups={
            "TargetGroups": [group | {"Protocol": protocol}]
        },
        elbv2__describe_target_health={"arn:1": {"TargetHealthDescriptions": []}},
        elbv2__describe_target_group_attributes={"arn:1": {"Attributes": attributes}},
    )

    assert expected is inventory.target_groups[0].preserves_client_ip


@pytest.mark.parametrize(
    ("told", "expected"), [("ipv6", True), ("ipv4", False), (None, False)]
)
def test_a_target_group_is_of_one_family(*, told: str | None, expected: bool) -> None:
    """Old dumps do not tell: then there was IPv4 only."""
    group = {"TargetGroupArn": "arn:1", "TargetGroupName": "t", "Protocol": "HTTP"}

    inventory = an_inventory(
        elbv2__describe_target_groups={
            "TargetGroups": [group | {"IpAddressType": told}]
        },
        elbv2__describe_target_health={"arn:1": {"TargetHealthDescriptions": []}},
        elbv2__describe_target_group_attributes={"arn:1": {"Attributes": []}},
    )

    assert expected is inventory.target_groups[0].is_ipv6


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("elbv2.describe_target_health", "target_groups"),
        ("elbv2.describe_load_balancer_attributes", "load_balancers"),
        ("elbv2.describe_rules", "listeners"),
    ],
)
def test_a_resource_nobody_asked_about_is_a_gap(operation: str, part: str) -> None:
    """Not asked for is not empty, even of one resource."""
    responses = pages()
    argument = next(iter(responses[operation]))
    del responses[operation][argument]

    inventory = read(a_snapshot(responses))

    assert {
        part: (Gap(operation, "NotInSnapshot", argument=argument),)
    } == inventory.gaps
    assert part not in inventory.read


@pytest.mark.parametrize(
    ("operation", "part"),
    [
        ("elbv2.describe_target_health", "target_groups"),
        ("elbv2.describe_load_balancer_attributes", "load_balancers"),
        ("elb.describe_load_balancer_attributes", "load_balancers"),
        ("elbv2.describe_rules", "listeners"),
    ],
)
def test_a_resource_that_vanished_meanwhile_is_left_out(
    operation: str, part: str
) -> None:
    """Null says that AWS no longer knew it: there is nothing to be judged."""
    whole = an_inventory()
    responses = pages()
    responses[operation][next(iter(responses[operation]))] = None

    inventory = read(a_snapshot(responses))

    assert len(getattr(whole, part)) - 1 == len(getattr(inventory, part))
    assert part in inventory.read


def test_a_network_listener_without_rules_has_its_default_actions() -> None:
    """Older snapshots asked for the rules of HTTP listeners alone."""
    responses = pages()
    arn = f"{ELB}:listener/net/ssh/b1/7999"
    del responses["elbv2.describe_rules"][arn]

    (rule,) = read(a_snapshot(responses)).listeners[2].rules

    assert (Action(kind="forward", targets=(f"{ELB}:targetgroup/ssh/2",)),) == (
        rule.actions
    )


def test_a_classic_balancer_denied_leaves_the_others_to_be_seen() -> None:
    """The part is not whole, but what was read of it is true."""
    gap = Gap("elb.describe_load_balancers", "AccessDenied")
    responses = pages()
    del responses[gap.operation]

    inventory = read(a_snapshot(responses, gap))

    assert [ALB, NLB, GATEWAY] == [item.id for item in inventory.load_balancers]
    assert "load_balancers" not in inventory.read
    assert (gap,) == inventory.gaps["load_balancers"]


def test_without_tags_asked_for_there_are_none() -> None:
    """They are detail: whether they were read is said beside the parts."""
    responses = pages()
    del responses["elbv2.describe_tags"]
    del responses["elb.describe_tags"]

    inventory = read(a_snapshot(responses))

    assert [{}, {}, {}, {}] == [item.tags for item in inventory.load_balancers]
    assert "load_balancers" in inventory.read
    assert "tags" not in inventory.read


def test_a_classic_balancer_may_tell_no_timeout() -> None:
    """Old dumps have fewer attributes."""
    told: dict[str, dict[str, str]] = {"LoadBalancerAttributes": {}}

    inventory = an_inventory(elb__describe_load_balancer_attributes={"jira": told})

    assert "idle_timeout.timeout_seconds" not in inventory.load_balancers[3].attributes
