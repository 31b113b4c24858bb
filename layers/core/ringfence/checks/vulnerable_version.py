"""VER-002: a product with known vulnerabilities."""

from collections.abc import Iterator

from ringfence.checks import VULNERABILITIES, check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.releases import Advisory, advisories_of
from ringfence.subjects.installations import (
    Installation,
    doubts,
    evidence_of,
    installations,
    upgrade,
)

# CVSS's own bands: https://www.first.org/cvss/v3.1/specification-document
_BANDS = (
    (9.0, Severity.CRITICAL),
    (7.0, Severity.HIGH),
    (4.0, Severity.MEDIUM),
    (0.0, Severity.LOW),
)
_SHOWN = 5


@check(
    "VER-002",
    "Product version has known vulnerabilities",
    severity=Severity.HIGH,
    needs={"http_observations", "stated_versions"},
    fix="Upgrade to a release that has none of them.",
    guide=("S17", "S22", "D02", "D11", "D19", "D32", "D68"),
    types=(VULNERABILITIES,),
)
def vulnerable_version(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    What an advisory describes, everybody can try.

    It weighs as much as the worst advisory's CVSS score says, and one step less
    where the product answered at a private address only, or where an attacker
    must reach one of its cluster ports. Those that are known to be exploited are
    told by VER-001.
    Third-party components that a product bundles are not judged.
    """
    for one in installations(estate):
        found = [
            advisory
            for advisory in advisories_of(estate.catalogue, one.product, one.version)
            if not advisory.exploited
        ]
        if found:
            worst = max((_severity(one, a) for a in found), key=lambda item: item.rank)
            yield Problem(
                resource=one.resource,
                message=f"{one} has {_counted(found)}: {_named(found)}.",
                severity=worst,
                fix=upgrade(estate, one),
                evidence=evidence_of(estate, one, found),
            )
    yield from doubts(estate)


def _severity(one: Installation, advisory: Advisory) -> Severity:
    if advisory.cvss is None:
        base = Severity(advisory.severity.upper())
    else:
        base = next(severity for low, severity in _BANDS if advisory.cvss >= low)
    return base if one.is_public and not advisory.ports else base.stepped(-1)


def _counted(found: list[Advisory]) -> str:
    return f"{len(found)} known vulnerabilit{'y' if len(found) == 1 else 'ies'}"


def _named(found: list[Advisory]) -> str:
    shown = [
        f"{item.cve} ({item.title}"
        + (f", CVSS {item.cvss:g}" if item.cvss is not None else "")
        + (f", by TCP {', '.join(map(str, item.ports))}" if item.ports else "")
        + ")"
        for item in found[:_SHOWN]
    ]
    if len(found) > _SHOWN:
        shown.append(f"{len(found) - _SHOWN} more in the evidence")
    return "; ".join(shown)
