"""What endpoints show on the wire: one polite look each, never a verdict."""

from ringfence.probe.addresses import (
    Address,
    anywhere,
    public_only,
    public_or_private,
)
from ringfence.probe.endpoint import Observations, at_once, observe
from ringfence.probe.host import EndpointError
from ringfence.probe.peer import NO_CONNECTION, REFUSED

__all__ = [
    "NO_CONNECTION",
    "REFUSED",
    "Address",
    "EndpointError",
    "Observations",
    "anywhere",
    "at_once",
    "observe",
    "public_only",
    "public_or_private",
]
