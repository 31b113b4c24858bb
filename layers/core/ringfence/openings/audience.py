"""Who gets in: exact sets of addresses, after those that the policy trusts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ringfence.inventory.records import PrefixList, Rule
from ringfence.reach import Exposure, sets
from ringfence.reach.filters import sources_of
from ringfence.reach.sets import EMPTY, Family, Ranges

# 2^24 addresses are one IPv4 address in 256: wider than any company's offices.
# For IPv6 the least that a registry gives to a provider (RFC 6177 gives sites less).
_BROAD: Mapping[Family, int] = {"ipv4": 2**24, "ipv6": 2**96}
_SHOWN = 3


@dataclass(frozen=True)
class Audience:
    """
    Addresses of both families.

    Few differ among many openings, so they are shared and say each of their
    words once.
    """

    ipv4: Ranges = EMPTY
    ipv6: Ranges = EMPTY

    @cached_property
    def is_broad(self) -> bool:
        """Whether it is too many to be anybody's own: the internet, or close to it."""
        return is_broad(self.ipv4, "ipv4") or is_broad(self.ipv6, "ipv6")

    def __bool__(self) -> bool:
        """Whether it is anybody."""
        return bool(self.ipv4 or self.ipv6)

    def includes(self, other: "Audience") -> bool:
        """Whether all of *other* are in it."""
        return self is other or not (
            sets.difference(other.ipv4, self.ipv4)
            or sets.difference(other.ipv6, self.ipv6)
        )

    def joined(self, other: "Audience") -> "Audience":
        """Give all that is in either."""
        return joined((self, other))

    def __str__(self) -> str:
        """Say in words who it is."""
        return self._words

    @cached_property
    def _words(self) -> str:
        whole = [
            name
            for name, is_whole in (
                ("IPv4", _is_nearly_whole(self.ipv4, "ipv4")),
                ("IPv6", _is_nearly_whole(self.ipv6, "ipv6")),
            )
            if is_whole
        ]
        if not whole:
            return ", ".join(self._listed())
        rest = Audience(
            EMPTY if "IPv4" in whole else self.ipv4,
            EMPTY if "IPv6" in whole else self.ipv6,
        )
        both = len(whole) > 1
        words = "the whole internet" if both else f"the whole {whole[0]} internet"
        return ", ".join((words, *rest._listed()))

    def _listed(self) -> list[str]:
        cidrs = [*sets.cidrs(self.ipv4, "ipv4"), *sets.cidrs(self.ipv6, "ipv6")]
        if len(cidrs) <= _SHOWN:
            return cidrs
        return [*cidrs[:_SHOWN], f"{len(cidrs) - _SHOWN} more ranges"]


def joined(audiences: Iterable[Audience]) -> Audience:
    """Give all that is in any of *audiences*."""
    different = [audience for audience in audiences if audience]
    if len(different) > 1:
        different = [*dict.fromkeys(different)]
    if len(different) == 1:
        return different[0]
    return Audience(
        sets.union(*(audience.ipv4 for audience in different)),
        sets.union(*(audience.ipv6 for audience in different)),
    )


def is_broad(ranges: Ranges, family: Family) -> bool:
    """Whether *ranges* are too many addresses to be anybody's own."""
    return sets.size(ranges) >= _BROAD[family]


def _is_nearly_whole(ranges: Ranges, family: Family) -> bool:
    return sets.size(ranges) * 10 >= sets.size(sets.INTERNET[family]) * 9


@dataclass(frozen=True)
class Trust:
    """The ranges that the policy trusts, taken out of exposures' sources."""

    ranges: Mapping[Family, Ranges]
    _known: dict[tuple[str, ...], Audience] = field(default_factory=dict)

    def left_of(self, row: Exposure) -> Audience:
        """Give the public sources of *row* that nobody vouches for."""
        if row.sources not in self._known:
            self._known[row.sources] = self._left(row.sources, row.family)
        return self._known[row.sources]

    def _left(self, sources: tuple[str, ...], family: Family) -> Audience:
        left = self.strangers(sets.of(sources, family), family)
        return Audience(ipv4=left) if family == "ipv4" else Audience(ipv6=left)

    def strangers(self, ranges: Ranges, family: Family) -> Ranges:
        """Give what of *ranges* is on the internet and not trusted."""
        return sets.difference(sets.public(ranges, family), self.ranges[family])


class Strangers:
    """Whom rules let in beyond those that the policy trusts."""

    def __init__(self, lists: Iterable[PrefixList], trust: Trust) -> None:
        self._lists = {item.id: item for item in lists}
        self._trust = trust
        self._by_source: dict[str, Audience] = {}

    def of(self, rule: Rule) -> Audience:
        """Give the untrusted public sources of *rule*, or raise `UnreadableError`."""
        found = self._by_source.get(rule.source)
        if found is None:
            found = Audience(self._among(rule, "ipv4"), self._among(rule, "ipv6"))
            self._by_source[rule.source] = found or NOBODY
        return found

    def _among(self, rule: Rule, family: Family) -> Ranges:
        sources = sources_of(rule, family, self._lists)
        return self._trust.strangers(sources, family) if sources else EMPTY


NOBODY = Audience()


def trust(ranges: Iterable[str]) -> Trust:
    """Trust all addresses in *ranges*."""
    listed = tuple(ranges)
    return Trust({"ipv4": sets.of(listed, "ipv4"), "ipv6": sets.of(listed, "ipv6")})
