"""The exact difference between what two inventories let in."""

import random
from dataclasses import replace

from ringfence.inventory import Inventory
from ringfence.reach import Exposure, exposures, sets
from ringfence.reach.obstacles import sources_in
from ringfence.whatif.difference import rows_added
from tests import build
from tests.reach import worlds


def rows(*openings: tuple[int | tuple[int, int] | None, str]) -> tuple[Exposure, ...]:
    """Give what gets in where a TCP rule is for each (ports, source)."""
    listed = [build.a_rule(ports, source) for ports, source in openings]
    return exposures(build.public(*listed)).rows


def told(found: tuple[Exposure, ...]) -> list[tuple[object, tuple[str, ...]]]:
    """Give ports and sources alone."""
    return [(row.ports, row.sources) for row in found]


SSH = (22, "0.0.0.0/0")


def test_the_same_rows_make_no_difference() -> None:
    """Nothing opens and nothing closes."""
    assert () == rows_added(rows(SSH), rows(SSH))


def test_a_new_row_is_added_as_it_is() -> None:
    """With its path."""
    assert rows(SSH) == rows_added((), rows(SSH))


def test_a_row_that_grows_is_cut_to_what_is_new() -> None:
    """The engine joins neighbours, and the difference parts them again."""
    grown = rows_added(rows(SSH), rows(((20, 25), "0.0.0.0/0")))

    assert [((20, 21), ("0.0.0.0/0",)), ((23, 25), ("0.0.0.0/0",))] == told(grown)


def test_sources_are_cut_to_what_is_new() -> None:
    """Who got in before is not told again."""
    grown = rows_added(rows((22, "198.51.100.0/25")), rows((22, "198.51.100.0/24")))

    assert [((22, 22), ("198.51.100.128/25",))] == told(grown)


def test_rows_that_are_only_split_make_no_difference() -> None:
    """Two halves are the whole."""
    halves = rows((22, "0.0.0.0/1"), (22, "128.0.0.0/1"))

    assert () == rows_added(rows(SSH), halves)
    assert () == rows_added(halves, rows(SSH))


def test_other_protocols_are_compared_too() -> None:
    """A rule for all protocols opens more than TCP."""
    everything = exposures(build.public(build.a_rule(None, protocol="all"))).rows

    opened = rows_added(rows((None, "0.0.0.0/0")), everything)

    assert {"icmp", "other", "udp"} == {row.protocol for row in opened}


def test_types_of_icmp_are_compared_one_by_one() -> None:
    """What was let in type by type is not told again as all of ICMP."""
    echo = build.a_rule(None, "203.0.113.0/25", protocol="icmp", name="sgr-2")
    echo = replace(echo, icmp=(8, 0))
    half = build.a_rule(None, "0.0.0.0/1", protocol="icmp")
    split, plain = (
        exposures(build.public(*listed)).rows for listed in ((half, echo), (half,))
    )
    (lost,) = rows_added(plain, split)

    assert () == rows_added(split, plain)
    assert ((8, 0), ("203.0.113.0/25",)) == (lost.icmp, lost.sources)


def test_a_protocol_among_all_others_is_not_new() -> None:
    """Naming GRE where all protocols get in opens nothing."""
    everything = build.a_rule(None, protocol="all")
    gre = build.a_rule(None, protocol="47", name="sgr-2")
    before, after = (
        exposures(build.public(*listed)).rows
        for listed in ((everything,), (everything, gre))
    )

    assert () == rows_added(before, after)
    assert () == rows_added(after, before)


def lets_in(found: tuple[Exposure, ...], of: Exposure, port: int, source: int) -> bool:
    """Say packet by packet whether a row about the same address takes it."""
    point = ((source, source),)
    return any(
        (row.address, row.protocol, row.session)
        == (of.address, of.protocol, of.session)
        and row.ports is not None
        and row.ports[0] <= port <= row.ports[1]
        and bool(sets.intersection(point, sources_in(row)))
        for row in found
    )


def regrouped(world: Inventory, pick: random.Random) -> Inventory:
    """Give *world* with other rules in its groups."""
    rules = [rule for group in world.security_groups for rule in group.rules]
    return replace(
        world,
        security_groups=tuple(
            replace(group, rules=tuple(rule for rule in rules if pick.random() < 0.5))
            for group in world.security_groups
        ),
    )


def test_packets_agree_with_the_difference() -> None:
    """A packet is in the difference if and only if it gets in after and not before."""
    pick = random.Random(5)
    seen = 0
    for seed in range(80):
        world = worlds.world(seed)
        before = exposures(world).rows
        after = exposures(regrouped(world, pick)).rows
        added = rows_added(before, after)
        for row in (*before, *after):
            if row.ports is None:
                continue
            edges = [edge for some in (*before, *after) for edge in some.ports or ()]
            port = min(65535, max(0, pick.choice(edges) + pick.randint(-1, 1)))
            source = pick.choice(pick.choice(sources_in(row)))
            new = lets_in(after, row, port, source)
            new = new and not lets_in(before, row, port, source)
            seen += new

            assert new == lets_in(added, row, port, source)
    assert seen > 20
