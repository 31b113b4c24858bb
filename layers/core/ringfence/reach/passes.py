"""Who gets through the filters and gets replies, in as few blocks as can be."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from ringfence.reach import sets
from ringfence.reach.filters import Admission, numbers_of
from ringfence.reach.routes import Border
from ringfence.reach.sets import Family, Ranges


class Opening(NamedTuple):
    """An admission split by whether replies get out."""

    admission: Admission
    session: str
    sources: Ranges


def split_by_reply(
    admitted: Iterable[Admission], border: Border, family: Family
) -> Iterator[Opening]:
    """
    Tell apart the sources that get replies and those that do not.

    A gateway takes no packet that says it comes from the VPC itself
    (Reachability Analyzer, GATEWAY_REJECTS_SPOOFED_TRAFFIC).
    """
    for admission in admitted:
        outside = sets.difference(admission.sources, border.own[family])
        both = sets.intersection(outside, border.answered(admission.protocol, family))
        one_way = sets.difference(outside, both)
        for session, sources in (("both", both), ("one-way", one_way)):
            if sources:
                yield Opening(admission, session, sources)


def joined(openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """Join neighbouring blocks of numbers that the same sources use alike."""
    last: dict[tuple[str, str, Ranges], int] = {}
    found: list[Opening] = []
    for opening in openings:
        block = opening.admission
        key = (block.protocol, opening.session, opening.sources)
        before = found[last[key]].admission if key in last else None
        if before and before.numbers[1] + 1 == block.numbers[0]:
            whole = replace(
                before,
                numbers=(before.numbers[0], block.numbers[1]),
                rules=tuple(dict.fromkeys(before.rules + block.rules)),
            )
            found[last[key]] = opening._replace(admission=whole)
        else:
            last[key] = len(found)
            found.append(opening)
    return tuple(found)


def gathered(openings: tuple[Opening, ...], protocol: str) -> tuple[Opening, ...]:
    """
    Give once, not type by type, those who may use all of *protocol*.

    A row has one type of ICMP or all of them, so that what stands beside a rule
    for all of it would else be told in hundreds of rows.
    """
    found = [item for item in openings if item.admission.protocol != protocol]
    for session in ("both", "one-way"):
        of_all = tuple(
            item
            for item in openings
            if item.admission.protocol == protocol and item.session == session
        )
        blocks = sets.union(*((item.admission.numbers,) for item in of_all))
        common = of_all[0].sources if blocks == ((0, 65535),) else sets.EMPTY
        for item in of_all:
            common = sets.intersection(common, item.sources)
        if common:
            found.append(_of_all(of_all, session, common))
        found += (
            item._replace(sources=left)
            for item in of_all
            if (left := sets.difference(item.sources, common))
        )
    return tuple(found)


def _of_all(parts: tuple[Opening, ...], session: str, sources: Ranges) -> Opening:
    first = parts[0].admission
    rules = dict.fromkeys(rule for part in parts for rule in part.admission.rules)
    wide = tuple(
        rule
        for rule in rules
        if numbers_of(rule.protocol, rule.ports, rule.icmp) == (0, 65535)
    )
    whole = replace(first, numbers=(0, 65535), rules=wide or tuple(rules))
    return Opening(whole, session, sources)
