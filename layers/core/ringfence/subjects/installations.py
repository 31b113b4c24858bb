"""What the version checks share: products that are known, in which version."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ringfence.estate import Estate
from ringfence.finding import Doubt
from ringfence.inventory.stated import StatedVersion
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
from ringfence.subjects.visited import (
    answered,
    http_doubts,
    http_evidence,
    product_title,
)

_FIRST_BITBUCKET = version("4.0")  # before it was renamed, it was called Stash


@dataclass(frozen=True, slots=True)
class Installation:
    """
    A product whose version is known.

    It answered, or somebody states it; *where* says which, as people read it.
    *resource* is what a finding is about, *shown* what is known of it, JSON-ready.
    *is_public*: it answered at an address of the internet, or strangers reach it.
    """

    product: str
    version: Version
    resource: str
    where: str
    is_public: bool
    shown: Mapping[str, Any]

    @property
    def is_stash(self) -> bool:
        """Whether it bears Bitbucket's old name."""
        return self.product == "bitbucket" and self.version < _FIRST_BITBUCKET

    def __str__(self) -> str:
        """Say in words what it is."""
        name = "Stash" if self.is_stash else product_title(self.product)
        return f"{name} {self.version} {self.where}"


def told_version(estate: Estate, seen: HttpObservation) -> Version | None:
    """Give the version that *seen* or else the policy tells; None: neither does."""
    stated = estate.policy.products.get(seen.product)
    for text in (seen.version, (stated.version if stated else None) or ""):
        known = version_in(text)
        if known is not None:
            return known
    return None


def version_in(text: str) -> Version | None:
    """Read *text*; None: it is no version."""
    try:
        return version(text)
    except VersionError:
        return None


def installations(estate: Estate) -> Iterator[Installation]:
    """Give every product that answered, or is stated, in a version that is known."""
    for seen in answered(estate.inventory):
        known = told_version(estate, seen) if seen.product else None
        if known is not None:
            yield Installation(
                product=seen.product,
                version=known,
                resource=seen.endpoint,
                where=f"at {seen.endpoint}",
                is_public=_is_of_the_internet(seen.address),
                shown=http_evidence(seen),
            )
    for one in estate.inventory.stated_versions:
        known = version_in(one.text)
        if known is not None:
            yield Installation(
                product=one.product,
                version=known,
                resource=one.resource,
                where=f"on {one.label}, as {one.source} says,",
                is_public=one.is_public,
                shown=stated_evidence(one),
            )


def stated_evidence(one: StatedVersion) -> dict[str, Any]:
    """Give what is stated, and by whom, JSON-ready."""
    return {
        "resource": one.resource,
        "product": one.product,
        "version": one.text,
        "stated_by": one.source,
    }


def _is_of_the_internet(text: str) -> bool:
    if not text:
        return False
    family, address = sets.parse(text)
    return bool(sets.public(address, family))


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
    return {
        **one.shown,
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
