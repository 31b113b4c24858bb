"""HTTP-001: an endpoint that answers in plain HTTP."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.visits import HttpObservation
from ringfence.subjects.observed import host_of
from ringfence.subjects.visited import answered, http_doubts, http_evidence, place_of

_LOGIN = 401
_ERRORS = 400


@check(
    "HTTP-001",
    "Endpoint answers in plain HTTP without a redirect to HTTPS",
    severity=Severity.HIGH,
    needs={"http_observations"},
    fix="Redirect to HTTPS, or close the port.",
    guide=("S09", "S10", "D07"),
    relates=("AWS FSBP ELB.1",),
)
def plain_http_answer(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What is answered in plain HTTP, anybody on the way can read and change.

    Only a redirect to `https://` on the same host is fine, at once or behind
    redirects on that host. One to another host's HTTPS weighs little: this host
    stays without protection (Strict-Transport-Security is per host). One that
    comes back to plain HTTP is no redirect to HTTPS. An error page gives little
    away and weighs little, but says that something listens that will serve one
    day. A page that asks for a password (Basic) is told as such: it would be sent
    in clear.
    """
    for seen in answered(estate.inventory, in_tls=False):
        fault = _fault(seen)
        if fault:
            words, severity = fault
            yield Problem(
                resource=seen.endpoint,
                message=f"{seen.endpoint} answers in plain HTTP with status "
                f"{seen.status}{words}.",
                severity=severity,
                fix=f"curl --silent --head http://{seen.endpoint}/\n"
                "It must answer 301 or 308 with a location that starts with "
                f"https://{host_of(seen.endpoint)}.",
                evidence=http_evidence(seen) | {"redirects": list(seen.redirects)},
            )
    yield from http_doubts(estate.inventory, in_tls=False)


def _fault(seen: HttpObservation) -> tuple[str, Severity] | None:
    """Say what is wrong, and how bad it is; None: nothing is."""
    host = host_of(seen.endpoint)
    places = [place_of(url) for url in seen.redirects or (seen.location,)]
    safe = next((at for at, (scheme, _) in enumerate(places) if scheme == "https"), -1)
    if safe < 0 or any(name != host for _, name in places[:safe]):
        return _no_redirect(seen)
    if ("http", host) in places[safe:]:
        words = f" and sends clients to {seen.redirects[safe]}, which sends them back"
        return words, Severity.HIGH
    if places[safe][1] != host:
        goal = (seen.redirects or (seen.location,))[safe]
        return f" and sends clients to another host's HTTPS, {goal}", Severity.LOW
    return None


def _no_redirect(seen: HttpObservation) -> tuple[str, Severity]:
    if seen.headers.get("www-authenticate", "").lower().startswith("basic"):
        words = " and asks for a password (Basic), which would be sent in clear"
        return words, Severity.HIGH
    status = seen.status or 0
    is_error = status >= _ERRORS and status != _LOGIN
    severity = Severity.LOW if is_error else Severity.HIGH
    if seen.location:
        return f" and sends clients to {seen.location}", severity
    return " and no redirect to HTTPS", severity
