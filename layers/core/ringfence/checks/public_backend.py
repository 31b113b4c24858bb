"""EXP-007: an instance behind a load balancer with a public address of its own."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from ringfence.checks import REACHABILITY, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Instance, NetworkInterface
from ringfence.openings import NEEDS
from ringfence.reach.engine import addresses_of
from ringfence.reach.filters import UnreadableError
from ringfence.reach.routes import Borders
from ringfence.reach.sets import Family
from ringfence.subjects.arrivals import (
    arrivals,
    evidence_of,
    is_direct,
    ports_as_text,
    ports_by_protocol,
)
from ringfence.subjects.telling import doubts


@check(
    "EXP-007",
    "Instance behind a load balancer has a public address too",
    severity=Severity.MEDIUM,
    needs=NEEDS | {"addresses"},
    fix="Move the instance to a private subnet, or take its public address away.",
    guide=("S01", "S02", "D01"),
    relates=("AWS FSBP EC2.9",),
    types=(REACHABILITY,),
)
def public_backend(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What has a load balancer in front needs no public address.

    With one, and a route to an internet gateway, one wrong rule is all that stands
    between strangers and a way around TLS, the access log and the web application
    firewall. Told are running instances; where strangers get straight in now it
    weighs most, else one step less.
    Private subnets reach out through a NAT gateway.
    """
    inventory = estate.inventory
    fronted = _fronted(inventory)
    interfaces: dict[str, list[NetworkInterface]] = defaultdict(list)
    for interface in inventory.network_interfaces:
        interfaces[interface.instance or ""].append(interface)
    borders = Borders(inventory)
    for instance in inventory.instances:
        if instance.state != "running" or instance.id not in fronted:
            continue
        try:
            found = {
                address: interface
                for interface in interfaces[instance.id]
                for address, family in addresses_of(interface)
                if _is_routed(borders, interface, family)
            }
        except UnreadableError as reason:
            yield Doubt(instance.id, str(reason))
            continue
        if found:
            yield _problem(estate, instance, fronted[instance.id], found)
    yield from doubts(estate)


def _is_routed(borders: Borders, interface: NetworkInterface, family: Family) -> bool:
    """Whether the internet gateway takes the answers of *interface*."""
    border = borders.of(interface.subnet)
    return bool(border.back[family]) and border.lets_in(family)


def _fronted(inventory: Inventory) -> dict[str, dict[str, None]]:
    """Give the names of the load balancers in front of each instance."""
    balancers = {item.id: item.name for item in inventory.load_balancers}
    by_address = {
        (interface.vpc, address.private): interface.instance
        for interface in inventory.network_interfaces
        for address in interface.addresses
        if interface.instance
    }
    groups = {group.id: group for group in inventory.target_groups}
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for listener in inventory.listeners:
        name = balancers.get(listener.balancer, listener.balancer)
        actions = (action for rule in listener.rules for action in rule.actions)
        for group in {targets for action in actions for targets in action.targets}:
            for target in groups[group].targets if group in groups else ():
                at = by_address.get((groups[group].vpc or "", target.id))
                found[at or target.id][name] = None
    return found


def _problem(
    estate: Estate,
    instance: Instance,
    balancers: Mapping[str, None],
    found: Mapping[str, NetworkInterface],
) -> Problem:
    rows = [row for row in arrivals(estate, instance.id) if is_direct(row)]
    ports = list(ports_as_text(ports_by_protocol(rows)))
    now = ", ".join(ports) or ("other protocols" if rows else "nothing")
    subnets = sorted({interface.subnet for interface in found.values()})
    return Problem(
        resource=instance.id,
        message=f"{estate.label(instance.id)} is behind {', '.join(sorted(balancers))} "
        f"and also has the public address {', '.join(found)} in {', '.join(subnets)}, "
        f"which is routed to the internet. Strangers get straight in to: {now}.",
        severity=Severity.MEDIUM if rows else Severity.LOW,
        fix="\n".join(_commands(estate.inventory, found)),
        evidence=evidence_of(rows)
        | {"addresses": list(found), "load_balancers": sorted(balancers)},
    )


def _commands(
    inventory: Inventory, found: Mapping[str, NetworkInterface]
) -> Iterator[str]:
    """Give the commands that take the addresses away."""
    elastic = {address.public for address in inventory.addresses}
    region = inventory.region
    named = "--query 'Addresses[0].AssociationId' --output text"
    for address, interface in found.items():
        if ":" in address:
            yield (
                f"aws ec2 unassign-ipv6-addresses --region {region} "
                f"--network-interface-id {interface.id} --ipv6-addresses {address}"
            )
        elif address in elastic:
            yield (
                f"aws ec2 disassociate-address --region {region} --association-id "
                f'"$(aws ec2 describe-addresses --region {region} '
                f'--public-ips {address} {named})"'
            )
        else:
            yield (
                f"aws ec2 modify-network-interface-attribute --region {region} "
                f"--network-interface-id {interface.id} "
                "--no-associate-public-ip-address"
            )
