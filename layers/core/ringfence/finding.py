"""What was judged: problems, findings and unknowns."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class Severity(StrEnum):
    """How bad it is, in Security Hub's own labels."""

    INFORMATIONAL = "INFORMATIONAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"

    @property
    def rank(self) -> int:
        """0 (informational) to 4 (critical)."""
        return _RANKS[self]

    def stepped(self, by: int) -> "Severity":
        """Give the severity *by* steps worse, milder where negative."""
        return _SCALE[min(max(self.rank + by, 0), len(_SCALE) - 1)]


_SCALE = tuple(Severity)
_RANKS = {severity: rank for rank, severity in enumerate(_SCALE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    One bad thing that a check saw on one resource.

    *message* says what is wrong in one or two sentences and must not contain
    anything that changes merely because time passes.
    *discriminator* tells several problems of one check on one resource apart.
    *severity*, *title* and *fix* replace the check's own when given.
    *evidence* is JSON-ready.
    """

    resource: str
    message: str
    discriminator: str = ""
    severity: Severity | None = None
    title: str | None = None
    fix: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A resource on which a check cannot answer, and why; it closes nothing."""

    resource: str
    because: str


class Finding(BaseModel):
    """
    A problem signed by its check: stable id, severity, place and time.

    *about* names the check that could not answer, in findings about Ringfence
    itself: such a finding closes only when that check has answered.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    about: str = ""
    resource: str
    discriminator: str = ""
    severity: Severity
    title: str
    message: str
    fix: str
    account: str
    region: str
    observed_at: datetime
    vpc: str | None = None
    name: str = ""
    product: str | None = None
    tags: dict[str, str] = {}
    types: tuple[str, ...] = ()
    relates: tuple[str, ...] = ()
    guide: tuple[str, ...] = ()
    evidence: dict[str, Any] = {}

    @property
    def key(self) -> str:
        """``<check>/<resource>[/<discriminator>]``, unique in account and Region."""
        tail = f"/{self.discriminator}" if self.discriminator else ""
        return f"{self.check}/{self.resource}{tail}"

    @property
    def answered_by(self) -> str:
        """The check whose answer opens and closes it."""
        return self.about or self.check

    @property
    def id(self) -> str:
        """The finding's id for ever: ``ringfence/<account>/<region>/<key>``."""
        return f"ringfence/{self.account}/{self.region}/{self.key}"

    @property
    def fingerprint(self) -> str:
        """A digest of all that a reader sees, without the time of observation."""
        document = self.model_dump(mode="json", exclude={"observed_at"})
        text = json.dumps(document, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    A check that could not answer, and why.

    *resource* None means that it could not answer at all.
    """

    check: str
    because: str
    resource: str | None = None


@dataclass(frozen=True, slots=True)
class Waived:
    """A finding that the owner accepts, with the waiver's own words."""

    finding: Finding
    reason: str
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """
    All verdicts on one inventory.

    *ran* holds the checks that looked, *unknowns* those that could not tell
    (for some resource or at all), *resources* every resource that was seen.
    A check in neither was not asked.
    *vpcs* and *only* narrow everything to some VPCs or resources; None does not.
    """

    account: str
    region: str
    observed_at: datetime
    vpcs: frozenset[str] | None
    only: frozenset[str] | None
    ran: frozenset[str]
    findings: tuple[Finding, ...]
    unknowns: tuple[Unknown, ...]
    waived: tuple[Waived, ...]
    resources: frozenset[str]

    def covers(self, finding: Finding) -> bool:
        """Whether *finding*, of an earlier report, would be in this one if it stood."""
        answered = finding.answered_by
        return (
            answered in self.ran
            and (self.vpcs is None or finding.vpc in self.vpcs)
            and (self.only is None or finding.resource in self.only)
            and not any(
                unknown.check == answered
                and unknown.resource in (None, finding.resource)
                for unknown in self.unknowns
            )
        )
