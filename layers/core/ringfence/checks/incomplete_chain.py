"""TLS-004: an endpoint that does not send its chain as clients need it."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.inventory.handshakes import Fault, Role, TlsObservation
from ringfence.subjects.observed import (
    host_of,
    is_unknown,
    listed,
    problem_of,
    tls_doubts,
    tls_seen,
)

_SHOWN = 3


@check(
    "TLS-004",
    "Endpoint does not send its certificate chain as clients need it",
    severity=Severity.MEDIUM,
    needs={"tls_observations"},
    fix="Send the certificate, then each issuer's up to the root, which may be left "
    "out; nothing else.",
    guide=("S12", "D07"),
)
def incomplete_chain(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Without the certificates between it and the root, many clients trust none.

    Browsers fetch what is missing, so that the product seems to work; Git, Java
    (application links, build agents) and curl do not, and people then switch
    verification off. Whether the missing certificate leads to a known authority
    cannot be told without it.
    A chain with certificates in the wrong place or without use works for most
    clients and weighs little. Sending the root too is allowed.
    """
    for seen in tls_seen(estate.inventory):
        if is_unknown(seen):
            continue
        if Fault.INCOMPLETE_CHAIN in seen.faults:
            yield problem_of(
                seen,
                f"does not send its whole chain: {seen.distrust}. Browsers may fetch "
                "what is missing; Git, Java and curl do not.",
                fix=_look_command(seen),
                evidence=_chain(seen),
            )
        elif disorder := _disorder(seen):
            yield problem_of(
                seen,
                f"sends a chain {disorder}.",
                severity=Severity.LOW,
                fix=_look_command(seen),
                evidence=_chain(seen),
            )
    yield from tls_doubts(estate.inventory)


def _disorder(seen: TlsObservation) -> str:
    """Say what is in the wrong place; empty: nothing."""
    told = (
        (Role.MISPLACED, "in the wrong order: {} must follow what it signed"),
        (Role.SUPERFLUOUS, "with certificates without use in it: {}"),
    )
    found = [
        words.format(listed(subjects[:_SHOWN]))
        for role, words in told
        if (subjects := [link.subject for link in seen.chain if link.role is role])
    ]
    return ", and ".join(found)


def _chain(seen: TlsObservation) -> dict[str, object]:
    return {
        "chain": [
            {
                "role": link.role.value,
                "subject": link.subject,
                "issuer": link.issuer,
                "not_after": link.not_after.isoformat(),
            }
            for link in seen.chain
        ]
    }


def _look_command(seen: TlsObservation) -> str:
    host = host_of(seen.endpoint)
    return (
        f"openssl s_client -connect {seen.endpoint} -servername {host} -showcerts "
        "</dev/null\n"
        "Put the authority's intermediate certificates behind your own in the file "
        "that is served (nginx: ssl_certificate; ACM: --certificate-chain), reload, "
        "and look again."
    )
