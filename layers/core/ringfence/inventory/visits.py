"""What a visitor without credentials is answered over HTTP."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie as it is set, without its value."""

    name: str
    is_secure: bool = False
    is_http_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpObservation:
    """
    What a few GETs of one endpoint answered, in plain HTTP or in TLS.

    *status*, *location* and *server* are the answer to ``/``; *location* is empty
    where that does not redirect. *redirects* are the absolute goals of that
    redirect and of those behind it, the last of which may not have been
    followed. *page_status* and *headers* (those that checks ask about, by
    lower-case name) are of the last page of this endpoint behind them. *cookies*
    were set by this endpoint's own answers.

    *product* is a profile's name (or ``fisheye``) and empty where none was
    recognised; *context* is the path that it is served under; *state* is its own
    word for it, such as ``RUNNING`` or ``FIRST_RUN``. *notice* is what Atlassian's
    machine image says in the product's place. *setup*, *admin* and *users* are
    the paths at which a set-up wizard, the administration and a list of users
    answered. *unread* names what was asked in vain, with the reason: ``page``,
    ``redirects``, ``product``, ``state``, ``admin``, ``users``.

    *error* is empty when ``/`` had an answer.
    """

    endpoint: str
    address: str = ""
    is_tls: bool = False
    status: int | None = None  # None: no answer
    location: str = ""
    server: str = ""
    redirects: tuple[str, ...] = ()
    page_status: int | None = None  # None: no answer
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()
    product: str = ""
    version: str = ""
    build: str = ""
    context: str = ""
    state: str = ""
    notice: str = ""
    setup: str = ""
    admin: str = ""
    users: str = ""
    unread: Mapping[str, str] = field(default_factory=dict)
    requests: int = 0
    error: str = ""
