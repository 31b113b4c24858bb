"""
Python imports this when a function's process starts: it has no way outside.

Nothing but addresses of this machine is found, so that a probe of the demo
estate's names asks no resolver in the world for them.
"""

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

_look_up: Callable[..., Any] = socket.getaddrinfo


def _inside_only(host: Any, *arguments: Any, **named: Any) -> Any:
    text = host.decode() if isinstance(host, bytes) else host
    try:
        ipaddress.ip_address(text or "127.0.0.1")
    except ValueError:
        reason = "Name or service not known"
        raise socket.gaierror(socket.EAI_NONAME, reason) from None
    return _look_up(host, *arguments, **named)


socket.getaddrinfo = _inside_only
