"""Route 53's public zones: from its answers to the records that lead somewhere."""

import re
from dataclasses import dataclass
from itertools import chain

from ringfence.inventory.answers import (
    Answers,
    MalformedError,
    Raw,
    flag,
    inner,
    present,
    rows,
    text,
    text_or_empty,
)

ZONES = "route53.list_hosted_zones"
RECORDS = "route53.list_resource_record_sets"

_LEADING = frozenset({"A", "AAAA", "CNAME"})

# How Route 53 writes what is neither a letter, a digit, nor a hyphen.
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DomainNameFormat.html
_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRecord:
    """
    A record of a public zone that leads to addresses or to another name.

    *name*, *values* and *alias* are in lower case, without the last dot. *kind*
    is ``A``, ``AAAA`` or ``CNAME``. *alias* is the name that Route 53 answers for,
    empty where the record has *values*. *identifier* tells the records of one
    name and kind apart that a routing policy chooses from.
    """

    zone: str
    name: str
    kind: str
    values: tuple[str, ...] = ()
    alias: str = ""
    identifier: str = ""

    @property
    def is_wildcard(self) -> bool:
        """Whether it is for every name below one, and so for none to be dialled."""
        return self.name.startswith("*.")


def is_public(zone: Raw) -> bool:
    """Whether the internet is answered from *zone*."""
    return not flag(inner(zone, "Config"), "PrivateZone")


def zone_id(zone: Raw) -> str:
    """The id without the path in which Route 53 gives it."""
    return text(zone, "Id").rpartition("/")[2]


def leads_somewhere(record: Raw) -> bool:
    """Whether *record* is of a kind that is kept; mail and text records are not."""
    return record.get("Type") in _LEADING


def read_name_records(answers: Answers) -> tuple[NameRecord, ...]:
    zones = answers.each(ZONES, "HostedZones", lambda raw: (zone_id(raw), raw))
    return tuple(
        chain.from_iterable(
            _records(answers, identity) for identity, raw in zones if is_public(raw)
        )
    )


def _records(answers: Answers, zone: str) -> tuple[NameRecord, ...]:
    def read(raw: Raw) -> NameRecord | None:
        if not leads_somewhere(raw):
            return None
        alias = inner(raw, "AliasTarget")
        values = present(rows(raw, "ResourceRecords"), "Value")
        if bool(alias) is bool(values):
            raise MalformedError("neither or both of AliasTarget and ResourceRecords")
        return NameRecord(
            zone=zone,
            name=_plain(text(raw, "Name")),
            kind=text(raw, "Type"),
            values=tuple(_plain(value) for value in values),
            alias=_plain(text(alias, "DNSName")) if alias else "",
            identifier=text_or_empty(raw, "SetIdentifier"),
        )

    found = answers.each_of(RECORDS, zone, "ResourceRecordSets", read)
    return tuple(record for record in found or () if record)


def _plain(name: str) -> str:
    unescaped = _ESCAPED.sub(lambda match: chr(int(match[1], 8)), name)
    return unescaped.lower().removesuffix(".")
