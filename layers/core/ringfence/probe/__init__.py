"""What endpoints show on the wire: one polite look each, never a verdict."""

from ringfence.probe.addresses import anywhere, public_only, public_or_private
from ringfence.probe.endpoint import HTTP_PORTS, Observations, at_once, observe
from ringfence.probe.host import EndpointError

__all__ = [
    "HTTP_PORTS",
    "EndpointError",
    "Observations",
    "anywhere",
    "at_once",
    "observe",
    "public_only",
    "public_or_private",
]
