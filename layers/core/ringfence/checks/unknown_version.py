"""VER-007: a product that does not tell its version."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.installations import doubts, told_version
from ringfence.subjects.visited import answered, http_evidence, titled


@check(
    "VER-007",
    "Product version is not known",
    severity=Severity.LOW,
    needs={"http_observations"},
    fix="State the version in the policy.",
    guide=("S17", "D19", "D66"),
)
def unknown_version(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Nobody can tell whether it is vulnerable, and that is not the same as safe.

    A proxy or a firewall may hide the version, which does not keep anybody from
    trying an attack. `products.<name>.version` in the policy states it.
    """
    for seen in answered(estate.inventory):
        if not seen.product or told_version(estate, seen) is not None:
            continue
        told = f", only {seen.version!a}" if seen.version else ""
        yield Problem(
            resource=seen.endpoint,
            message=f"{titled(seen)} at {seen.endpoint} does not tell its "
            f"version{told}, so that nobody knows whether it is vulnerable.",
            fix=f"In the policy, keep current:\nproducts: {{{seen.product}: "
            "{version: '9.4.1'}}",
            evidence=http_evidence(seen),
        )
    yield from doubts(estate)
