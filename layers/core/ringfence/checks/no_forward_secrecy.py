"""TLS-007: an endpoint whose past traffic its key can decrypt."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import TlsObservation
from ringfence.subjects.observed import (
    LISTENER_FIX,
    problem_of,
    tls_doubts,
    tls_seen,
)

_EPHEMERAL = ("ECDHE-", "DHE-", "TLS_ECDHE_", "TLS_DHE_", "ADH-", "AECDH-")


@check(
    "TLS-007",
    "Endpoint does not use forward secrecy",
    severity=Severity.LOW,
    needs={"tls_observations"},
    fix="Prefer TLS 1.3, and ciphers with ECDHE in TLS 1.2.",
    guide=("D07",),
)
def no_forward_secrecy(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Who gets the server's key one day can read what was recorded until then.

    Told is what a current client ends up with; that the server also takes such
    ciphers from clients that know no better is allowed.
    """
    for seen in tls_seen(estate.inventory):
        if seen.cipher and not _is_forward_secret(seen):
            yield problem_of(
                seen,
                f"chooses {seen.cipher} in {seen.protocol}, without forward secrecy.",
                fix=LISTENER_FIX,
            )
    yield from tls_doubts(estate.inventory)


def _is_forward_secret(seen: TlsObservation) -> bool:
    return seen.protocol == "TLSv1.3" or seen.cipher.startswith(_EPHEMERAL)
