"""TLS-011: a name whose addresses serve different certificates."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Elsewhere, TlsObservation
from ringfence.subjects.observed import (
    host_of,
    listed,
    problem_of,
    tls_doubts,
    tls_seen,
)


@check(
    "TLS-011",
    "Addresses of an endpoint serve different certificates",
    severity=Severity.LOW,
    needs={"tls_observations"},
    fix="Install the same, newest certificate on every node, and reload each.",
    guide=("S12", "D07"),
)
def uneven_certificates(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Where nodes differ, one was forgotten: some visitors get its old certificate.

    It is HIGH once clients refuse one of them while another is fine. Up to five
    addresses of a name are compared; where one does not answer, whether they are
    all the same cannot be told, unless it is of the other family than the first:
    not every place that looks has IPv6.
    """
    for seen in tls_seen(estate.inventory):
        served = _served(seen)
        if len({other.fingerprint for other in served}) == 1:
            if silent := _silent(seen):
                yield Doubt(seen.endpoint, f"{listed(silent)} showed no certificate")
            continue
        bad = [other for other in served if other.distrust]
        is_mixed = 0 < len(bad) < len(served)
        refused = "".join(
            f" Clients do not trust that of {other.address}: {other.distrust}."
            for other in bad
            if is_mixed
        )
        addresses = listed([other.address for other in served])
        yield problem_of(
            seen,
            f"serves different certificates at its addresses {addresses}.{refused}",
            severity=Severity.HIGH if is_mixed else Severity.LOW,
            fix="\n".join(_look_command(seen, other) for other in served),
            evidence={
                "fingerprints": {other.address: other.fingerprint for other in served}
            },
        )
    yield from tls_doubts(estate.inventory)


def _served(seen: TlsObservation) -> list[Elsewhere]:
    """What each address serves that answered, in an order that stays."""
    here = Elsewhere(
        address=seen.address,
        fingerprint=seen.fingerprint,
        not_after=seen.not_after,
        distrust=seen.distrust,
    )
    answered = [other for other in seen.others if not other.error]
    return sorted([here, *answered], key=lambda other: other.address)


def _silent(seen: TlsObservation) -> list[str]:
    """The addresses of the first one's family that showed nothing, in order."""
    return sorted(
        other.address
        for other in seen.others
        if other.error and (":" in other.address) == (":" in seen.address)
    )


def _look_command(seen: TlsObservation, other: Elsewhere) -> str:
    host, port = host_of(seen.endpoint), seen.endpoint.rpartition(":")[2]
    where = (
        f"[{other.address}]:{port}"
        if ":" in other.address
        else f"{other.address}:{port}"
    )
    return (
        f"openssl s_client -connect {where} -servername {host} "
        "</dev/null | openssl x509 -noout -subject -dates -fingerprint -sha256"
    )
