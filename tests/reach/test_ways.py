"""What stops packets on their way through a load balancer: the first thing on it."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.inventory import Inventory
from ringfence.inventory.records import (
    AclEntry,
    Action,
    ListenerRule,
    NetworkAcl,
    PrivateAddress,
    Subnet,
    Target,
    TargetGroup,
)
from ringfence.reach.obstacles import Code, Obstacle, Question
from ringfence.reach.why import Answer, Verdict, why
from tests import build

NODE = "web/subnet-1"
SECOND = Subnet(id="subnet-2", vpc=build.VPC, cidr="10.0.2.0/24", zone="eu-west-1b")
SUBNETS = (
    Subnet(id=build.SUBNET, vpc=build.VPC, cidr="10.0.0.0/24", zone="eu-west-1a"),
    SECOND,
)
HTTPS = build.a_listener()
BALANCED = replace(build.balanced(HTTPS), subnets=SUBNETS)
BALANCER = BALANCED.load_balancers[0]
GROUP = BALANCED.target_groups[0]
SERVER = BALANCED.network_interfaces[0]
FRONT, BACK = BALANCED.security_groups


def ask(inventory: Inventory, resource: str = build.INSTANCE) -> tuple[Answer, ...]:
    """Give the answers for TCP 443 from anywhere."""
    return why(inventory, Question(resource=resource, protocol="tcp", port=443))


def through(inventory: Inventory, resource: str = build.INSTANCE) -> Obstacle:
    """Give what stops the one way that leads through a load balancer."""
    (answer,) = (one for one in ask(inventory, resource) if one.through)
    assert Verdict.BLOCKED == answer.verdict
    assert answer.obstacle is not None
    return answer.obstacle


def beyond(inventory: Inventory) -> Obstacle | None:
    """Give what stops packets behind the load balancer that takes them."""
    (answer,) = ask(inventory, build.BALANCER)
    assert Verdict.REACHABLE == answer.verdict
    return answer.beyond


def grouped(**fields: Any) -> Inventory:
    """Give the balanced world with another target group."""
    return replace(BALANCED, target_groups=(replace(GROUP, **fields),))


def target(state: str) -> Target:
    """Give the server as a target in *state*."""
    return Target(build.INSTANCE, 8080, state)


def elsewhere(*entries: AclEntry) -> Inventory:
    """Give the server in a subnet of its own, whose ACL has *entries*."""
    acl = NetworkAcl(id="acl-2", vpc=build.VPC, subnets=(SECOND.id,), entries=entries)
    return replace(
        BALANCED,
        network_acls=(*BALANCED.network_acls, acl),
        network_interfaces=(replace(SERVER, subnet=SECOND.id),),
        load_balancers=(replace(BALANCER, subnets=(build.SUBNET, SECOND.id)),),
        route_tables=tuple(
            replace(table, subnets=(build.SUBNET,)) for table in BALANCED.route_tables
        ),
    )


def listening(*rules: ListenerRule) -> Inventory:
    """Give the balanced world whose listener has *rules*."""
    return replace(BALANCED, listeners=(replace(HTTPS, rules=rules),))


def a_rule(*actions: Action, **fields: Any) -> ListenerRule:
    """Give a default rule that does *actions*."""
    return ListenerRule(
        **({"id": "rule-1", "priority": None, "actions": actions} | fields)
    )


OPEN_TO_ALL = [
    AclEntry(number=1, is_egress=side, allows=True, protocol="all", cidr="0.0.0.0/0")
    for side in (False, True)
]
FORWARD = Action(kind="forward", targets=(build.TARGETS,))


def test_without_a_listener_there_is_no_way_on() -> None:
    """The load balancer that leads to it does not take the port."""
    plain = replace(BALANCED, listeners=(replace(HTTPS, port=8443),))

    assert (Code.NO_LISTENER, build.BALANCER) == (
        through(plain).code,
        through(plain).component,
    )


def test_an_internal_load_balancer_is_told_too() -> None:
    """It leads to the target, from inside only."""
    internal = replace(BALANCER, is_internet_facing=False)

    assert (
        Code.NO_PUBLIC_ADDRESS
        == through(replace(BALANCED, load_balancers=(internal,))).code
    )


def test_the_load_balancers_own_group_comes_first() -> None:
    """Whom it does not let in gets nowhere, whatever stands behind."""
    shut = replace(FRONT, rules=FRONT.rules[1:])

    found = through(replace(BALANCED, security_groups=(shut, BACK)))

    assert (Code.NO_RULES, "sg-lb") == (found.code, found.component)


@pytest.mark.parametrize(
    ("action", "words"),
    [
        (build.REDIRECT, "the default rule redirects them"),
        (Action(kind="fixed-response"), "the default rule answers them itself"),
        (
            Action(kind="forward", targets=("tg-other",)),
            "the default rule forwards them to other target groups",
        ),
        (
            Action(kind="forward"),
            "the default rule forwards them to no target group with a weight",
        ),
    ],
)
def test_the_rule_that_ends_their_way_is_named(action: Action, words: str) -> None:
    """Another rule forwards others to the target: these clients meet the default."""
    for_few = a_rule(FORWARD, id="rule-0", priority=1, source_cidrs=("192.0.2.0/24",))
    world = listening(for_few, a_rule(action))
    other = replace(GROUP, id="tg-other", targets=())
    world = replace(world, target_groups=(GROUP, other))
    question = Question(
        resource=build.INSTANCE, protocol="tcp", port=443, source="203.0.113.0/24"
    )
    (answer,) = (one for one in why(world, question) if one.through)

    assert answer.obstacle == Obstacle(Code.NOT_FORWARDED, HTTPS.id, words, "rule-1")


@pytest.mark.parametrize("state", ["draining", "unused"])
def test_an_idle_target_gets_nothing(state: str) -> None:
    """Its state says so, and the group is where to look."""
    found = through(grouped(targets=(target(state),)))

    assert (Code.BAD_STATE, build.TARGETS) == (found.code, found.component)
    assert state in found.because


def test_a_stopped_target_is_told_as_stopped() -> None:
    """AWS shows it as unused; the reason is the instance."""
    stopped = replace(
        grouped(targets=(target("unused"),)),
        instances=(build.an_instance(state="stopped"),),
    )

    assert Obstacle(
        Code.BAD_STATE, build.INSTANCE, "the instance is stopped"
    ) == through(stopped)


def test_a_zone_that_is_not_enabled_gets_nothing() -> None:
    """The target is registered, but no node is in its zone."""
    away = replace(
        elsewhere(), load_balancers=(replace(BALANCER, subnets=(build.SUBNET,)),)
    )
    found = through(away)

    assert (Code.ZONE_NOT_ENABLED, build.BALANCER) == (found.code, found.component)


def test_a_node_keeps_to_its_zone_where_it_must() -> None:
    """Cross-zone is off for the group: one node leads there, the other does not."""
    world = elsewhere(*OPEN_TO_ALL)
    world = replace(world, target_groups=(replace(GROUP, crosses_zones=False),))
    world = replace(
        world,
        route_tables=tuple(
            replace(table, subnets=(build.SUBNET, SECOND.id))
            for table in world.route_tables
        ),
    )
    found = {one.interface: one for one in ask(world) if one.through}

    blocked, reached = found[NODE], found[build.INTERFACE]
    assert blocked.obstacle is not None
    assert (Code.NOT_CROSS_ZONE, build.TARGETS) == (
        blocked.obstacle.code,
        blocked.obstacle.component,
    )
    assert Verdict.REACHABLE == reached.verdict


def test_a_load_balancer_that_may_not_go_out_is_stopped_there() -> None:
    """Its own outbound rules are the obstacle, not the target's."""
    shut = replace(FRONT, rules=FRONT.rules[:1])

    found = through(replace(BALANCED, security_groups=(shut, BACK)))

    assert (Code.NO_MATCHING_RULE, "sg-lb") == (found.code, found.component)
    assert "out to eni-1" in found.because


def test_the_targets_acl_is_named_with_its_rule() -> None:
    """Between subnets the packets meet the target's ACL, too."""
    denying = AclEntry(
        number=7,
        is_egress=False,
        allows=False,
        protocol="tcp",
        cidr="10.0.0.0/24",
        ports=(8080, 8080),
    )
    found = [one.obstacle for one in ask(elsewhere(denying)) if one.interface == NODE]

    (obstacle,) = found
    assert obstacle is not None
    assert (Code.ACL, "acl-2", "7") == (
        obstacle.code,
        obstacle.component,
        obstacle.rule,
    )


def test_replies_that_are_lost_say_where() -> None:
    """At the target's ACL, at the node's own, or for want of a route to the client."""
    (table,) = BALANCED.route_tables
    unrouted = replace(BALANCED, route_tables=(replace(table, routes=()),))
    found = [
        (one.verdict, one.obstacle.code, one.obstacle.component)
        for world in (elsewhere(OPEN_TO_ALL[0]), unrouted)
        for one in ask(world)
        if one.rows and one.obstacle
    ]

    assert [
        (Verdict.ONE_WAY, Code.ACL, "acl-2"),
        (Verdict.ONE_WAY, Code.ACL, "acl-2"),
        (Verdict.ONE_WAY, Code.NO_ROUTE, "rtb-1"),
    ] == found


def test_a_classic_load_balancers_acl_has_a_code_of_its_own() -> None:
    """It meets the ACL on the way out even within the subnet."""
    way_out = AclEntry(
        number=5,
        is_egress=True,
        allows=False,
        protocol="tcp",
        cidr="10.0.0.0/24",
        ports=(8080, 8080),
    )
    (acl,) = BALANCED.network_acls
    classic = replace(BALANCER, kind="classic")
    world = replace(
        BALANCED,
        load_balancers=(classic,),
        network_acls=(replace(acl, entries=(way_out, *acl.entries)),),
    )

    assert (Code.CLASSIC_ACL, "5") == (through(world).code, through(world).rule)


def test_a_target_that_does_not_admit_the_load_balancer() -> None:
    """The last thing on the way is the target's own group."""
    other = build.a_group(build.a_rule(22, group="sg-node"), id="sg-node")

    found = through(replace(BALANCED, security_groups=(FRONT, other)))

    assert (Code.NO_MATCHING_RULE, "sg-node") == (found.code, found.component)
    assert "tcp 8080 in from the load balancer web" in found.because


def test_the_direct_way_is_told_beside_it() -> None:
    """Both ways are stopped, each by something of its own."""
    direct, by_balancer = ask(grouped(targets=(target("draining"),)))

    assert direct.obstacle is not None
    assert (Code.NO_PUBLIC_ADDRESS, None) == (direct.obstacle.code, direct.through)
    assert build.BALANCER == by_balancer.through


def test_a_load_balancer_says_why_nothing_is_behind_it() -> None:
    """It takes the packets itself, and the answer says where they end."""
    empty = beyond(grouped(targets=()))
    draining = beyond(grouped(targets=(target("draining"),)))
    redirecting = beyond(listening(a_rule(build.REDIRECT)))

    assert beyond(BALANCED) is None
    assert empty
    assert (Code.NO_TARGETS, build.TARGETS) == (empty.code, empty.component)
    assert draining
    assert Code.BAD_STATE == draining.code
    assert redirecting
    assert Code.NOT_FORWARDED == redirecting.code


def test_a_function_behind_a_load_balancer_is_no_obstacle() -> None:
    """It is reached, though not over this network."""
    function = TargetGroup(
        id=build.TARGETS,
        name="fn",
        kind="lambda",
        protocol="",
        port=None,
        targets=(Target("arn:aws:lambda:eu-west-1:111122223333:function:f", None, ""),),
    )

    assert beyond(replace(BALANCED, target_groups=(function,))) is None


def test_an_unread_group_behind_a_load_balancer_is_unknown() -> None:
    """A way that cannot be told is not called blocked."""
    answers = ask(replace(BALANCED, security_groups=(FRONT,)))

    assert {Verdict.UNKNOWN} == {answer.verdict for answer in answers}


def test_the_furthest_of_two_load_balancers_is_told() -> None:
    """Behind a network one the obstacle is the application one's, if that is last."""
    outer = replace(
        BALANCER, id="outer", name="outer", kind="network", groups=(), attributes={}
    )
    chain = TargetGroup(
        id="tg-chain",
        name="chain",
        kind="alb",
        protocol="TCP",
        port=443,
        vpc=build.VPC,
        targets=(Target(build.BALANCER, 443, "healthy"),),
    )
    forward = Action(kind="forward", targets=(chain.id,))
    world = replace(
        grouped(targets=(target("draining"),)),
        load_balancers=(replace(BALANCER, is_internet_facing=False), outer),
        listeners=(
            HTTPS,
            replace(
                HTTPS,
                id="outer/443",
                balancer="outer",
                protocol="TCP",
                rules=(a_rule(forward),),
            ),
        ),
    )
    world = replace(world, target_groups=(*world.target_groups, chain))
    found = {one.through: one.obstacle for one in ask(world) if one.through}

    assert {build.BALANCER, "outer"} == set(found)
    last = found["outer"]
    assert last
    assert (Code.BAD_STATE, build.TARGETS) == (last.code, last.component)


def test_an_address_as_target_has_the_zone_that_aws_tells() -> None:
    """Outside the VPC ``all`` is reached from every zone."""
    far = replace(
        SERVER,
        vpc="vpc-2",
        subnet=SECOND.id,
        addresses=(PrivateAddress("10.0.0.7"),),
    )
    verdicts = []
    for zone in ("all", "eu-west-1a", "eu-west-1c"):
        group = replace(
            GROUP,
            kind="ip",
            crosses_zones=False,
            targets=(Target("10.0.0.7", 8080, "healthy", zone),),
        )
        world = replace(
            elsewhere(*OPEN_TO_ALL),
            network_interfaces=(far,),
            target_groups=(group,),
            load_balancers=(BALANCER,),
        )
        verdicts += [one.verdict for one in ask(world) if one.through]

    assert [Verdict.REACHABLE, Verdict.REACHABLE, Verdict.BLOCKED] == verdicts
