"""What the internet reaches in small, readable worlds."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ringfence.inventory import PARTS, Inventory
from ringfence.inventory.blocking import BlockPublicAccess, Exclusion
from ringfence.inventory.records import (
    AclEntry,
    Action,
    Gateway,
    Instance,
    Listener,
    ListenerRule,
    LoadBalancer,
    NetworkAcl,
    NetworkInterface,
    PrivateAddress,
    Route,
    RouteTable,
    Rule,
    SecurityGroup,
    Subnet,
    Target,
    TargetGroup,
    Vpc,
)
from ringfence.reach import Exposure, Hop, exposures
from tests.build import a_listener, a_rule, an_interface, balanced, public


def rule(group: str, port: int, source: str, name: str = "sgr-1") -> Rule:
    """Give an inbound TCP rule for one port."""
    return Rule(
        group,
        is_egress=False,
        protocol="tcp",
        ports=(port, port),
        icmp=(-1, -1),
        source=source,
        id=name,
    )


OPEN_ACL = NetworkAcl(
    id="acl-1",
    vpc="vpc-1",
    is_default=True,
    entries=tuple(
        AclEntry(
            number=100, is_egress=out, allows=True, protocol="all", cidr="0.0.0.0/0"
        )
        for out in (False, True)
    ),
)
WEB = NetworkInterface(
    id="eni-web",
    vpc="vpc-1",
    subnet="subnet-pub",
    instance="i-web",
    groups=("sg-web",),
    addresses=(PrivateAddress("10.0.0.5", "192.0.2.5"),),
)
NODE = NetworkInterface(
    id="eni-node",
    vpc="vpc-1",
    subnet="subnet-priv",
    instance="i-node",
    groups=("sg-node",),
    addresses=(PrivateAddress("10.0.1.5"),),
)
WORLD = Inventory(
    account="111122223333",
    region="eu-west-1",
    taken_at=datetime(2026, 11, 1, tzinfo=UTC),
    read=PARTS,
    vpc_networks=(Vpc(id="vpc-1", cidrs=("10.0.0.0/16",)),),
    subnets=(
        Subnet(id="subnet-pub", vpc="vpc-1", cidr="10.0.0.0/24"),
        Subnet(id="subnet-priv", vpc="vpc-1", cidr="10.0.1.0/24"),
    ),
    route_tables=(
        RouteTable(
            id="rtb-1",
            vpc="vpc-1",
            is_main=True,
            routes=(
                Route(destination="10.0.0.0/16", target="local"),
                Route(destination="0.0.0.0/0", target="nat-1"),
            ),
        ),
        RouteTable(
            id="rtb-2",
            vpc="vpc-1",
            subnets=("subnet-pub",),
            routes=(Route(destination="0.0.0.0/0", target="igw-1"),),
        ),
    ),
    network_acls=(OPEN_ACL,),
    internet_gateways=(Gateway(id="igw-1", vpcs=("vpc-1",)),),
    security_groups=(
        SecurityGroup(
            id="sg-web", vpc="vpc-1", rules=(rule("sg-web", 22, "0.0.0.0/0"),)
        ),
        SecurityGroup(
            id="sg-node", vpc="vpc-1", rules=(rule("sg-node", 7990, "sg-lb", "sgr-2"),)
        ),
        SecurityGroup(
            id="sg-lb",
            vpc="vpc-1",
            rules=(
                rule("sg-lb", 443, "0.0.0.0/0", "sgr-3"),
                replace(rule("sg-lb", 7990, "sg-node", "sgr-4"), is_egress=True),
            ),
        ),
    ),
    instances=(
        Instance(id="i-web", state="running", vpc="vpc-1", interfaces=("eni-web",)),
        Instance(id="i-node", state="running", vpc="vpc-1", interfaces=("eni-node",)),
    ),
    network_interfaces=(WEB, NODE),
)
BALANCER = LoadBalancer(
    id="arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/front/1a",
    name="front",
    kind="application",
    is_internet_facing=True,
    vpc="vpc-1",
    dns_name="front.example",
    subnets=("subnet-pub",),
    groups=("sg-lb",),
)
FORWARD = ListenerRule(
    id="default", priority=None, actions=(Action(kind="forward", targets=("tg-1",)),)
)
REFUSE = ListenerRule(
    id="default", priority=None, actions=(Action(kind="fixed-response"),)
)
HTTPS = Listener(
    id="listener-1", balancer=BALANCER.id, port=443, protocol="HTTPS", rules=(FORWARD,)
)
NODES = TargetGroup(
    id="tg-1",
    name="nodes",
    kind="instance",
    protocol="HTTP",
    port=7990,
    vpc="vpc-1",
    targets=(Target("i-node", 7990, "healthy"),),
)
BALANCED = replace(
    WORLD, load_balancers=(BALANCER,), listeners=(HTTPS,), target_groups=(NODES,)
)


def rows_of(inventory: Inventory, resource: str) -> tuple[Exposure, ...]:
    """Give the rows of one resource."""
    return exposures(inventory).by_resource.get(resource, ())


def test_the_path_names_every_filter() -> None:
    """A row says by which gateway, route, ACL rule and group rule it gets in."""
    (row,) = rows_of(WORLD, "i-web")

    assert (
        Hop("igw-1", "internet-gateway"),
        Hop("subnet-pub", "subnet"),
        Hop("rtb-2", "route-table", "0.0.0.0/0"),
        Hop("acl-1", "network-acl", "100"),
        Hop("sg-web", "security-group", "sgr-1"),
        Hop("eni-web", "network-interface"),
        Hop("i-web", "instance"),
    ) == row.path
    assert row.sources == ("0.0.0.0/0",)
    assert row.session == "both"


def test_no_attached_gateway_no_exposure() -> None:
    """Without an internet gateway attached to the VPC nothing gets in."""
    assert exposures(replace(WORLD, internet_gateways=())).rows == ()


def test_no_route_back_is_one_way() -> None:
    """A packet gets in by the gateway even where the reply has no route out."""
    lost = replace(WORLD, route_tables=WORLD.route_tables[:1])
    (row,) = rows_of(lost, "i-web")

    assert row.session == "one-way"


def test_a_stopped_instance_is_not_reached() -> None:
    """An instance that does not run answers nobody."""
    stopped = replace(WORLD.instances[0], state="stopped")

    assert rows_of(replace(WORLD, instances=(stopped,)), "i-web") == ()


def test_an_unread_group_is_unknown_not_closed() -> None:
    """An interface whose group was not read is in unknown, with the group named."""
    found = exposures(replace(WORLD, security_groups=()))

    assert found.rows == ()
    assert "the security group sg-web could not be read" in {
        blind.because for blind in found.unknown
    }


@pytest.mark.parametrize(
    ("address_type", "attributes", "families"),
    [
        ("ipv4", {}, {"ipv4"}),
        ("dualstack", {}, {"ipv4", "ipv6"}),
        ("dualstack-without-public-ipv4", {}, {"ipv6"}),
        ("dualstack", {"ipv6.deny_all_igw_traffic": "true"}, {"ipv4"}),
    ],
)
def test_a_load_balancer_without_listed_nodes_has_its_families_addresses(
    address_type: str, attributes: dict[str, str], families: set[str]
) -> None:
    """Where the nodes' interfaces are not listed, its own type tells."""
    world = balanced(a_listener(80, "HTTP"))
    (balancer,) = world.load_balancers
    lb, node = world.security_groups
    sixth = a_rule(80, "::/0", group="sg-lb", name="sgr-6")
    world = replace(
        world,
        security_groups=(replace(lb, rules=(*lb.rules, sixth)), node),
        load_balancers=(
            replace(balancer, address_type=address_type, attributes=attributes),
        ),
    )

    own = [r for r in exposures(world).rows if r.resource == balancer.id]

    assert families == {row.family for row in own}


@pytest.mark.parametrize(("private", "count"), [((), 1), (("2a05:d018::/56",), 0)])
def test_private_ipv6_is_not_on_the_internet(
    private: tuple[str, ...], count: int
) -> None:
    """AWS advertises no private IPv6 block, though its addresses look public."""
    sixth = "2a05:d018::7"
    world = public(
        a_rule(22, "::/0"),
        network_interfaces=(an_interface(ipv6=(sixth,)),),
        vpc_networks=(
            Vpc(id="vpc-1", ipv6_cidrs=("2a05:d018::/56",), private_ipv6=private),
        ),
    )

    assert count == len([r for r in exposures(world).rows if r.address == sixth])


def test_who_may_use_all_of_icmp_is_told_once() -> None:
    """An office's ICMP beside everybody's echo is two rows, not one per type."""
    office = a_rule(None, "198.51.100.0/24", protocol="icmp")
    echo = replace(a_rule(None, protocol="icmp", name="sgr-2"), icmp=(8, 0))

    rows = exposures(public(office, echo)).rows

    assert [((-1, -1), ("198.51.100.0/24",))] == [
        (row.icmp, row.sources) for row in rows if len(row.sources) == 1
    ]
    assert {(-1, -1), (8, 0)} == {row.icmp for row in rows}
    assert 2 == len(rows)


def test_a_target_is_reached_through_its_load_balancer() -> None:
    """The node behind a public load balancer is exposed on the listener's port."""
    (row,) = rows_of(BALANCED, "i-node")

    assert row.entry == "load-balancer"
    assert row.ports == (443, 443)
    assert row.sources == ("0.0.0.0/0",)
    assert Hop("sg-node", "security-group", "sgr-2") in row.path


def test_the_load_balancer_has_a_row_of_its_own() -> None:
    """What the load balancer itself answers is a row of the load balancer."""
    (row,) = rows_of(BALANCED, BALANCER.id)

    assert (row.entry, row.ports) == ("internet-gateway", (443, 443))


def test_an_internal_load_balancer_lets_nobody_in() -> None:
    """An internal load balancer has no address on the internet."""
    internal = replace(BALANCER, is_internet_facing=False)

    assert rows_of(replace(BALANCED, load_balancers=(internal,)), "i-node") == ()


def test_a_fixed_response_stops_at_the_load_balancer() -> None:
    """A listener that answers itself forwards nobody."""
    listener = replace(HTTPS, rules=(REFUSE,))

    assert rows_of(replace(BALANCED, listeners=(listener,)), "i-node") == ()


def test_source_conditions_are_exact_and_in_order() -> None:
    """Only the clients that a rule's source-ip condition names are forwarded."""
    office = ListenerRule(
        id="rule-1",
        priority=1,
        source_cidrs=("203.0.113.0/24",),
        actions=FORWARD.actions,
    )
    listener = replace(HTTPS, rules=(REFUSE, office))
    (row,) = rows_of(replace(BALANCED, listeners=(listener,)), "i-node")

    assert row.sources == ("203.0.113.0/24",)


def test_a_target_that_names_another_source_is_not_reached() -> None:
    """The target's own group must admit the load balancer."""
    other = replace(
        WORLD.security_groups[1], rules=(rule("sg-node", 7990, "10.9.0.0/16"),)
    )
    groups = (WORLD.security_groups[0], other, WORLD.security_groups[2])

    assert rows_of(replace(BALANCED, security_groups=groups), "i-node") == ()


def test_a_draining_target_is_not_reached() -> None:
    """Targets that are unused or draining get no new connection."""
    drained = replace(NODES, targets=(Target("i-node", 7990, "draining"),))

    assert rows_of(replace(BALANCED, target_groups=(drained,)), "i-node") == ()


def test_a_network_load_balancer_without_groups_hides_nothing() -> None:
    """With the client's address preserved the target's group judges the client."""
    balancer = replace(BALANCER, kind="network", groups=())
    listener = replace(HTTPS, protocol="TCP")
    preserving = replace(NODES, protocol="TCP", preserves_client_ip=True)
    node = replace(
        WORLD.security_groups[1], rules=(rule("sg-node", 7990, "198.51.100.0/24"),)
    )
    world = replace(
        BALANCED,
        load_balancers=(balancer,),
        listeners=(listener,),
        target_groups=(preserving,),
        security_groups=(WORLD.security_groups[0], node),
    )
    (row,) = rows_of(world, "i-node")

    assert row.sources == ("198.51.100.0/24",)


def test_the_balancers_own_interfaces_are_not_taken_for_servers() -> None:
    """An interface AWS made for a load balancer answers on its listeners only."""
    wide = replace(
        WORLD.security_groups[2],
        rules=(rule("sg-lb", 443, "0.0.0.0/0"), rule("sg-lb", 22, "0.0.0.0/0")),
    )
    own = NetworkInterface(
        id="eni-lb",
        vpc="vpc-1",
        subnet="subnet-pub",
        groups=("sg-lb",),
        description="ELB app/front/1a",
        addresses=(PrivateAddress("10.0.0.9", "192.0.2.9"),),
    )
    world = replace(
        BALANCED,
        security_groups=(*WORLD.security_groups[:2], wide),
        network_interfaces=(WEB, NODE, own),
    )

    assert {((443, 443), "192.0.2.9")} == {
        (row.ports, row.address) for row in rows_of(world, BALANCER.id)
    }
    assert rows_of(world, "eni-lb") == ()


def test_an_appliance_on_the_edge_is_named() -> None:
    """What the gateway's own table sends to an appliance is inspected by it."""
    edge = RouteTable(
        id="rtb-edge",
        vpc="vpc-1",
        gateways=("igw-1",),
        routes=(Route(destination="10.0.0.0/24", target="vpce-1"),),
    )
    (row,) = rows_of(replace(WORLD, route_tables=(*WORLD.route_tables, edge)), "i-web")

    assert row.inspected_by == "vpce-1"


def test_a_load_balancer_that_may_not_go_out_reaches_no_target() -> None:
    """The load balancer opens the connection, so its own egress rules count."""
    shut = replace(
        WORLD.security_groups[2], rules=(rule("sg-lb", 443, "0.0.0.0/0", "sgr-3"),)
    )
    groups = (*WORLD.security_groups[:2], shut)

    assert () == rows_of(replace(BALANCED, security_groups=groups), "i-node")


def test_the_acls_between_balancer_and_target_count() -> None:
    """Packets from a node to a target in another subnet meet both ACLs."""
    inner = NetworkAcl(
        id="acl-2",
        vpc="vpc-1",
        subnets=("subnet-priv",),
        entries=(
            AclEntry(
                number=10,
                is_egress=False,
                allows=True,
                protocol="tcp",
                cidr="10.0.0.0/24",
                ports=(7990, 7990),
            ),
        ),
    )
    silent = replace(BALANCED, network_acls=(OPEN_ACL, inner))
    shut = replace(
        BALANCED, network_acls=(OPEN_ACL, replace(inner, entries=inner.entries[1:]))
    )

    assert ["one-way"] == [row.session for row in rows_of(silent, "i-node")]
    assert () == rows_of(shut, "i-node")


def test_two_nodes_make_one_row() -> None:
    """A client is in one row of a target, whichever node it comes by."""
    wide = replace(BALANCER, subnets=("subnet-pub", "subnet-two"))
    second = Subnet(id="subnet-two", vpc="vpc-1", cidr="10.0.2.0/24")
    table = replace(WORLD.route_tables[1], subnets=("subnet-pub", "subnet-two"))
    world = replace(
        BALANCED,
        load_balancers=(wide,),
        subnets=(*WORLD.subnets, second),
        route_tables=(WORLD.route_tables[0], table),
    )

    assert 1 == len(rows_of(world, "i-node"))
    assert 2 == len(rows_of(world, BALANCER.id))


def test_a_chain_of_load_balancers_is_followed() -> None:
    """A network load balancer that fronts an application one leads to its targets."""
    inner = replace(BALANCER, is_internet_facing=False, subnets=("subnet-priv",))
    outer = replace(
        BALANCER,
        id="arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/o/2b",
        name="outer",
        kind="network",
        groups=(),
    )
    dialled = replace(
        HTTPS,
        id="listener-2",
        balancer=outer.id,
        port=8443,
        protocol="TCP",
        rules=(
            replace(FORWARD, actions=(Action(kind="forward", targets=("tg-alb",)),)),
        ),
    )
    chain = TargetGroup(
        id="tg-alb",
        name="chain",
        kind="alb",
        protocol="TCP",
        port=443,
        vpc="vpc-1",
        targets=(Target(inner.id, 443, "healthy"),),
    )
    world = replace(
        BALANCED,
        load_balancers=(outer, inner),
        listeners=(HTTPS, dialled),
        target_groups=(NODES, chain),
    )
    (node,) = rows_of(world, "i-node")

    assert ((8443, 8443), ("0.0.0.0/0",)) == (node.ports, node.sources)
    assert Hop(inner.id, "load-balancer") in node.path


def test_what_a_blind_balancer_leads_to_is_unknown_too() -> None:
    """Nothing behind a load balancer that could not be read is called closed."""
    broken = replace(
        WORLD, load_balancers=(BALANCER,), listeners=(HTTPS,), target_groups=(NODES,)
    )
    broken = replace(broken, security_groups=WORLD.security_groups[:2])
    unknown = {blind.resource for blind in exposures(broken).unknown}

    assert {BALANCER.id, "i-node"} <= unknown


def test_block_public_access_shuts_the_gateway() -> None:
    """Either mode keeps the internet out, of all but what is spared."""
    spared = Exclusion(resource="subnet-pub", mode="allow-bidirectional")
    outward = Exclusion(resource="vpc-1", mode="allow-egress")
    counts = [
        len(exposures(replace(WORLD, block_public_access=(block,))).rows)
        for block in (
            BlockPublicAccess(mode="off"),
            BlockPublicAccess(mode="block-ingress"),
            BlockPublicAccess(mode="block-bidirectional", exclusions=(outward,)),
            BlockPublicAccess(mode="block-bidirectional", exclusions=(spared,)),
        )
    ]

    assert [1, 0, 0, 1] == counts


def test_a_denied_low_port_does_not_lose_replies() -> None:
    """A client may use any port, so one that the ACL lets out is enough."""
    deny = AclEntry(
        number=10,
        is_egress=True,
        allows=False,
        protocol="tcp",
        cidr="0.0.0.0/0",
        ports=(0, 1023),
    )
    acl = replace(OPEN_ACL, entries=(deny, *OPEN_ACL.entries))
    (row,) = rows_of(replace(WORLD, network_acls=(acl,)), "i-web")

    assert "both" == row.session
