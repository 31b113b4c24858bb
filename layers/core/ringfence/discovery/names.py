"""Where the records of public zones lead, through each other to their ends."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from ipaddress import ip_address

from ringfence.inventory.names import NameRecord

# An instance's public DNS name says its address.
# https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
_OF_INSTANCE = re.compile(
    r"ec2-(\d+)-(\d+)-(\d+)-(\d+)\.(?:compute-1|[a-z0-9-]+\.compute)\.amazonaws\.com"
)

# What a visitor can ask for: a record may have any other character, too.
_HOST = re.compile(r"[a-z0-9_.-]{1,253}")


class Names:
    """
    The names of all records, followed through aliases and CNAMEs among them.

    An end is an address, or a name that none of the records has.
    """

    def __init__(self, records: Iterable[NameRecord]) -> None:
        self._records: dict[str, list[NameRecord]] = defaultdict(list)
        for record in records:
            self._records[record.name].append(record)

    def records(self, name: str) -> tuple[NameRecord, ...]:
        """The records that *name* has itself."""
        return tuple(self._records.get(name, ()))

    @cached_property
    def ends(self) -> Mapping[str, frozenset[str]]:
        """The ends to which each name leads, wildcards included."""
        return {name: frozenset(self._follow(name)) for name in self._records}

    @cached_property
    def by_end(self) -> Mapping[str, tuple[str, ...]]:
        """The names that lead to each end."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in sorted(self.ends):
            for end in self.ends[name]:
                found[end].append(name)
        return {end: tuple(names) for end, names in found.items()}

    def hosts_at(self, ends: Iterable[str]) -> tuple[str, ...]:
        """The names that lead to one of *ends* and can be asked for by a visitor."""
        names = {name for end in ends for name in self.by_end.get(plain_end(end), ())}
        return tuple(sorted(name for name in names if _HOST.fullmatch(name)))

    def lead_to(self, ends: Iterable[str]) -> bool:
        """Whether any name leads to one of *ends*, a wildcard's included."""
        return any(plain_end(end) in self.by_end for end in ends)

    def addresses(self, name: str) -> tuple[str, ...]:
        """All addresses that *name* has; none where AWS or others choose some."""
        ends = self.ends.get(name, frozenset())
        if not ends or not all(_is_address(end) for end in ends):
            return ()
        return tuple(sorted(ends))

    def _follow(self, name: str) -> set[str]:
        found: set[str] = set()
        waiting = [name]
        met: set[str] = set()
        while waiting:
            here = waiting.pop()
            if here in met:
                continue
            met.add(here)
            if here not in self._records:
                found.add(plain_end(here))
                continue
            for record in self._records[here]:
                if record.kind == "CNAME" or record.alias:
                    waiting += record.values or (record.alias,)
                else:
                    found |= {plain_end(value) for value in record.values}
        return found


def plain_end(end: str) -> str:
    """
    *end* as all write it alike: addresses in one form, AWS's names without frills.

    ``dualstack.`` before a load balancer's name changes nothing but the families.
    """
    text = end.lower().removesuffix(".").removeprefix("dualstack.")
    of_instance = _OF_INSTANCE.fullmatch(text)
    if of_instance:
        return ".".join(of_instance.groups())
    try:
        return str(ip_address(text))
    except ValueError:
        return text


def _is_address(end: str) -> bool:
    try:
        ip_address(end)
    except ValueError:
        return False
    return True
