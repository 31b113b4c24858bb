"""The path to a port, or the first thing that stops packets to it."""

import random
from dataclasses import replace

import pytest

from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.blocking import BlockPublicAccess
from ringfence.inventory.records import (
    AclEntry,
    Instance,
    NetworkAcl,
    PrivateAddress,
    RouteTable,
)
from ringfence.reach.obstacles import Code, Question
from ringfence.reach.unread import told_exposures
from ringfence.reach.why import Answer, Verdict, resolve, why
from tests import build
from tests.reach import worlds

OPEN = build.public(build.a_rule(22))


def ask(
    inventory: Inventory,
    port: int = 22,
    source: str | None = None,
    *,
    protocol: str = "tcp",
    resource: str = build.INSTANCE,
) -> Answer:
    """Give the one answer."""
    question = Question(resource=resource, protocol=protocol, port=port, source=source)
    (answer,) = why(inventory, question)
    return answer


def stopped_by(answer: Answer) -> tuple[Code, str, str | None]:
    """Give code, component and rule of what blocks."""
    assert Verdict.BLOCKED == answer.verdict
    assert answer.obstacle is not None
    return answer.obstacle.code, answer.obstacle.component, answer.obstacle.rule


def entry(number: int, cidr: str, *, allows: bool, port: int | None = None) -> AclEntry:
    """Give an inbound entry for TCP."""
    return AclEntry(
        number=number,
        is_egress=False,
        allows=allows,
        protocol="tcp",
        cidr=cidr,
        ports=None if port is None else (port, port),
    )


def guarded(*entries: AclEntry) -> Inventory:
    """Give the open world with an ACL of *entries*."""
    acl = NetworkAcl(id="acl-1", vpc=build.VPC, is_default=True, entries=entries)
    return replace(OPEN, network_acls=(acl,))


def test_a_reachable_port_shows_its_path() -> None:
    """The answer holds every row that covers the packets."""
    answer = ask(OPEN)

    assert Verdict.REACHABLE == answer.verdict
    assert [build.ADDRESS] == [row.address for row in answer.rows]
    assert "sgr-1" in {hop.rule for hop in answer.rows[0].path}
    assert answer.obstacle is None


def test_another_port_is_stopped_by_the_groups() -> None:
    """A rule for another port is a mismatch, with the groups as component."""
    expected = (Code.NO_MATCHING_RULE, "sg-1", None)

    assert expected == stopped_by(ask(OPEN, 23))
    assert expected == stopped_by(ask(OPEN, protocol="udp"))


def test_another_source_is_stopped_by_the_groups() -> None:
    """Only the sources that are asked about count."""
    office = build.public(build.a_rule(22, "203.0.113.0/24"))

    assert Verdict.REACHABLE == ask(office, source="203.0.112.0/23").verdict
    assert Code.NO_MATCHING_RULE == stopped_by(ask(office, source="192.0.2.0/24"))[0]


def test_groups_without_inbound_rules_say_so() -> None:
    """An empty group is told apart from one that names something else."""
    egress = build.a_rule(None, is_egress=True)

    assert Code.NO_RULES == stopped_by(ask(build.public(egress)))[0]


def test_a_private_address_has_no_way_in() -> None:
    """Without a public address the gateway has nothing to deliver to."""
    private = build.an_interface(addresses=(PrivateAddress("10.0.0.7"),))
    answer = ask(replace(OPEN, network_interfaces=(private,)))

    assert "10.0.0.7" == answer.address
    assert (Code.NO_PUBLIC_ADDRESS, "eni-1", None) == stopped_by(answer)


def test_without_an_attached_gateway_there_is_no_route() -> None:
    """A public address alone lets nobody in."""
    answer = ask(replace(OPEN, internet_gateways=()))

    assert (Code.NO_ROUTE, "subnet-1", None) == stopped_by(answer)


def test_without_a_route_back_it_is_one_way() -> None:
    """Packets get in, and the obstacle says where the replies are lost."""
    table = RouteTable(id="rtb-1", vpc=build.VPC, is_main=True)
    answer = ask(replace(OPEN, route_tables=(table,)))

    assert Verdict.ONE_WAY == answer.verdict
    assert answer.obstacle is not None
    assert (Code.NO_ROUTE, "rtb-1") == (answer.obstacle.code, answer.obstacle.component)


def test_an_acl_without_outbound_rules_stops_the_replies() -> None:
    """ACLs are stateless: the reply needs a rule of its own."""
    answer = ask(guarded(entry(100, "0.0.0.0/0", allows=True)))

    assert Verdict.ONE_WAY == answer.verdict
    assert answer.obstacle is not None
    assert Code.ACL == answer.obstacle.code


def test_a_denying_acl_rule_is_named_by_its_number() -> None:
    """The first rule that denies is the one that stops the packet."""
    world = guarded(
        entry(90, "0.0.0.0/0", allows=False, port=23),
        entry(95, "0.0.0.0/0", allows=False, port=22),
        entry(100, "0.0.0.0/0", allows=True),
    )

    assert (Code.ACL, "acl-1", "95") == stopped_by(ask(world))


def test_what_no_acl_rule_names_falls_to_the_last_one() -> None:
    """The last rule has no number: AWS shows it as an asterisk."""
    world = guarded(entry(100, "192.0.2.0/24", allows=True))

    answer = ask(world, source="203.0.113.9/32")

    assert (Code.ACL, "acl-1", "*") == stopped_by(answer)


def test_block_public_access_shuts_the_gateway() -> None:
    """The Region's own switch comes before any rule."""
    shut = BlockPublicAccess(mode="block-ingress")

    answer = ask(replace(OPEN, block_public_access=(shut,)))

    assert (Code.BLOCK_PUBLIC_ACCESS, "igw-1", None) == stopped_by(answer)


def test_a_nat_gateway_takes_no_connections() -> None:
    """It has a public address and no groups, and still nothing gets in."""
    gateway = build.an_interface(kind="nat_gateway", instance=None, groups=())
    world = replace(OPEN, network_interfaces=(gateway,))

    answer = ask(world, resource=build.INTERFACE)

    assert (Code.NAT_ONLY, "eni-1", None) == stopped_by(answer)


def test_a_stopped_instance_is_in_a_bad_state() -> None:
    """It would be reachable, but it does not run."""
    stopped = replace(OPEN, instances=(build.an_instance(state="stopped"),))

    assert (Code.BAD_STATE, "i-1", None) == stopped_by(ask(stopped))


def test_an_instance_without_interfaces_is_answered() -> None:
    """A terminated instance stays listed for a while."""
    gone = Instance(id="i-2", state="terminated")

    answer = ask(replace(OPEN, instances=(gone,)), resource="i-2")

    assert (Code.BAD_STATE, "i-2", None) == stopped_by(answer)


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("10.0.0.0/8", Code.PRIVATE_SOURCE),
        ("192.168.1.1/32", Code.PRIVATE_SOURCE),
        ("100.64.0.0/16", Code.SHARED_SOURCE),
    ],
)
def test_private_sources_never_come_from_the_internet(source: str, code: Code) -> None:
    """0.0.0.0/0 in a rule admits no private source through the gateway."""
    assert code == stopped_by(ask(OPEN, source=source))[0]


def test_an_ipv6_source_needs_an_ipv6_address() -> None:
    """An IPv4 rule and address say nothing about IPv6."""
    answer = ask(OPEN, source="2001:4860::/32")

    assert Code.NO_PUBLIC_ADDRESS == stopped_by(answer)[0]
    assert answer.obstacle is not None
    assert "IPv6" in answer.obstacle.because


def test_what_was_not_read_is_unknown() -> None:
    """Without the ACLs nothing can be said, neither way."""
    blind = replace(OPEN, read=PARTS - {"network_acls"})

    answer = ask(blind)

    assert Verdict.UNKNOWN == answer.verdict
    assert "could not read network_acls" == answer.because


def test_an_unread_part_that_nothing_hangs_on_hides_nothing() -> None:
    """A rule by CIDR needs no prefix list to be told."""
    answer = ask(replace(OPEN, read=PARTS - {"prefix_lists"}))

    assert Verdict.REACHABLE == answer.verdict


def test_a_group_that_is_not_there_is_unknown() -> None:
    """A reference to something unread is no mismatch."""
    answer = ask(replace(OPEN, security_groups=()))

    assert Verdict.UNKNOWN == answer.verdict
    assert "sg-1" in answer.because


BALANCED = build.balanced(build.a_listener())


def test_a_target_is_reached_through_its_load_balancer() -> None:
    """A private address needs no way of its own where a load balancer leads to it."""
    answer = ask(BALANCED, 443)

    assert Verdict.REACHABLE == answer.verdict
    assert {"load-balancer"} == {row.entry for row in answer.rows}


def test_a_port_without_listener_stops_at_the_load_balancer() -> None:
    """Nothing answers where nothing listens."""
    answer = ask(BALANCED, 80, resource=build.BALANCER)

    assert (Code.NO_LISTENER, build.BALANCER, None) == stopped_by(answer)


def test_an_internal_load_balancer_has_no_public_addresses() -> None:
    """Its scheme alone keeps the internet out."""
    inside = replace(BALANCED.load_balancers[0], is_internet_facing=False)

    answer = ask(
        replace(BALANCED, load_balancers=(inside,)), 443, resource=build.BALANCER
    )

    assert Code.NO_PUBLIC_ADDRESS == stopped_by(answer)[0]


def test_a_load_balancer_is_stopped_by_its_own_groups() -> None:
    """Each subnet stands for a node where nodes were not listed."""
    office = build.a_group(build.a_rule(443, "192.0.2.0/24"), id="sg-lb")
    world = replace(BALANCED, security_groups=(office, BALANCED.security_groups[1]))

    answer = ask(world, 443, "203.0.113.0/24", resource=build.BALANCER)

    assert (Code.NO_MATCHING_RULE, "sg-lb", None) == stopped_by(answer)


def test_a_load_balancer_without_ipv6_takes_none() -> None:
    """A question about IPv6 always has an answer."""
    answer = ask(BALANCED, 443, "2001:4860::/32", resource=build.BALANCER)

    assert (Code.NO_PUBLIC_ADDRESS, build.BALANCER, None) == stopped_by(answer)


def test_a_node_is_judged_as_its_load_balancer() -> None:
    """A network load balancer without groups lets everybody in to its listeners."""
    node = build.an_interface(
        id="eni-lb", instance=None, groups=(), description="ELB app/web/0a1b"
    )
    bare = replace(BALANCED.load_balancers[0], kind="network", groups=())
    world = replace(
        BALANCED,
        load_balancers=(bare,),
        network_interfaces=(*BALANCED.network_interfaces, node),
    )

    assert Verdict.REACHABLE == ask(world, 443, resource="eni-lb").verdict
    assert Code.NO_LISTENER == stopped_by(ask(world, 80, resource="eni-lb"))[0]


def test_a_load_balancer_goes_by_its_name() -> None:
    """People know the name, AWS's answers the ARN."""
    assert build.BALANCER == resolve(BALANCED, "web")
    assert build.INSTANCE == resolve(BALANCED, build.INSTANCE)
    assert resolve(BALANCED, "nothing") is None


def test_without_the_network_everything_is_unknown() -> None:
    """Not read is never the same as empty."""
    for part in ("route_tables", "network_acls", "internet_gateways"):
        told = told_exposures(replace(BALANCED, read=PARTS - {part}))

        assert () == told.rows
        assert {"eni-1", build.BALANCER} == {blind.interface for blind in told.unknown}


def test_without_load_balancers_the_direct_ways_are_told() -> None:
    """What one unread part cannot change is no secret; what it can is unknown."""
    told = told_exposures(replace(OPEN, read=PARTS - {"load_balancers"}))

    assert told_exposures(OPEN).rows == told.rows
    assert [("111122223333/eu-west-1", "*")] == [
        (blind.resource, blind.interface) for blind in told.unknown
    ]
    assert "load_balancers" in told.unknown[0].because


def test_the_node_of_an_unread_load_balancer_is_unknown() -> None:
    """Only the listeners say which ports of a node answer."""
    (interface,) = OPEN.network_interfaces
    node = replace(
        interface,
        id="eni-lb",
        instance=None,
        description="ELB app/web/1a",
        is_requester_managed=True,
    )
    told = told_exposures(
        replace(
            OPEN,
            network_interfaces=(interface, node),
            read=PARTS - {"load_balancers"},
        )
    )

    assert {"eni-1"} == {row.interface for row in told.rows}
    assert {"eni-lb", "*"} == {blind.interface for blind in told.unknown}


def test_a_load_balancer_of_unread_listeners_is_unknown() -> None:
    """One service's answer still counts where another's is missing."""
    unread = PARTS - {"load_balancers", "listeners", "target_groups"}
    told = told_exposures(replace(BALANCED, read=unread))
    silent = told_exposures(replace(BALANCED, listeners=(), read=unread))

    assert told_exposures(BALANCED).rows == told.rows
    assert {"*"} == {blind.interface for blind in told.unknown}
    assert () == silent.rows
    assert {"*", build.BALANCER} == {blind.interface for blind in silent.unknown}


def test_without_instances_only_theirs_are_unknown() -> None:
    """Nobody knows whether what is not read runs; an interface alone is there."""
    (interface,) = OPEN.network_interfaces
    alone = replace(interface, id="eni-2", instance=None)
    told = told_exposures(
        replace(
            OPEN,
            network_interfaces=(interface, alone),
            read=PARTS - {"instances"},
        )
    )

    assert {"eni-2"} == {row.interface for row in told.rows}
    assert {"eni-1"} == {blind.interface for blind in told.unknown}


def test_unread_prefix_lists_hide_only_what_refers_to_them() -> None:
    """A rule by CIDR says all there is to say."""
    told = told_exposures(replace(OPEN, read=PARTS - {"prefix_lists"}))

    assert told_exposures(OPEN) == told


def test_without_interfaces_the_region_is_unknown() -> None:
    """There is nothing to list, and still the list is not empty."""
    told = told_exposures(
        build.an_inventory(read=PARTS - {"network_interfaces"}),
    )

    assert ["111122223333/eu-west-1"] == [blind.resource for blind in told.unknown]


def test_every_address_has_a_path_or_an_obstacle() -> None:
    """The engine and the step-by-step reading agree in random worlds."""
    pick = random.Random(3)
    for seed in range(150):
        world = worlds.world(seed)
        question = Question(
            resource=pick.choice(["eni-0", "eni-1"]),
            protocol=pick.choice(["tcp", "udp"]),
            port=pick.choice([22, 23, 443, 1024, 65535]),
            source=pick.choice([None, "203.0.113.7/32", "2001:db8:1::1/128"]),
        )
        for answer in why(world, question):
            assert "cannot be explained" not in answer.because
            assert bool(answer.rows) != (answer.verdict == Verdict.BLOCKED)
