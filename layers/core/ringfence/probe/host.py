"""Host names as written by people and messages: only good ones get further."""

import re
from ipaddress import ip_address

import idna

from ringfence.probe.addresses import Address

_LONGEST = 253  # https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4
_SHOWN = 60

# Underscores are no host names' characters, but the DNS has them and they work.
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")

# What the C library reads as an IPv4 address: 2130706433, 0x7f.1, 0177.0.0.1.
# https://url.spec.whatwg.org/#ends-in-a-number-checker
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class EndpointError(ValueError):
    """What is written is no endpoint; nothing was looked up or dialled."""


def read_host(text: str) -> Address | str:
    """The address, or the ASCII name in lower case, that *text* writes."""
    bare = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    try:
        address = ip_address(bare)
    except ValueError:
        return _read_name(text)
    if "%" in bare:
        raise _refused(text, "an address with a zone is another one on each machine")
    return address


def read_port(port: int) -> int:
    """Give *port* back if a connection can be made to it."""
    if not 1 <= port <= 65535:  # noqa: PLR2004 - as every port
        raise EndpointError(f"Port {port} is not between 1 and 65535.")
    return port


def written(host: Address | str, port: int) -> str:
    """``host:port``, with brackets where the host has colons of its own."""
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"


def _read_name(text: str) -> str:
    if len(text) > _LONGEST + 1:
        raise _refused(text, f"it is longer than {_LONGEST} characters")
    try:
        name = text.lower() if text.isascii() else idna.encode(text, uts46=True)
    except UnicodeError as error:
        raise _refused(text, "international names (IDNA) do not allow it") from error
    name = (name if isinstance(name, str) else name.decode()).removesuffix(".")
    labels = name.split(".")
    if len(name) > _LONGEST:
        raise _refused(text, f"it is longer than {_LONGEST} characters")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(text, "a name is letters, digits and hyphens between dots")
    if _NUMBER.fullmatch(labels[-1]):
        raise _refused(text, "write an IPv4 address as four decimal numbers")
    return name


def _refused(text: str, because: str) -> EndpointError:
    shown = ascii(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}...")
    return EndpointError(f"{shown} is not a host name: {because}.")
