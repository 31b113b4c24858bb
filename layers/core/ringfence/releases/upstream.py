"""
What others publish about releases, read with suspicion.

A feed may lie: be cut off, older than what is known, or of another shape. Then it
is refused whole, and what was known stays. Nothing here fetches anything.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from ringfence.releases.catalogue import (
    Advisories,
    CatalogueError,
    Cycle,
    ProductReleases,
    Unjudged,
    in_words,
)
from ringfence.releases.version import VersionError, version

_VENDOR = "atlassian"
_TOMORROW = timedelta(days=1)  # a feed's clock may be in another zone


class _Theirs(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Latest(_Theirs):
    name: str
    day: date = Field(alias="date")


class _Release(_Theirs):
    name: str
    lts: bool = Field(alias="isLts")
    has_ended: bool = Field(alias="isEol")
    ends: date | None = Field(None, alias="eolFrom")
    latest: _Latest


class _Result(_Theirs):
    name: str
    releases: tuple[_Release, ...] = Field(min_length=1)


class _EndOfLife(_Theirs):
    result: _Result


class _Vulnerability(_Theirs):
    cve: str = Field(alias="cveID")
    vendor: str = Field(alias="vendorProject")
    product: str
    added: date = Field(alias="dateAdded")
    ransomware: str = Field("Unknown", alias="knownRansomwareCampaignUse")


class _Exploited(_Theirs):
    released: AwareDatetime = Field(alias="dateReleased")
    count: int
    vulnerabilities: tuple[_Vulnerability, ...] = Field(min_length=1)


def read_end_of_life(
    known: ProductReleases, text: bytes, today: date
) -> ProductReleases:
    """
    Give *known* with what endoflife.date says of the product, or refuse it.

    The shape is that of https://endoflife.date/docs/api/v1/, one product.
    Lines that it no longer lists stay as they are known.
    """
    try:
        told = _EndOfLife.model_validate_json(text).result
    except ValidationError as error:
        raise CatalogueError(in_words(error)) from None
    if told.name != known.feed:
        raise CatalogueError(f"result.name: {told.name!a} is not {known.feed}")
    _require_newer(known, told, today)
    cycles = {cycle.name: cycle for cycle in known.cycles}
    versions = dict(known.versions)
    for release in told.releases:
        cycles[release.name] = _cycle(release)
        versions.setdefault(release.latest.name, release.latest.day)
    listed = sorted(cycles.values(), key=lambda item: item.number, reverse=True)
    return ProductReleases.model_validate(
        {
            "feed": known.feed,
            "cycles": [cycle.model_dump() for cycle in listed],
            "versions": versions,
        }
    )


def read_exploited(known: Advisories, text: bytes) -> Advisories:
    """
    Give *known* with CISA's list of exploited vulnerabilities, or refuse it.

    The shape is that of
    https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json.
    """
    try:
        told = _Exploited.model_validate_json(text)
    except ValidationError as error:
        raise CatalogueError(in_words(error)) from None
    if told.count != len(told.vulnerabilities):
        raise CatalogueError(
            f"count: says {told.count}, and {len(told.vulnerabilities)} are listed"
        )
    _require_same_day_or_later(known.exploited_as_of, told.released)
    ours = {
        item.cve: item
        for item in told.vulnerabilities
        if item.vendor.lower() == _VENDOR
    }
    marked = {item.cve for item in known.advisories if item.exploited}
    if lost := sorted(marked - ours.keys()):
        raise CatalogueError(f"vulnerabilities: lacks {', '.join(lost)}")
    return _marked(known, ours, told.released.date())


def _marked(
    known: Advisories, ours: Mapping[str, _Vulnerability], day: date
) -> Advisories:
    judged = {item.cve for item in known.advisories}
    advisories = tuple(
        item.model_copy(
            update={
                "exploited": ours[item.cve].added,
                "ransomware": ours[item.cve].ransomware.lower() == "known",
            }
        )
        if item.cve in ours
        else item
        for item in known.advisories
    )
    unjudged = [
        {"cve": item.cve, "product": item.product, "exploited": item.added}
        for item in ours.values()
        if item.cve not in judged
    ]
    try:
        listed = tuple(Unjudged.model_validate(item) for item in unjudged)
    except ValidationError as error:
        raise CatalogueError(in_words(error)) from None
    return known.model_copy(
        update={
            "exploited_as_of": day,
            "advisories": advisories,
            "unjudged": tuple(sorted(listed, key=lambda item: item.cve)),
        }
    )


def _cycle(release: _Release) -> Cycle:
    if release.ends is None and not release.has_ended:
        raise CatalogueError(f"releases.{release.name}.eolFrom: no day, and not ended")
    try:
        cycle = Cycle(name=release.name, lts=release.lts, ends=release.ends)
        latest = version(release.latest.name)
    except (ValidationError, VersionError) as error:
        because = in_words(error) if isinstance(error, ValidationError) else str(error)
        raise CatalogueError(f"releases: {because}") from None
    if latest.line != cycle.name:
        raise CatalogueError(
            f"releases.{cycle.name}.latest: {release.latest.name} is not of that line"
        )
    return cycle


def _require_newer(known: ProductReleases, told: _Result, today: date) -> None:
    """Refuse what is older than what is known, or of the future."""
    newest = max(release.latest.day for release in told.releases)
    before = max(known.versions.values())
    if newest < before:
        raise CatalogueError(
            f"releases: the newest is of {newest}, one of {before} is known already"
        )
    if newest > today + _TOMORROW:
        raise CatalogueError(f"releases: one is of {newest}, which is yet to come")


def _require_same_day_or_later(before: date, released: datetime) -> None:
    if released.date() < before:
        raise CatalogueError(
            f"dateReleased: {released.date()} is older than {before}, known already"
        )
