"""What comes by Global Accelerator, in readable worlds and in random ones."""

import ipaddress
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks import exposed_admin_port
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.accelerators import (
    Accelerator,
    AcceleratorListener,
    Endpoint,
    EndpointGroup,
)
from ringfence.inventory.blocking import BlockPublicAccess
from ringfence.inventory.records import (
    Address,
    NetworkInterface,
    PrivateAddress,
    RouteTable,
)
from ringfence.reach import Exposure, exposures
from tests import build
from tests.reach.accelerated import (
    ASKED,
    Session,
    accelerated,
    accelerated_world,
    better,
)
from tests.reach.balanced_walker import INTERNET, at_node, nodes_of, reached
from tests.reach.balanced_worlds import DIALLED
from tests.reach.test_against_walker import INSIDE, SOURCES, is_bogon
from tests.reach.walker import Packet, verdict

PRIVATE = build.an_interface(addresses=(PrivateAddress("10.0.0.7"),))


def accelerated_by(
    inventory: Inventory,
    *ports: tuple[int, int],
    end: str = build.INSTANCE,
    preserves: bool = True,
    **group: Any,
) -> Inventory:
    """Give *inventory* with an accelerator that leads *ports* to *end*."""
    fields = {"id": "group-1", "region": build.REGION} | group
    endpoint = Endpoint(id=end, preserves_client_ip=preserves)
    listener = AcceleratorListener(
        id="listener-1",
        protocol="tcp",
        ports=ports,
        groups=(EndpointGroup(endpoints=(endpoint,), **fields),),
    )
    accelerator = Accelerator(id="acc-1", name="git", listeners=(listener,))
    return replace(
        inventory,
        accelerators=(accelerator,),
        read=inventory.read | {"accelerators"},
    )


def private(*listed: Any, **parts: Any) -> Inventory:
    """Give a server in a subnet without any route out."""
    table = RouteTable(id="rtb-1", vpc=build.VPC, is_main=True)
    return build.public(
        *listed, network_interfaces=(PRIVATE,), route_tables=(table,), **parts
    )


def rows_of(inventory: Inventory) -> tuple[Exposure, ...]:
    """Give the rows, with nothing unknown."""
    found = exposures(inventory)
    assert () == found.unknown
    return found.rows


def test_a_private_server_is_reached_without_any_route() -> None:
    """Only the group stands between the internet and the private address."""
    (row,) = rows_of(accelerated_by(private(build.a_rule(22)), (20, 30)))

    assert ("internet", "global-accelerator") == (row.source, row.entry)
    assert ("10.0.0.7", (22, 22), ("0.0.0.0/0",)) == (
        row.address,
        row.ports,
        row.sources,
    )
    assert "both" == row.session
    assert ["acc-1", "listener-1", "group-1", "subnet-1", "sg-1", "eni-1", "i-1"] == [
        hop.id for hop in row.path
    ]


def test_ssh_behind_an_accelerator_is_a_finding() -> None:
    """The exposure checks see it, and name the accelerator."""
    estate = build.an_estate(accelerated_by(private(build.a_rule(22)), (22, 22)))

    (problem,) = exposed_admin_port.exposed_admin_port(estate)

    assert isinstance(problem, Problem)
    assert build.INSTANCE == problem.resource
    assert "through the accelerator git" in problem.message


def test_a_port_override_is_what_the_endpoint_is_judged_by() -> None:
    """Clients dial 443 and come to SSH; port 443 itself is not led to."""
    world = private(build.a_rule(22), build.a_rule(443))
    led = accelerated_by(world, (443, 443), overrides=((443, 22),))
    (row,) = rows_of(led)

    assert (443, 443) == row.ports
    assert "22" in {hop.rule for hop in row.path if hop.type == "endpoint-group"}
    (problem,) = exposed_admin_port.exposed_admin_port(build.an_estate(led))
    assert isinstance(problem, Problem)
    assert "SSH (TCP 443)" in problem.message


@pytest.mark.parametrize(
    "change",
    [
        {"internet_gateways": ()},
        {"block_public_access": (BlockPublicAccess(mode="block-ingress"),)},
        {"instances": (build.an_instance(state="stopped"),)},
        {"region": "us-east-1"},
    ],
)
def test_what_keeps_an_accelerator_out(change: dict[str, Any]) -> None:
    """No attached gateway, the Region's block, a stopped server, another Region."""
    led = accelerated_by(private(build.a_rule(22)), (22, 22))

    assert () == rows_of(replace(led, **change))


def test_only_the_outbound_acl_counts() -> None:
    """Inbound entries are not met; without a way out nobody gets an answer."""
    acl = build.an_acl()
    out = tuple(entry for entry in acl.entries if entry.is_egress)
    inbound = tuple(entry for entry in acl.entries if not entry.is_egress)
    led = accelerated_by(private(build.a_rule(22)), (22, 22))
    sessions = [
        [row.session for row in rows_of(replace(led, network_acls=(changed,)))]
        for changed in (replace(acl, entries=out), replace(acl, entries=inbound))
    ]

    assert [["both"], ["one-way"]] == sessions


def test_an_internal_load_balancer_leads_on_to_its_targets() -> None:
    """It is private to everybody but the accelerator's clients."""
    base = build.balanced(build.a_listener())
    inside = replace(base.load_balancers[0], is_internet_facing=False)
    world = replace(base, load_balancers=(inside,))
    led = accelerated_by(
        world, (8443, 8443), end=build.BALANCER, overrides=((8443, 443),)
    )

    own, behind = sorted(rows_of(led), key=lambda row: row.resource)

    assert (build.BALANCER, "global-accelerator") == (own.resource, own.entry)
    assert (build.INSTANCE, "load-balancer") == (behind.resource, behind.entry)
    assert {(8443, 8443)} == {own.ports, behind.ports}
    assert {"acc-1"} == {own.path[0].id, behind.path[0].id}


def test_hidden_clients_are_unknown_where_the_group_lets_in_some() -> None:
    """It sees the accelerator's address, which its range may or may not hold."""
    world = build.public(
        build.a_rule(443, "203.0.113.0/24"), addresses=(an_elastic_address(),)
    )
    led = accelerated_by(world, (443, 443), end="eipalloc-1", preserves=False)
    (blind,) = exposures(led).unknown

    assert (build.INSTANCE, "eni-1") == (blind.resource, blind.interface)
    assert "hides its clients" in blind.because


def test_hidden_clients_add_nothing_where_everybody_gets_in() -> None:
    """The public address tells it already."""
    world = build.public(build.a_rule(443), addresses=(an_elastic_address(),))
    led = accelerated_by(world, (443, 443), end="eipalloc-1", preserves=False)

    assert ["internet-gateway"] == [row.entry for row in rows_of(led)]


def an_elastic_address() -> Address:
    """Give the Elastic IP of the server."""
    return Address(id="eipalloc-1", public=build.ADDRESS, interface=build.INTERFACE)


def test_unread_accelerators_blind_what_one_leads_into_only() -> None:
    """An interface of Global Accelerator's own betrays the subnet."""
    betraying = NetworkInterface(
        id="eni-ga",
        vpc=build.VPC,
        subnet=build.SUBNET,
        kind="global_accelerator_managed",
    )
    open_ssh = build.public(build.a_rule(22))
    led_into = replace(
        open_ssh, network_interfaces=(*open_ssh.network_interfaces, betraying)
    )

    assert () == exposures(open_ssh).unknown
    found = exposures(led_into)
    assert ["i-1"] == [row.resource for row in found.rows]
    assert ["i-1"] == [blind.resource for blind in found.unknown]
    assert "eni-ga" in found.unknown[0].because
    read = replace(led_into, read=led_into.read | {"accelerators"})
    assert () == exposures(read).unknown


def told(rows: tuple[Exposure, ...], source: str, port: int) -> dict[str, Session]:
    """Give the interfaces that the rows let the client reach, however."""
    found: dict[str, Session] = {}
    address = ipaddress.ip_address(source)
    for row in rows:
        if (
            row.protocol == "tcp"
            and row.ports is not None
            and row.ports[0] <= port <= row.ports[1]
            and not (row.sources == ("::/0",) and address in INSIDE)
            and any(address in ipaddress.ip_network(cidr) for cidr in row.sources)
        ):
            better(found, row.interface, "both" if row.session == "both" else "one-way")
    return found


def walked(inventory: Inventory, source: str, port: int) -> dict[str, Session]:
    """Give the same by walking: accelerators, load balancers, and straight in."""
    found = accelerated(inventory, source, port)
    nodes = set()
    pairs = [
        (balancer, node)
        for balancer in inventory.load_balancers
        for node in nodes_of(inventory, balancer)
    ]
    for balancer, node in pairs:
        nodes.add(node.id)
        listens = any(
            one.balancer == balancer.id and one.port == port
            for one in inventory.listeners
        )
        if balancer.is_internet_facing and listens:
            entry = at_node(inventory, balancer, node, (source, port), INTERNET)
            better(found, node.id, entry)
    for interface in inventory.network_interfaces:
        states = {i.id: i.state for i in inventory.instances}
        if interface.id in nodes or states[interface.instance or ""] != "running":
            continue
        for address in interface.ipv6 if ":" in source else ():
            packet = Packet(source, address, "tcp", port)
            better(found, interface.id, verdict(inventory, packet))
    if port in DIALLED:
        for name, (session, _) in reached(inventory, source, port).items():
            better(found, name, "both" if session == "both" else "one-way")
    return found


@pytest.mark.parametrize("block", range(5))
def test_every_client_reaches_the_walkers_interfaces(block: int) -> None:
    """Through accelerators as through load balancers, packet by packet."""
    pick = random.Random(block)
    clients = [source for source in SOURCES if not is_bogon(source)]
    for seed in range(block * 40, block * 40 + 40):
        inventory = accelerated_world(seed)
        rows = exposures(inventory).rows
        for source in pick.sample(clients, 3):
            for port in ASKED:
                real = walked(inventory, source, port)

                assert real == told(rows, source, port), (seed, source, port)


def without_overrides(inventory: Inventory) -> Inventory:
    """Forget that an endpoint's port may be another."""
    return _with_groups(inventory, lambda group: replace(group, overrides=()))


def of_any_region(inventory: Inventory) -> Inventory:
    """Forget that a group names its Region."""
    return _with_groups(inventory, lambda group: replace(group, region="eu-west-1"))


def all_preserved(inventory: Inventory) -> Inventory:
    """Forget that clients may be hidden."""
    return _with_groups(
        inventory,
        lambda group: replace(
            group,
            endpoints=tuple(
                replace(one, preserves_client_ip=True) for one in group.endpoints
            ),
        ),
    )


def all_dual(inventory: Inventory) -> Inventory:
    """Take every accelerator for one of both families."""
    dual = (replace(item, is_dual_stack=True) for item in inventory.accelerators)
    return replace(inventory, accelerators=tuple(dual))


def all_open_acls(inventory: Inventory) -> Inventory:
    """Forget that a reply meets the ACL."""
    acls = (
        replace(acl, entries=build.an_acl().entries) for acl in inventory.network_acls
    )
    return replace(inventory, network_acls=tuple(acls))


def _with_groups(
    inventory: Inventory, change: Callable[[EndpointGroup], EndpointGroup]
) -> Inventory:
    return replace(
        inventory,
        accelerators=tuple(
            replace(
                accelerator,
                listeners=tuple(
                    replace(listener, groups=tuple(map(change, listener.groups)))
                    for listener in accelerator.listeners
                ),
            )
            for accelerator in inventory.accelerators
        ),
    )


@pytest.mark.parametrize(
    "bend",
    [
        without_overrides,
        of_any_region,
        all_preserved,
        all_dual,
        all_open_acls,
        lambda inventory: replace(inventory, block_public_access=()),
        lambda inventory: replace(inventory, accelerators=()),
    ],
)
def test_a_fault_about_accelerators_is_noticed(
    bend: Callable[[Inventory], Inventory],
) -> None:
    """Some client reaches other interfaces than the walker's."""
    clients = [source for source in SOURCES if not is_bogon(source)]

    def differs(seed: int) -> bool:
        real = accelerated_world(seed)
        rows = exposures(bend(real)).rows
        pick = random.Random(seed)
        return any(
            walked(real, source, port) != told(rows, source, port)
            for source in pick.sample(clients, 2)
            for port in pick.sample(ASKED, 3)
        )

    assert any(differs(seed) for seed in range(200))
