"""Which endpoints there are to be looked at, and which names lead to them."""

from ringfence.discovery.endpoints import MOST_ENDPOINTS, NEEDS, discovered, web_ports
from ringfence.discovery.names import Names, plain_end

__all__ = ["MOST_ENDPOINTS", "NEEDS", "Names", "discovered", "plain_end", "web_ports"]
