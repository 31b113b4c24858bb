"""What stops packets at and behind a load balancer, in AWS's codes and in words."""

from ringfence.inventory.records import ListenerRule, NetworkAcl
from ringfence.reach import sets
from ringfence.reach.engine import World
from ringfence.reach.filters import numbers_of
from ringfence.reach.legs import End, Step, Stop
from ringfence.reach.listeners import matches
from ringfence.reach.obstacles import Code, Obstacle, Question
from ringfence.reach.sets import Ranges
from ringfence.reach.zones import Zones

_DOES = {
    "redirect": "redirects them",
    "fixed-response": "answers them itself",
}


def hindrance(world: World, stop: Stop, question: Question) -> Obstacle:
    """Give *stop* as an obstacle."""
    if stop.step is Step.LISTENER:
        because = f"no listener takes {stop.front.protocol} {stop.port}"
        return Obstacle(Code.NO_LISTENER, stop.balancer.id, because)
    if stop.step is Step.RULES:
        return _held(world, stop)
    if stop.end is None or stop.step < Step.EGRESS:
        return _at_the_group(world, stop)
    return _on_the_way(world, stop, stop.end, question)


def _held(world: World, stop: Stop) -> Obstacle:
    """Name the rule that ends the way of all who are asked about."""
    listener = stop.listener
    if listener is None:
        raise ValueError("a rule without its listener")
    rule: ListenerRule | None = None
    clients = world.clients_of(stop.front)
    for rule, _ in matches(listener, clients, stop.front.family):
        if not rule.has_other_conditions:
            break
    if rule is None:
        because = "none of its rules is for them"
        return Obstacle(Code.NOT_FORWARDED, listener.id, because)
    name = "the default rule" if rule.priority is None else f"rule {rule.priority}"
    because = f"{name} {_deed(rule)}"
    return Obstacle(Code.NOT_FORWARDED, listener.id, because, rule.id)


def _deed(rule: ListenerRule) -> str:
    for action in rule.actions:
        if action.kind in _DOES:
            return _DOES[action.kind]
    if any(action.targets for action in rule.actions):
        return "forwards them to other target groups"
    return "forwards them to no target group with a weight"


def _at_the_group(world: World, stop: Stop) -> Obstacle:
    """Say why the load balancer does not even try."""
    group = stop.group.id if stop.group else stop.balancer.id
    target, end = stop.target, stop.end
    if target is None:
        return Obstacle(Code.NO_TARGETS, group, "no target is registered with it")
    if stop.step is Step.RUNNING:
        state = world.states.get(target.id)
        if state is None and end:
            state = world.states.get(end.resource)
        because = f"the instance is {state or 'not running'}"
        return Obstacle(Code.BAD_STATE, end.resource if end else target.id, because)
    if stop.step is Step.OUTSIDE or end is None:
        because = f"no interface of its target {target.id} is listed"
        return Obstacle(Code.BAD_STATE, group, because)
    if stop.step is Step.REGISTERED:
        because = f"its target {target.id} is {target.state}"
        return Obstacle(Code.BAD_STATE, group, because)
    if stop.step is Step.ENABLED_ZONE:
        because = f"{end.interface} is in {end.zone}, a zone that is not enabled for it"
        return Obstacle(Code.ZONE_NOT_ENABLED, stop.balancer.id, because)
    own = Zones(world.inventory).of(stop.node.subnet)
    because = (
        f"cross-zone load balancing is off: {stop.node.id} in {own} sends nothing "
        f"to {end.interface} in {end.zone}"
    )
    overrides = stop.group is not None and stop.group.crosses_zones is False
    component = group if overrides else stop.balancer.id
    return Obstacle(Code.NOT_CROSS_ZONE, component, because)


def _on_the_way(world: World, stop: Stop, end: End, question: Question) -> Obstacle:
    """Say which filter between the node and its target takes nothing."""
    traffic = f"{stop.front.protocol} {stop.port}"
    name = stop.balancer.name
    if stop.step is Step.EGRESS:
        component = ", ".join(stop.balancer.groups)
        because = f"no outbound rule lets {traffic} out to {end.interface}"
        return Obstacle(Code.NO_MATCHING_RULE, component, because)
    if stop.step is Step.ACL_OUT:
        acl = world.borders.of(stop.node.subnet).acl
        number = _denying(acl, stop, end.addresses, is_egress=True)
        because = f"rule {number} denies {traffic} out to {end.interface}"
        is_classic = stop.balancer.kind == "classic"
        return Obstacle(
            Code.CLASSIC_ACL if is_classic else Code.ACL, acl.id, because, number
        )
    if stop.step is Step.ACL_IN:
        acl = world.borders.of(end.subnet).acl
        number = _denying(acl, stop, stop.node.addresses, is_egress=False)
        because = f"rule {number} denies {traffic} in from {stop.node.id}"
        return Obstacle(Code.ACL, acl.id, because, number)
    component = ", ".join(end.groups) or end.interface
    if all(rule.is_egress for rule in world.rules_of(end.groups)):
        because = "no group of it has an inbound rule"
        return Obstacle(Code.NO_RULES, component, because)
    whom = f"the load balancer {name}"
    if stop.group and stop.group.preserves_client_ip:
        whom += f" or {question.source or 'the internet'}, whose address it keeps"
    because = f"no rule lets {traffic} in from {whom}"
    return Obstacle(Code.NO_MATCHING_RULE, component, because)


def _denying(acl: NetworkAcl, stop: Stop, inside: Ranges, *, is_egress: bool) -> str:
    """Give the number of the first entry that denies; ``*`` for the last resort."""
    for entry in acl.entries:
        if entry.is_egress != is_egress or entry.allows:
            continue
        if entry.protocol not in (stop.front.protocol, "all"):
            continue
        low, high = numbers_of(entry.protocol, entry.ports, entry.icmp)
        family, ranges = sets.parse(entry.cidr)
        is_of_port = low <= stop.port <= high
        if family == "ipv4" and is_of_port and sets.intersection(ranges, inside):
            return str(entry.number)
    return "*"
