"""VER-007: a product that does not tell its version."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.installations import (
    doubts,
    stated_evidence,
    told_version,
    version_in,
)
from ringfence.subjects.visited import (
    answered,
    http_evidence,
    product_title,
    titled,
)


@check(
    "VER-007",
    "Product version is not known",
    severity=Severity.LOW,
    needs={"http_observations", "stated_versions"},
    fix="State the version in the policy.",
    guide=("S17", "D19", "D66"),
)
def unknown_version(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Nobody can tell whether it is vulnerable, and that is not the same as safe.

    A proxy or a firewall may hide the version, which does not keep anybody from
    trying an attack. `products.<name>.version` in the policy states it, for one
    instance the tag `ringfence:version`. What nobody looks at and nobody states is
    not told here: `RF-011` and the list of endpoints say what is looked at.
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
    for one in estate.inventory.stated_versions:
        if version_in(one.text) is None:
            yield Problem(
                resource=one.resource,
                message=f"The version of {product_title(one.product)} on {one.label} "
                f"is not known: {one.source} says {one.text!a}, which is none.",
                fix=f"aws ec2 create-tags --region {estate.inventory.region} "
                f"--resources {one.instance} --tags Key=ringfence:version,Value=9.4.1",
                evidence=stated_evidence(one),
            )
    yield from doubts(estate)
