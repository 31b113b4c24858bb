"""TLS-006: an endpoint that takes ciphers nobody should."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Offer
from ringfence.subjects.observed import (
    LISTENER_FIX,
    listed,
    of_offer,
    problem_of,
    tls_doubts,
    tls_seen,
    untested,
)

_OLD_ONLY = {"3DES"}


@check(
    "TLS-006",
    "Endpoint takes broken ciphers",
    severity=Severity.HIGH,
    needs={"tls_observations"},
    fix="Take ciphers with AES-GCM or ChaCha20 and forward secrecy only.",
    guide=("D07",),
    relates=("AWS FSBP ELB.17",),
)
def legacy_cipher(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    With these ciphers a connection is encrypted in name only.

    NULL does not encrypt, anonymous ones do not tell who the server is, EXPORT
    and DES are searched through in hours, RC4 leaks cookies (RFC 7465).
    3DES alone is MEDIUM: its blocks repeat within hours of one connection (SWEET32).
    Who is on the way may make a client that still knows them use them.
    """
    for seen in tls_seen(estate.inventory):
        taken = of_offer(seen.ciphers, Offer.OFFERED)
        if taken:
            is_old_only = set(taken) <= _OLD_ONLY
            yield problem_of(
                seen,
                f"takes {listed(taken)} ciphers.",
                severity=Severity.MEDIUM if is_old_only else Severity.HIGH,
                fix=LISTENER_FIX,
                evidence={"ciphers": dict(seen.ciphers)},
            )
        yield from untested(seen, seen.ciphers)
    yield from tls_doubts(estate.inventory)
