"""HTTP-001: an endpoint that answers in plain HTTP."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.records import HttpObservation

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

    Only a redirect to `https://` is fine. An error page gives little away and
    weighs little, but says that something listens that will serve one day.
    """
    for seen in estate.inventory.http_observations:
        if seen.error or seen.status is None:
            yield Doubt(seen.endpoint, seen.error or "there was no answer")
        elif not seen.location.lower().startswith("https://"):
            yield Problem(
                resource=seen.endpoint,
                message=f"{seen.endpoint} answers in plain HTTP with status "
                f"{seen.status}{_where_to(seen)}.",
                severity=_severity(seen.status),
                fix=f"curl --silent --head http://{seen.endpoint}/\n"
                "It must answer 301 or 308 with a location that starts with https://.",
                evidence={
                    "endpoint": seen.endpoint,
                    "address": seen.address,
                    "status": seen.status,
                    "location": seen.location,
                    "server": seen.server,
                },
            )


def _where_to(seen: HttpObservation) -> str:
    if seen.location:
        return f" and sends clients to {seen.location}"
    return " and no redirect to HTTPS"


def _severity(status: int) -> Severity:
    is_error = status >= _ERRORS and status != _LOGIN
    return Severity.LOW if is_error else Severity.HIGH
