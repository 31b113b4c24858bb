"""What endpoints show on the wire: one polite look each, never a verdict."""

from ringfence.probe.addresses import (
    Address,
    anywhere,
    public_only,
    public_or_private,
)
from ringfence.probe.endpoint import HTTP_PORTS, Observations, observe
from ringfence.probe.host import EndpointError
from ringfence.probe.peer import NO_CONNECTION, REFUSED

__all__ = [
    "HTTP_PORTS",
    "NO_CONNECTION",
    "REFUSED",
    "Address",
    "EndpointError",
    "Observations",
    "anywhere",
    "observe",
    "public_only",
    "public_or_private",
]
