"""Where a version stands on a day: vulnerable, supported, and what to go to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ringfence.releases.catalogue import (
    Advisory,
    Catalogue,
    Cycle,
    ProductReleases,
)
from ringfence.releases.version import Version

# A line that got a fix this recently is still looked after, whatever its end of
# support says: upstream's days are sometimes early (Jira 9.12, Bamboo 9.6).
_LATELY = timedelta(days=60)

# "Two years from its first release" (https://www.atlassian.com/software/server-end-of-support,
# as https://endoflife.date/ words it for each product).
_SUPPORTED = timedelta(days=731)

# The first Data Center-only versions (https://www.atlassian.com/migration/assess/journey-to-cloud).
_FIRST_WITHOUT_SERVER = {
    "jira": "9.13",
    "confluence": "8.6",
    "bitbucket": "8.15",
    "bamboo": "9.5",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """
    What the life cycle says of a version.

    *cycle* None: its line is not listed; it has ended if it is older than all that are,
    or came out more than two years ago. *newer* is the newest release of its
    line, None if it is that. *is_latest_line* says that no newer line is out.
    """

    cycle: Cycle | None
    has_ended: bool
    was_patched_lately: bool
    newer: Version | None
    is_latest_line: bool

    @property
    def gets_fixes(self) -> bool:
        """
        Whether security fixes still come to its line.

        They go to long-term support lines and to the latest one
        (https://www.atlassian.com/trust/security/bug-fix-policy).
        """
        if self.cycle is None or self.has_ended:
            return False
        return self.cycle.lts or self.is_latest_line


@dataclass(frozen=True, slots=True)
class Remedy:
    """A release to go to; *is_same_line* tells a small step from an upgrade."""

    version: Version
    is_same_line: bool


def advisories_of(
    catalogue: Catalogue, product: str, release: Version
) -> tuple[Advisory, ...]:
    """Give the advisories that *release* has, the worst first."""
    found = [
        advisory
        for advisory in catalogue.advisories.advisories
        if advisory.affects_version(product, release)
    ]
    found.sort(key=lambda item: (item.exploited is None, -(item.cvss or 0), item.cve))
    return tuple(found)


def standing(
    catalogue: Catalogue, product: str, release: Version, today: date
) -> Standing | None:
    """Give where *release* stands *today*; None: the product's are not listed."""
    releases = catalogue.life_cycles.products.get(product)
    if releases is None:
        return None
    cycle = releases.cycle_of(release)
    line = _out(releases, release.line, today)
    newest = line[-1] if line else None
    patched = newest is not None and today - releases.released[newest] <= _LATELY
    lines = [
        _numbers(name)
        for name, some in releases.lines.items()
        if min(some.values()) <= today
    ]
    return Standing(
        cycle=cycle,
        has_ended=_has_ended(releases, release, cycle, today),
        was_patched_lately=patched,
        newer=newest if newest is not None and newest > release else None,
        is_latest_line=not lines or _line(release) >= max(lines),
    )


def remedy(
    catalogue: Catalogue, product: str, release: Version, today: date
) -> Remedy | None:
    """
    Give the release that leaves no known advisory, by the smallest step.

    First the newest of its own line, then the newest of the oldest supported
    long-term support line above it. For a product whose releases are not
    listed: the highest version that the advisories name as fixed.
    None: none is known.
    """
    releases = catalogue.life_cycles.products.get(product)
    if releases is None:
        return _remedy_of_advisories(catalogue, product, release)
    supported = [
        cycle.name
        for cycle in sorted(releases.cycles, key=lambda cycle: cycle.number)
        if cycle.lts and cycle.ends and today <= cycle.ends
    ]
    for line in (release.line, *supported):
        for candidate in reversed(_out(releases, line, today)):
            if candidate > release and not advisories_of(catalogue, product, candidate):
                return Remedy(candidate, is_same_line=line == release.line)
    return None


def was_sold_for_server(product: str, release: Version) -> bool:
    """Whether *release* could be a Server edition, which ended in 2024."""
    first = _FIRST_WITHOUT_SERVER.get(product)
    return first is not None and _line(release) < _numbers(first)


def _has_ended(
    releases: ProductReleases, release: Version, cycle: Cycle | None, today: date
) -> bool:
    if cycle is not None:
        return cycle.ends is None or today > cycle.ends
    if _line(release) < min(_numbers(item.name) for item in releases.cycles):
        return True
    days = releases.lines.get(release.line, {}).values()
    return bool(days) and today - min(days) > _SUPPORTED


def _remedy_of_advisories(
    catalogue: Catalogue, product: str, release: Version
) -> Remedy | None:
    fixes = list(_fixes(catalogue, product, release))
    while fixes:
        candidate = max(fixes)
        fixes = list(_fixes(catalogue, product, candidate))
        if not fixes:
            return Remedy(candidate, is_same_line=candidate.line == release.line)
    return None


def _fixes(catalogue: Catalogue, product: str, release: Version) -> Iterator[Version]:
    for advisory in advisories_of(catalogue, product, release):
        for part in advisory.affects[product]:
            if part.has(release) and part.fixed is not None:
                yield part.fixed


def _out(releases: ProductReleases, line: str, today: date) -> list[Version]:
    """Give the releases of *line* that are out *today*, oldest version first."""
    known = releases.lines.get(line, {})
    return [release for release, day in known.items() if day <= today]


def _line(release: Version) -> tuple[int, int]:
    return _numbers(release.line)


def _numbers(line: str) -> tuple[int, int]:
    major, minor = line.split(".")
    return int(major), int(minor)
