"""Endpoints that are looked at, and what the last look at each showed."""

from dataclasses import dataclass, replace
from datetime import datetime

from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.visits import HttpObservation


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """
    Where TLS or HTTP should be spoken, and how that is known.

    *host* is a name where one leads there, else what AWS calls it or an address:
    then it is not *is_named*, and no certificate need name it.
    *addresses* are all that the host's own records say, empty where they are AWS's
    to choose. *resource* answers there; *found_by* are the listeners, records
    and instances that lead to it, or ``policy``.
    Of one that *is_promised*, silence is remarkable: the policy names it, or a
    load balancer listens there for everybody.
    """

    host: str
    port: int
    addresses: tuple[str, ...] = ()
    resource: str = ""
    product: str | None = None  # None: not recognised
    owner: str = ""
    is_public: bool = True
    is_named: bool = True
    is_promised: bool = True
    found_by: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """``host:port`` as observations write it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A product in a version, as it was told from *since* until *until*."""

    product: str
    version: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """
    What was last seen of an endpoint.

    *asked_at* is when it was first asked for. *tls* and *http* are what the last
    look that showed something saw, *error* why the last one of all did not.
    *before* is the handshake that gave the certificate before the one of now,
    *changed_at* when the one of now was first seen.
    *running* is what it told last, whatever it has failed to tell since, and
    *ran_before* the other version that it told before that.
    *expected* are the addresses that the host's records said at the last look,
    *strayed_at* is since when *address* is none of them.
    """

    endpoint: str
    asked_at: datetime
    observed_at: datetime | None = None  # None: never looked at
    error: str = ""
    tls: TlsObservation | None = None  # None: TLS was not spoken
    http: HttpObservation | None = None  # None: HTTP was not spoken
    before: TlsObservation | None = None  # None: always the same certificate
    changed_at: datetime | None = None  # None: as before
    running: Running | None = None  # None: it never told a version
    ran_before: Running | None = None  # None: always the same
    address: str = ""
    expected: tuple[str, ...] = ()
    strayed_at: datetime | None = None  # None: it is one of them, or not to be told

    @property
    def latest_at(self) -> datetime:
        """When something was last heard of it: a look, or the first request."""
        return max(self.asked_at, self.observed_at or self.asked_at)


def looked(
    last: Look | None,
    endpoint: Endpoint,
    *,
    tls: TlsObservation | None,
    http: HttpObservation | None,
    at: datetime,
) -> Look:
    """Give the look at *endpoint* that saw *tls* and *http* at *at*, after *last*."""
    base = last or Look(endpoint=endpoint.name, asked_at=at)
    both = [item for item in (tls, http) if item]
    errors = [item.error for item in both if item.error]
    address = next((item.address for item in both if item.address), "")
    strays = bool(address and endpoint.addresses and address not in endpoint.addresses)
    seen = replace(
        base,
        observed_at=at,
        error=errors[0] if len(errors) == len(both) and errors else "",
        address=address,
        expected=endpoint.addresses,
        strayed_at=_strayed_at(base, at, address=address, strays=strays),
    )
    if seen.error:
        return seen
    seen = _versioned(seen, base, http, at)
    new = tls if tls and not tls.error else None
    kept = base.tls if tls and tls.error else new
    seen = replace(seen, tls=kept, http=http if http and not http.error else None)
    if base.tls and new and _certificate(base.tls) != _certificate(new):
        return replace(seen, before=base.tls, changed_at=at)
    return seen


def _versioned(
    look: Look, base: Look, http: HttpObservation | None, at: datetime
) -> Look:
    """*look* with the version that *http* told; one that tells none is no news."""
    if http is None or http.error or not (http.product and http.version):
        return look
    last = base.running or _told(base)
    if last and (last.product, last.version) == (http.product, http.version):
        return replace(look, running=replace(last, until=at))
    new = Running(product=http.product, version=http.version, since=at, until=at)
    is_update = last is not None and last.product == new.product
    return replace(look, running=new, ran_before=last if is_update else None)


def _told(look: Look) -> Running | None:
    """What a look that an older version of Ringfence kept says of it."""
    http, at = look.http, look.observed_at
    if http is None or at is None or not (http.product and http.version):
        return None
    return Running(product=http.product, version=http.version, since=at, until=at)


def _strayed_at(
    base: Look, at: datetime, *, address: str, strays: bool
) -> datetime | None:
    """Give since when the host leads astray; a look without an address is no news."""
    if not address:
        return base.strayed_at
    return (base.strayed_at or at) if strays else None


def _certificate(seen: TlsObservation) -> tuple[object, ...]:
    """Give what tells two certificates apart."""
    return (
        seen.fingerprint,
        seen.issuer,
        seen.subject,
        seen.not_before,
        seen.not_after,
        seen.key,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """
    Where a record led that was ours: an address, or a load balancer's DNS name.

    *resource* had it, and *seen_at* is when that was last noted.
    """

    end: str
    resource: str
    seen_at: datetime
