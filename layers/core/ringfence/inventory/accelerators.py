"""Global Accelerator: from its answers to records."""

from dataclasses import dataclass

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    flag,
    integer,
    rows,
    text,
    text_or_empty,
)
from ringfence.inventory.records import Ports

ACCELERATORS = "globalaccelerator.list_accelerators"
LISTENERS = "globalaccelerator.list_listeners"
ENDPOINT_GROUPS = "globalaccelerator.list_endpoint_groups"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    Where an accelerator leads to.

    *id* is a load balancer's ARN, an instance's or an Elastic IP's allocation id.
    """

    id: str
    preserves_client_ip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointGroup:
    """Endpoints of one Region; *overrides* are (listener port, endpoint port)."""

    id: str
    region: str
    overrides: tuple[tuple[int, int], ...] = ()
    endpoints: tuple[Endpoint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceleratorListener:
    """*protocol* is ``tcp`` or ``udp``."""

    id: str
    protocol: str
    ports: tuple[Ports, ...] = ()
    groups: tuple[EndpointGroup, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerator:
    """A standard accelerator that is on; custom routing ones are not read."""

    id: str
    name: str
    is_dual_stack: bool = False
    listeners: tuple[AcceleratorListener, ...] = ()


def read_accelerators(answers: Answers) -> tuple[Accelerator, ...]:
    """
    Those that are on, with all that they lead to; none where any was not read.

    An endpoint of weight 0 gets nothing; a group whose traffic dial is 0 does in
    a failover (Global Accelerator guide, about-endpoint-groups-traffic-dial).
    """
    needed = (ACCELERATORS, LISTENERS, ENDPOINT_GROUPS)
    if not all(answers.has(name) for name in needed):
        return ()

    def read(raw: Raw) -> Accelerator | None:
        if not flag(raw, "Enabled"):
            return None
        identity = text(raw, "AcceleratorArn")
        found = answers.each_of(
            LISTENERS, identity, "Listeners", lambda item: _listener(answers, item)
        )
        return Accelerator(
            id=identity,
            name=text_or_empty(raw, "Name"),
            is_dual_stack=text_or_empty(raw, "IpAddressType") == "DUAL_STACK",
            listeners=found or (),
        )

    found = answers.each(ACCELERATORS, "Accelerators", read)
    return tuple(accelerator for accelerator in found if accelerator)


def _listener(answers: Answers, raw: Raw) -> AcceleratorListener:
    identity = text(raw, "ListenerArn")
    groups = answers.each_of(ENDPOINT_GROUPS, identity, "EndpointGroups", _group)
    return AcceleratorListener(
        id=identity,
        protocol=text(raw, "Protocol").lower(),
        ports=tuple(
            _pair(item, "FromPort", "ToPort") for item in rows(raw, "PortRanges")
        ),
        groups=groups or (),
    )


def _group(raw: Raw) -> EndpointGroup:
    return EndpointGroup(
        id=text(raw, "EndpointGroupArn"),
        region=text_or_empty(raw, "EndpointGroupRegion"),
        overrides=tuple(
            _pair(item, "ListenerPort", "EndpointPort")
            for item in rows(raw, "PortOverrides")
        ),
        endpoints=tuple(
            Endpoint(
                id=text(item, "EndpointId"),
                preserves_client_ip=flag(item, "ClientIPPreservationEnabled"),
            )
            for item in rows(raw, "EndpointDescriptions")
            if integer(item, "Weight") != 0
        ),
    )


def _pair(raw: Raw, first: str, second: str) -> tuple[int, int]:
    one, other = integer(raw, first), integer(raw, second)
    if one is None or other is None:
        raise MalformedError(f"{first} or {second} is missing")
    return one, other
