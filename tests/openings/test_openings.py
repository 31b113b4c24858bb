"""Openings are exactly the exposures that nobody accepts, each told once."""

from collections import Counter
from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from ringfence.estate import Estate
from ringfence.finding import Severity
from ringfence.inventory import Inventory
from ringfence.inventory.records import Action, Listener, ListenerRule, Rule, Target
from ringfence.openings import Audience, Kind, Opening
from ringfence.reach import sets
from ringfence.subjects.remedy import Culprits
from ringfence.subjects.telling import Teller
from tests.build import a_listener, a_rule, an_estate, an_interface, balanced, public
from tests.strategies import inbound_rules

TRUSTED = {"office": ("198.51.100.0/25",)}
SOURCES = ("1.1.1.1", "198.51.100.7", "198.51.100.200", "203.0.113.9", "2001:db8::1")
PORTS = (0, 21, 22, 80, 443, 1000, 5432, 5701, 7999, 8080, 65535)
ACCEPTED = {443, 7999}
# The first example fills caches, so that no single time says anything.
calmly = settings(deadline=None, max_examples=60)


def bitbucket(*listed: Rule) -> Inventory:
    """Give a Bitbucket at an IPv4 and an IPv6 address."""
    interface = replace(an_interface(), ipv6=("2a05:d018::7",))
    return public(*listed, product="bitbucket", network_interfaces=(interface,))


def is_told(opening: Opening, port: int, source: str) -> bool:
    """Whether *opening* is about a packet from *source* to *port*."""
    low, high = opening.ports or (0, -1)
    family, address = sets.parse(source)
    told = getattr(opening.audience, family)
    return low <= port <= high and bool(sets.intersection(told, address))


def is_let_in(estate: Estate, port: int, source: str) -> bool:
    """Whether some exposure lets in a TCP packet from *source* to *port*."""
    family, address = sets.parse(source)
    return any(
        row.protocol == "tcp"
        and row.ports is not None
        and row.ports[0] <= port <= row.ports[1]
        and bool(sets.intersection(sets.of(row.sources, family), address))
        for row in estate.exposures.rows
    )


@calmly
@given(inbound_rules())
def test_openings_are_exposures_less_what_is_accepted(listed: tuple[Rule, ...]) -> None:
    """A packet is told if and only if it is let in and nobody accepts it."""
    estate = an_estate(bitbucket(*listed), trusted=TRUSTED)
    tcp = [opening for opening in estate.openings if opening.protocol in ("tcp", "all")]
    for port in PORTS:
        for source in SOURCES:
            told = any(is_told(opening, port, source) for opening in tcp)
            is_strange = source != "198.51.100.7"
            let_in = is_let_in(estate, port, source) and is_strange

            if port in ACCEPTED:
                assert let_in or not told
            else:
                assert let_in == told


@calmly
@given(inbound_rules(), st.randoms())
def test_order_of_rules_does_not_matter(
    listed: tuple[Rule, ...], random: Random
) -> None:
    """The same rules in another order are the same openings."""
    shuffled = list(listed)
    random.shuffle(shuffled)
    keys = [
        {
            (opening.kind, opening.discriminator, opening.audience)
            for opening in an_estate(bitbucket(*rules)).openings
        }
        for rules in (listed, shuffled)
    ]

    assert keys[0] == keys[1]


@calmly
@given(inbound_rules())
def test_each_opening_has_a_key_of_its_own(listed: tuple[Rule, ...]) -> None:
    """Two openings of a resource never share kind and discriminator."""
    counts = Counter(
        (opening.resource, opening.kind, opening.discriminator)
        for opening in an_estate(bitbucket(*listed)).openings
    )

    assert set(counts.values()) <= {1}


@calmly
@given(inbound_rules())
def test_revoking_what_is_named_closes_everything(listed: tuple[Rule, ...]) -> None:
    """With every named rule revoked, nothing is left to be told."""
    estate = an_estate(bitbucket(*listed), trusted=TRUSTED)
    culprits = Culprits(estate.admitting, estate.profile_of)
    named = {rule for item in estate.openings for rule in culprits.of(item)}
    rest = [rule for rule in listed if rule not in named]

    assert () == an_estate(bitbucket(*rest), trusted=TRUSTED).openings


@calmly
@given(inbound_rules())
def test_trusting_everyone_leaves_nothing(listed: tuple[Rule, ...]) -> None:
    """What all sources are trusted for is not told."""
    everyone = {"all": ("0.0.0.0/0", "::/0")}

    assert () == an_estate(bitbucket(*listed), trusted=everyone).openings


def test_a_rule_for_all_protocols_is_one_opening() -> None:
    """One bad rule is one bad thing, and its command closes just that."""
    estate = an_estate(public(a_rule(None, protocol="all")))
    (opening,) = estate.openings
    problem = Teller(estate).problem(opening, base=Severity.CRITICAL, why="So.")

    assert (Kind.ADMIN, "all") == (opening.kind, opening.discriminator)
    assert "Every protocol and port is reachable from the internet" == problem.title
    assert {"tcp", "udp", "other"} == {row.protocol for row in opening.rows}
    assert "This closes more" not in (problem.fix or "")


def test_protocols_that_differ_are_told_apart() -> None:
    """TCP from everywhere and the rest from a few are two bad things."""
    estate = an_estate(
        public(
            a_rule((0, 65535)), a_rule(None, "8.0.0.0/8", protocol="all", name="sgr-2")
        )
    )

    assert {"tcp-0-65535", "udp-0-65535", "other"} == {
        opening.discriminator for opening in estate.openings
    }


def test_a_command_that_closes_other_protocols_says_so() -> None:
    """Whoever revokes an all-rule for a finding on UDP cuts off TCP, too."""
    estate = an_estate(public(a_rule(None, protocol="all")))
    (opening,) = estate.openings
    udp = replace(opening, protocol="udp")

    problem = Teller(estate).problem(udp, base=Severity.CRITICAL, why="So.")

    assert "This closes more than what is told here" in (problem.fix or "")


def test_a_load_balancer_behind_another_is_not_told_beside_its_target() -> None:
    """What an application load balancer forwards is told of the target alone."""
    world = balanced(a_listener(80, "HTTP"), product="jira")
    (inner,) = world.load_balancers
    to_inner = Action(kind="forward", targets=("chain",))
    outer = replace(inner, id="outer", name="outer", kind="network", groups=())
    chain = replace(
        world.target_groups[0],
        id="chain",
        kind="alb",
        protocol="TCP",
        port=80,
        targets=(Target(inner.id, 80, "healthy"),),
    )
    rule = ListenerRule(id="outer/80", priority=None, actions=(to_inner,))
    first = Listener(
        id="outer/80", balancer="outer", port=80, protocol="TCP", rules=(rule,)
    )
    world = replace(
        world,
        load_balancers=(replace(inner, is_internet_facing=False), outer),
        listeners=(*world.listeners, first),
        target_groups=(*world.target_groups, chain),
    )
    estate = an_estate(world)

    assert {inner.id, "outer", "i-1"} == estate.exposures.by_resource.keys()
    assert ["i-1"] == [opening.resource for opening in estate.openings]


def test_wide_range_is_the_worst_that_it_covers() -> None:
    """A range over data stores but no administration is told as data stores."""
    estate = an_estate(public(a_rule((8000, 10000)), a_rule((30000, 40000))))

    assert [
        (Kind.DATABASE, "tcp-8000-10000"),
        (Kind.OTHER, "tcp-30000-40000"),
    ] == [(item.kind, item.discriminator) for item in estate.openings]


def test_words_for_whole_internets() -> None:
    """Both families whole are the whole internet, one is named."""
    ipv4, ipv6 = (sets.INTERNET["ipv4"], sets.INTERNET["ipv6"])

    assert "the whole internet" == str(Audience(ipv4, ipv6))
    assert "the whole IPv4 internet" == str(Audience(ipv4))
    assert "the whole IPv6 internet, 198.51.100.0/24" == str(
        Audience(sets.of(("198.51.100.0/24",), "ipv4"), ipv6)
    )


def test_many_ranges_are_counted() -> None:
    """A message stays readable however many ranges there are."""
    ranges = sets.of((f"198.51.{number}.0/24" for number in range(0, 10, 2)), "ipv4")

    assert "198.51.0.0/24, 198.51.2.0/24, 198.51.4.0/24, 2 more ranges" == str(
        Audience(ranges)
    )


def test_evidence_holds_twenty_rows_and_the_count() -> None:
    """Evidence stays small enough for Security Hub."""
    interfaces = tuple(
        an_interface(
            id=f"eni-{number}",
            addresses=(),
            ipv6=(f"2a05:d018::{number + 1:x}",),
        )
        for number in range(30)
    )
    estate = an_estate(public(a_rule(22, "::/0"), network_interfaces=interfaces))
    teller = Teller(estate)
    (opening,) = teller.of_kind(Kind.ADMIN)
    problem = teller.problem(opening, base=Severity.CRITICAL, why="")

    assert 20 == len(problem.evidence["exposures"])
    assert 30 == problem.evidence["exposure_count"]


def test_a_rule_that_cannot_be_judged_lets_nobody_in() -> None:
    """Rules that let strangers in are given by group and id, unreadable ones not."""
    open_to_all = a_rule(22, "0.0.0.0/0")
    unread = a_rule(22, "pl-1")
    inside = a_rule(22, "10.0.0.0/8")
    estate = an_estate(bitbucket(open_to_all, unread, inside))
    (named,) = estate.admitting.values()

    assert [open_to_all] == [rule for rule, _ in named]
