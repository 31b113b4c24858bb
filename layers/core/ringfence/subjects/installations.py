"""What the version checks share: products that were seen, in which version."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ringfence.estate import Estate
from ringfence.finding import Doubt
from ringfence.inventory.visits import HttpObservation
from ringfence.reach import sets
from ringfence.releases import (
    Advisory,
    Remedy,
    Standing,
    Version,
    VersionError,
    remedy,
    standing,
    version,
)
from ringfence.subjects.visited import answered, http_doubts, http_evidence, titled

_FIRST_BITBUCKET = version("4.0")  # before it was renamed, it was called Stash


@dataclass(frozen=True, slots=True)
class Installation:
    """A product that answered, and its version."""

    seen: HttpObservation
    version: Version

    @property
    def product(self) -> str:
        return self.seen.product

    @property
    def is_stash(self) -> bool:
        """Whether it bears Bitbucket's old name."""
        return self.product == "bitbucket" and self.version < _FIRST_BITBUCKET

    @property
    def is_public(self) -> bool:
        """Whether it answered at an address of the internet."""
        if not self.seen.address:
            return False
        family, address = sets.parse(self.seen.address)
        return bool(sets.public(address, family))

    def __str__(self) -> str:
        """Say in words what it is."""
        name = "Stash" if self.is_stash else titled(self.seen)
        return f"{name} {self.version} at {self.seen.endpoint}"


def told_version(estate: Estate, seen: HttpObservation) -> Version | None:
    """Give the version that *seen* or else the policy tells; None: neither does."""
    stated = estate.policy.products.get(seen.product)
    for text in (seen.version, (stated.version if stated else None) or ""):
        try:
            return version(text)
        except VersionError:
            continue
    return None


def installations(estate: Estate) -> Iterator[Installation]:
    """Give every product that answered and of which a version is known."""
    for seen in answered(estate.inventory):
        if seen.product:
            known = told_version(estate, seen)
            if known is not None:
                yield Installation(seen, known)


def doubts(estate: Estate) -> Iterator[Doubt]:
    """Give the endpoints of which nobody can tell what runs there."""
    return http_doubts(estate.inventory, "product")


def standing_of(estate: Estate, one: Installation) -> Standing | None:
    """Give where *one* stands at the inventory's time; None: not listed."""
    today = estate.inventory.taken_at.date()
    return standing(estate.catalogue, one.product, one.version, today)


def remedy_of(estate: Estate, one: Installation) -> Remedy | None:
    """Give the release that *one* should go to; None: none is known."""
    today = estate.inventory.taken_at.date()
    return remedy(estate.catalogue, one.product, one.version, today)


def upgrade(estate: Estate, one: Installation) -> str:
    """Say what to upgrade to, and what to do first."""
    step = remedy_of(estate, one)
    if step is None:
        goal = "the latest long-term support release"
    elif step.is_same_line:
        goal = f"{step.version}, the newest of its line"
    else:
        goal = f"{step.version}, a long-term support release (its own line has no fix)"
    return (
        f"Back up the data base and the home directory, then upgrade to {goal}.\n"
        "https://confluence.atlassian.com/support/ has each product's upgrade guide."
    )


def evidence_of(
    estate: Estate, one: Installation, advisories: Iterable[Advisory] = ()
) -> dict[str, Any]:
    """Give what was seen, what it is judged by, and of when that is, JSON-ready."""
    step = remedy_of(estate, one)
    known = estate.catalogue
    return http_evidence(one.seen) | {
        "version": str(one.version),
        "advisories": [
            {
                "cve": advisory.cve,
                "title": advisory.title,
                "cvss": advisory.cvss,
                "exploited_since": (
                    advisory.exploited.isoformat() if advisory.exploited else None
                ),
                "attacker": advisory.attacker,
                "url": advisory.url,
            }
            for advisory in advisories
        ],
        "upgrade_to": str(step.version) if step else None,
        "advisories_as_of": known.advisories.as_of.isoformat(),
        "exploited_as_of": known.advisories.exploited_as_of.isoformat(),
        "releases_as_of": known.life_cycles.as_of.isoformat(),
    }
