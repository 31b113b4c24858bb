"""TLS-005: an endpoint that takes protocol versions nobody should."""

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

_BROKEN = "SSLv3"
_LEGACY = (_BROKEN, "TLSv1", "TLSv1.1")


@check(
    "TLS-005",
    "Endpoint takes outdated versions of TLS",
    severity=Severity.MEDIUM,
    needs={"tls_observations"},
    fix="Take TLS 1.2 and TLS 1.3 only.",
    guide=("D07",),
    relates=("AWS FSBP ELB.17",),
)
def legacy_protocol(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    TLS 1.0 and 1.1 rest on MD5 and SHA-1 and are forbidden since 2021 (RFC 8996).

    SSL 3.0 is broken: whoever is on the way can read cookies (POODLE, RFC 7568).
    No browser, Git or Java of the last years needs any of them.
    Whether it takes each version is asked with a hello for that version only.
    """
    for seen in tls_seen(estate.inventory):
        asked = {name: seen.versions[name] for name in _LEGACY if name in seen.versions}
        taken = of_offer(asked, Offer.OFFERED)
        if taken:
            newest = of_offer(seen.versions, Offer.OFFERED)[0]
            only = ", and nothing newer" if newest in _LEGACY else ""
            yield problem_of(
                seen,
                f"takes {listed(taken)}{only}.",
                severity=Severity.HIGH if _BROKEN in taken else Severity.MEDIUM,
                fix=LISTENER_FIX,
                evidence={"versions": dict(seen.versions)},
            )
        yield from untested(seen, asked)
    yield from tls_doubts(estate.inventory)
