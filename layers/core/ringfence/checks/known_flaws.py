"""PATCH-006: an instance in which Inspector knows grave flaws."""

from collections.abc import Iterator

from ringfence import openings
from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.subjects.hosts import is_exposed, severity
from ringfence.subjects.nodes import counted


@check(
    "PATCH-006",
    "Instance has grave flaws that Inspector knows",
    severity=Severity.MEDIUM,
    needs=openings.NEEDS | {"flaws"},
    fix="Update what Inspector names, the ones that the internet reaches first.",
    guide=("S19", "D17", "D19"),
    types=("Software and Configuration Checks/Vulnerabilities",),
)
def known_flaws(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Reachable from the internet and vulnerable is worse than either.

    Inspector tells each flaw itself; this counts its critical and high findings per
    instance and adds what Inspector's score does not hold: whether strangers reach
    the instance. Critical ones make it MEDIUM, high ones LOW, one step more where they
    do, one less where the instance is stopped. Which port a flaw sits behind is not
    known. Where Inspector does not look at instances, this says nothing.
    """
    instances = {instance.id: instance for instance in estate.inventory.instances}
    region = estate.inventory.region
    for found in estate.inventory.flaws:
        instance = instances.get(found.instance)
        if instance is None or not (found.critical or found.high):
            continue
        if instance.state in {"terminated", "shutting-down"}:
            continue
        grave = [
            counted(count, f"{word} finding", f"{word} findings")
            for count, word in ((found.critical, "critical"), (found.high, "high"))
            if count
        ]
        is_reached = is_exposed(estate, instance)
        yield Problem(
            resource=instance.id,
            message=f"Inspector has {' and '.join(grave)} of "
            f"{estate.label(instance.id)}"
            + (", which the internet reaches." if is_reached else "."),
            severity=severity(
                estate, (instance,), Severity.MEDIUM if found.critical else Severity.LOW
            ),
            fix=f"aws inspector2 list-findings --region {region} --filter-criteria "
            f"""'{{"resourceId":[{{"comparison":"EQUALS","value":"{instance.id}"}}],"""
            """"findingStatus":[{"comparison":"EQUALS","value":"ACTIVE"}]}' """
            "--sort-criteria field=INSPECTOR_SCORE,sortOrder=DESC",
            evidence={
                "instance": instance.id,
                "critical": found.critical,
                "high": found.high,
                "is_reached": is_reached,
            },
        )
