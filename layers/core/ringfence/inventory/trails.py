"""What CloudTrail records in a Region: from its answers to records."""

from dataclasses import dataclass

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    flag,
    rows,
    text,
    text_or_empty,
    texts,
)

TRAILS = "cloudtrail.describe_trails"
STATUS = "cloudtrail.get_trail_status"
SELECTORS = "cloudtrail.get_event_selectors"
NEEDS = (TRAILS, STATUS, SELECTORS)

_CATEGORY = "eventCategory"
_READ_ONLY = "readOnly"
_SOURCE = "eventSource"
_MANAGEMENT = "Management"
_COLONS = 5  # of any ARN
_READ_ONLY_OF = {"All": (), "ReadOnly": ("true",), "WriteOnly": ("false",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """
    What a field of an event must be for a selector to take it.

    One of the values of each list that has any must fit; of those whose name
    begins with *not* none may.
    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
    """

    field: str
    equals: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    not_starts: tuple[str, ...] = ()
    not_ends: tuple[str, ...] = ()

    def is_met_by(self, value: str) -> bool:
        """Whether an event with *value* in the field is taken."""
        return (
            (not self.equals or value in self.equals)
            and (not self.starts or value.startswith(self.starts))
            and (not self.ends or value.endswith(self.ends))
            and value not in self.not_equals
            and not value.startswith(self.not_starts)
            and not value.endswith(self.not_ends)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """Takes the events that meet all of its *conditions*."""

    conditions: tuple[Condition, ...] = ()

    def takes_write(self, source: str, name: str) -> bool:
        """
        Whether the write *name* of *source* is taken, whoever makes it.

        One that is taken on a further condition, such as who made it, is not.
        """
        event = {
            _CATEGORY: _MANAGEMENT,
            _READ_ONLY: "false",
            _SOURCE: source,
            "eventName": name,
            "eventType": "AwsApiCall",
        }
        return all(
            one.field in event and one.is_met_by(event[one.field])
            for one in self.conditions
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """
    A trail that is in the Region, be it of another Region's or the organisation's.

    *selectors* take what it records. They and *is_logging* are None where this
    account may not see them, as it can be with the organisation's trail.
    *delivery_error* is what S3 last refused its log files with; empty: nothing.
    """

    arn: str
    name: str
    home: str
    is_of_organization: bool = False
    is_validated: bool = False
    is_logging: bool | None = None
    delivery_error: str = ""
    selectors: tuple[Selector, ...] | None = None

    @property
    def account(self) -> str:
        """The account that the trail belongs to."""
        return self.arn.split(":")[4]

    def takes_write(self, source: str, name: str) -> bool:
        """Whether it surely records the write *name* of *source*, while it logs."""
        return any(one.takes_write(source, name) for one in self.selectors or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """All trails that are in the Region; there is one for each that was asked."""

    trails: tuple[Trail, ...] = ()


# What a trail takes of which nobody said otherwise.
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
EVERY_MANAGEMENT_EVENT = Selector(
    conditions=(Condition(field=_CATEGORY, equals=(_MANAGEMENT,)),)
)


def read_recording(answers: Answers) -> tuple[Recording, ...]:
    """What is recorded; none where CloudTrail was not asked."""
    if not all(answers.has(operation) for operation in NEEDS):
        return ()
    found = answers.each(TRAILS, "trailList", lambda raw: _trail(raw, answers))
    return (Recording(trails=found),)


def _trail(raw: Raw, answers: Answers) -> Trail:
    arn = text(raw, "TrailARN")
    if arn.count(":") < _COLONS:
        raise MalformedError("TrailARN is not an ARN")
    status = answers.one_of(STATUS, arn, _status)
    is_logging, error = status or (None, "")
    return Trail(
        arn=arn,
        name=text(raw, "Name"),
        home=text(raw, "HomeRegion"),
        is_of_organization=flag(raw, "IsOrganizationTrail"),
        is_validated=flag(raw, "LogFileValidationEnabled"),
        is_logging=is_logging,
        delivery_error=error,
        selectors=answers.one_of(SELECTORS, arn, _selectors),
    )


def _status(raw: Raw) -> tuple[bool, str]:
    return flag(raw, "IsLogging"), text_or_empty(raw, "LatestDeliveryError")


def _selectors(raw: Raw) -> tuple[Selector, ...]:
    basic = tuple(
        Selector(conditions=_basic(one))
        for one in rows(raw, "EventSelectors")
        if _is_of_management(one)
    )
    advanced = tuple(
        Selector(conditions=tuple(map(_condition, rows(one, "FieldSelectors"))))
        for one in rows(raw, "AdvancedEventSelectors")
    )
    if not rows(raw, "EventSelectors") and not advanced:
        return (EVERY_MANAGEMENT_EVENT,)
    return basic + advanced


def _is_of_management(raw: Raw) -> bool:
    told = raw.get("IncludeManagementEvents") is not None
    return flag(raw, "IncludeManagementEvents") if told else True


def _basic(raw: Raw) -> tuple[Condition, ...]:
    """The older kind of selector, in the words of the newer."""
    kind = text_or_empty(raw, "ReadWriteType") or "All"
    return (
        *EVERY_MANAGEMENT_EVENT.conditions,
        Condition(field=_READ_ONLY, equals=_READ_ONLY_OF.get(kind, (kind,))),
        Condition(
            field=_SOURCE, not_equals=texts(raw, "ExcludeManagementEventSources")
        ),
    )


def _condition(raw: Raw) -> Condition:
    return Condition(
        field=text(raw, "Field"),
        equals=texts(raw, "Equals"),
        starts=texts(raw, "StartsWith"),
        ends=texts(raw, "EndsWith"),
        not_equals=texts(raw, "NotEquals"),
        not_starts=texts(raw, "NotStartsWith"),
        not_ends=texts(raw, "NotEndsWith"),
    )
