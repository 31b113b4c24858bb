"""
What is known of the products' releases: advisories and life cycles, as data.

Read from documents of the project's own form (see ``shipped/``), strictly: a
document that says something odd is refused whole, and names the field.
"""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    model_validator,
)

from ringfence.releases.version import Version, VersionError, version

_CVE = r"^CVE-\d{4}-\d{4,}$"


class CatalogueError(ValueError):
    """A document cannot be used; the message names the field."""


def _version(value: Any) -> Version:
    if isinstance(value, Version):
        return value
    if not isinstance(value, str):
        raise ValueError("not the text of a version")  # noqa: TRY004 - pydantic's way
    try:
        return version(value)
    except VersionError as error:
        raise ValueError(str(error)) from None


_Version = Annotated[
    Version, BeforeValidator(_version), PlainSerializer(str, return_type=str)
]


class _Strict(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", ignored_types=(cached_property,)
    )


class Affected(_Strict):
    """
    A range of versions: from *first* on, *fixed* not included.

    *last* is the last one affected; it counts where the line was never fixed.
    """

    first: _Version = Field(alias="from")
    fixed: _Version | None = None
    last: _Version | None = None

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        end = self.fixed or self.last
        if end is None:
            raise ValueError("needs 'fixed' or 'last'")
        if end < self.first:
            raise ValueError("ends before it begins")
        return self

    def has(self, release: Version) -> bool:
        """Whether *release* is in the range."""
        if release < self.first:
            return False
        if self.fixed is not None:
            return release < self.fixed
        return self.last is not None and release <= self.last


class Advisory(_Strict):
    """
    A vulnerability and the versions that have it, by product.

    *exploited* is the day on which CISA listed it as known to be exploited.
    *ports* are those that one must reach to exploit it; none: the product's own.
    """

    cve: str = Field(pattern=_CVE)
    title: str
    published: date
    cvss: float | None = Field(None, ge=0, le=10)
    scored_by: str = ""
    severity: str = Field(pattern=r"^(low|medium|high|critical)$")
    attacker: str = ""
    affects: dict[str, tuple[Affected, ...]]
    exploited: date | None = None
    ransomware: bool = False
    ports: tuple[int, ...] = ()
    url: str = Field(pattern=r"^https://")
    source: str = ""

    def affects_version(self, product: str, release: Version) -> bool:
        """Whether *release* of *product* has it."""
        return any(part.has(release) for part in self.affects.get(product, ()))


class Cycle(_Strict):
    """
    A feature release's line, *name* ``major.minor``.

    *ends* is the last day of its support; None: ended, the day is not known.
    """

    name: str = Field(pattern=r"^\d+\.\d+$")
    lts: bool
    ends: date | None = None

    @property
    def number(self) -> Version:
        """Give the line's first version."""
        return version(self.name)


class ProductReleases(_Strict):
    """A product's lines and the day of each release; *feed* is its id upstream."""

    feed: str
    cycles: tuple[Cycle, ...] = Field(min_length=1)
    versions: dict[str, date] = Field(min_length=1)

    @model_validator(mode="after")
    def _can_be_ordered(self) -> Self:
        for text in self.versions:
            _version(text)
        if len(self._by_name) != len(self.cycles):
            raise ValueError("a cycle is listed twice")
        return self

    @cached_property
    def _by_name(self) -> Mapping[str, Cycle]:
        return {cycle.name: cycle for cycle in self.cycles}

    @cached_property
    def released(self) -> Mapping[Version, date]:
        """The day of each release, oldest version first; previews are left out."""
        found = {version(text): day for text, day in self.versions.items()}
        return {v: found[v] for v in sorted(found) if not v.is_preview}

    @cached_property
    def lines(self) -> Mapping[str, Mapping[Version, date]]:
        """What `released` holds, by line."""
        found: dict[str, dict[Version, date]] = {}
        for release, day in self.released.items():
            found.setdefault(release.line, {})[release] = day
        return found

    def cycle_of(self, release: Version) -> Cycle | None:
        """Give the line of *release*; None: it is not listed."""
        return self._by_name.get(release.line)


class DataCenter(_Strict):
    """The last days of the Data Center editions."""

    new_sales_end: date
    renewals_end: date
    ends: date


class LifeCycles(_Strict):
    """Life cycles as of a day."""

    as_of: date
    sources: tuple[str, ...] = Field(min_length=1)
    server_ended: date
    data_center: DataCenter
    products: dict[str, ProductReleases]


class Unjudged(_Strict):
    """A vulnerability that CISA lists as exploited and no advisory here covers."""

    cve: str = Field(pattern=_CVE)
    product: str
    exploited: date


class Advisories(_Strict):
    """
    Advisories as of a day.

    *exploited_as_of* is the day of CISA's list of known exploited vulnerabilities;
    *unjudged* are those in it of which the affected versions are not known here.
    """

    as_of: date
    exploited_as_of: date
    sources: tuple[str, ...] = Field(min_length=1)
    advisories: tuple[Advisory, ...]
    unjudged: tuple[Unjudged, ...] = ()

    @model_validator(mode="after")
    def _are_different(self) -> Self:
        names = [advisory.cve for advisory in self.advisories]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"listed twice: {', '.join(twice)}")
        return self


class Catalogue(_Strict):
    """All that is known of releases."""

    advisories: Advisories
    life_cycles: LifeCycles


def read_advisories(text: str | bytes) -> Advisories:
    """Read a document of advisories, or raise `CatalogueError`."""
    try:
        return Advisories.model_validate_json(text)
    except ValidationError as error:
        raise CatalogueError(in_words(error)) from None


def read_life_cycles(text: str | bytes) -> LifeCycles:
    """Read a document of life cycles, or raise `CatalogueError`."""
    try:
        return LifeCycles.model_validate_json(text)
    except ValidationError as error:
        raise CatalogueError(in_words(error)) from None


def read_catalogue(text: str | bytes) -> Catalogue:
    """Read both in one document, or raise `CatalogueError`."""
    try:
        return Catalogue.model_validate_json(text)
    except ValidationError as error:
        raise CatalogueError(in_words(error)) from None


def in_words(error: ValidationError) -> str:
    """Name the fields that are wrong."""
    shown = error.errors(include_url=False, include_input=False)[:5]
    return "; ".join(
        f"{'.'.join(str(part) for part in item['loc']) or 'document'}: {item['msg']}"
        for item in shown
    )
