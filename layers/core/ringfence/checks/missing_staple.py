"""TLS-010: an endpoint that does not staple what its certificate promises."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.observed import is_unknown, problem_of, tls_doubts, tls_seen


@check(
    "TLS-010",
    "Endpoint does not staple the OCSP response that its certificate promises",
    severity=Severity.MEDIUM,
    needs={"tls_observations"},
    fix="Switch OCSP stapling on where TLS ends (nginx: ssl_stapling on).",
    guide=("D07",),
)
def missing_staple(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    A certificate with OCSP Must-Staple (RFC 7633) is refused without a response.

    Firefox and others that heed it cannot connect. A server that has just started
    may not have fetched its first response yet: look twice.
    What is stapled is not verified. Certificates without that promise are fine.
    """
    for seen in tls_seen(estate.inventory):
        if not seen.must_staple or is_unknown(seen):
            continue
        if seen.staples is None:
            because = "whether it staples an OCSP response could not be tested"
            yield Doubt(seen.endpoint, because)
        elif not seen.staples:
            yield problem_of(
                seen,
                "serves a certificate that demands a stapled OCSP response, and "
                "sends none.",
                fix=f"openssl s_client -connect {seen.endpoint} -status </dev/null "
                "| grep -i 'OCSP response'\n"
                "Switch stapling on (nginx: ssl_stapling on; Apache: SSLUseStapling "
                "on), or have the certificate issued without Must-Staple.",
            )
    yield from tls_doubts(estate.inventory)
