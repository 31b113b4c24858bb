"""Exposures at and behind load balancers: which port and protocol decide."""

from collections.abc import Iterable

from ringfence.inventory import Inventory
from ringfence.inventory.records import Listener
from ringfence.openings.kinds import HTTP_PORT, Kind, Known
from ringfence.reach import Exposure

_ENCRYPTED = frozenset({"HTTPS", "TLS", "SSL"})


class Fronts:
    """The listeners of an inventory, by what its exposures say of them."""

    def __init__(self, inventory: Inventory, rows: Iterable[Exposure]) -> None:
        self._by_id = {item.id: item for item in inventory.listeners}
        self._by_port: dict[tuple[str, int], Listener] = {
            (item.balancer, item.port): item for item in inventory.listeners
        }
        self._balancers = frozenset(item.id for item in inventory.load_balancers)
        self._fronting = {
            hop.id for row in rows for hop in row.path if hop.type == "listener"
        }

    def is_balancer(self, resource: str) -> bool:
        """Whether *resource* is a load balancer."""
        return resource in self._balancers

    def own_kind(self, row: Exposure, known: Known) -> Kind | None:
        """
        Tell the kind of what a load balancer itself answers.

        What it forwards to a target is told of the target.
        """
        port = target_port(row)
        listener = self._by_port.get((row.resource, port))
        if listener is None or listener.id in self._fronting:
            return None
        if listener.protocol == "HTTP" and stays_plain(listener):
            return Kind.PLAIN_HTTP if known.profile else Kind.OTHER
        if port == HTTP_PORT and listener.protocol == "HTTP":
            return None
        return None if known.may_face_internet("tcp", port) else Kind.OTHER

    def kind_behind(self, row: Exposure, known: Known) -> Kind | None:
        """Tell the kind of what a load balancer forwards."""
        dialled = row.ports[0] if row.ports else 0
        target = target_port(row)
        listener = self.listener_of(row)
        inner = known.kind_of(row.protocol, target)
        if inner in (Kind.ADMIN, Kind.DATABASE):
            return inner
        protocol = listener.protocol if listener else ""
        if protocol in _ENCRYPTED or protocol == "HTTP":
            if inner is Kind.PRIVATE and not known.is_proxied(target):
                return inner
            if protocol == "HTTP":
                return Kind.PLAIN_HTTP if known.profile else Kind.OTHER
            return None if known.may_face_internet("tcp", dialled) else Kind.OTHER
        return inner

    def listener_of(self, row: Exposure) -> Listener | None:
        """Give the listener on the path of *row*; None: it comes straight in."""
        for hop in row.path:
            if hop.type == "listener":
                return self._by_id.get(hop.id)
        return None


def target_port(row: Exposure) -> int:
    """Give the port at which the packet ends, whatever the client dialled."""
    for hop in row.path:
        if hop.type == "target-group" and hop.rule:
            return int(hop.rule)
    for hop in row.path:
        if hop.type == "endpoint-group" and hop.rule:
            return int(hop.rule)
    return row.ports[0] if row.ports else 0


def stays_plain(listener: Listener) -> bool:
    """Whether some rule answers with more than a redirect to HTTPS or a fixed page."""
    return any(
        action.kind != "fixed-response" and action.redirect_protocol != "HTTPS"
        for rule in listener.rules
        for action in rule.actions
    )
