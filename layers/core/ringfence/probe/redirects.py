"""Where a redirect leads, and whether a probe may go there."""

from urllib.parse import SplitResult, urljoin, urlsplit

from ringfence.probe.host import EndpointError, read_host
from ringfence.web import Redirect

LONGEST = 1024

_DEFAULT = {"http": 80, "https": 443}


def base_of(endpoint: str, *, is_tls: bool) -> str:
    """Give the address of *endpoint*, ``host:port``, without a path."""
    scheme = "https" if is_tls else "http"
    return f"{scheme}://{endpoint.removesuffix(f':{_DEFAULT[scheme]}')}"


def port_of(url: str) -> int:
    """Give the port of an address that `origin_of` accepts, or of ``//host:port``."""
    parts = urlsplit(url)
    return parts.port or _DEFAULT[parts.scheme]


def origin_of(parts: SplitResult) -> tuple[str, str, int] | None:
    """Scheme, host and port; None where *parts* name no place on the web."""
    default = _DEFAULT.get(parts.scheme)
    try:
        if default is None or parts.username is not None or not parts.hostname:
            return None
        return parts.scheme, str(read_host(parts.hostname)), parts.port or default
    except (EndpointError, ValueError):  # a port such as 99999
        return None


def read_redirect(url: str, location: str, *, ports: frozenset[int]) -> Redirect:
    """
    Read the *location* that *url* answered with.

    It may be followed to the same host only, at the same port or one of *ports*:
    the address that was dialled is then dialled again, without a look-up.
    Everything else, such as the metadata service, is only text.
    """
    try:
        goal = urljoin(url, location[:LONGEST])
        here, there = origin_of(urlsplit(url)), origin_of(urlsplit(goal))
    except ValueError:  # brackets that hold no IPv6 address
        return Redirect(url=location[:LONGEST])
    is_sane = location.isascii() and location.isprintable() and " " not in location
    if here is None or there is None or not is_sane or len(location) > LONGEST:
        return Redirect(url=goal[:LONGEST])
    is_here = here == there
    is_near = here[1] == there[1] and there[2] in ports
    goal = urlsplit(goal)._replace(fragment="").geturl()
    return Redirect(url=goal, is_here=is_here, may_follow=is_here or is_near)
