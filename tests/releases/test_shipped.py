"""The shipped data says what its sources say, at every edge."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from ringfence.releases import (
    Advisory,
    Affected,
    Cycle,
    Version,
    advisories_of,
    remedy,
    shipped_catalogue,
    standing,
    version,
)

CATALOGUE = shipped_catalogue()
PRODUCTS = CATALOGUE.life_cycles.products
ADVISORIES = CATALOGUE.advisories.advisories
DAY = timedelta(days=1)


def ranges() -> Iterator[tuple[Advisory, str, Affected]]:
    """Every range of every advisory."""
    for advisory in ADVISORIES:
        for product, parts in advisory.affects.items():
            for part in parts:
                yield advisory, product, part


def cycles() -> Iterator[tuple[str, Cycle]]:
    """Every line of every product."""
    for product, releases in PRODUCTS.items():
        for cycle in releases.cycles:
            yield product, cycle


def is_told(advisory: Advisory, product: str, release: Version) -> bool:
    """Whether the verdict on *release* names *advisory*."""
    return advisory in advisories_of(CATALOGUE, product, release)


@pytest.mark.parametrize(
    ("advisory", "product", "part"),
    [
        pytest.param(*one, id=f"{one[0].cve}-{one[1]}-{one[2].first}")
        for one in ranges()
    ],
)
def test_an_advisory_begins_and_ends_where_it_says(
    advisory: Advisory, product: str, part: Affected
) -> None:
    """The first version has it, and the fixed one has not."""
    assert is_told(advisory, product, part.first)
    if part.fixed:
        assert not is_told(advisory, product, part.fixed)
        assert is_told(advisory, product, version(f"{part.fixed}-rc1"))
    elif part.last:
        assert is_told(advisory, product, part.last)
        assert not is_told(advisory, product, version(f"{part.last}.1"))


def literally(text: str) -> list[int]:
    """Read a release's numbers by hand, for comparison."""
    return ([int(number) for number in text.split(".")] + [0, 0, 0])[:4]


@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_every_release_gets_the_advisories_of_a_literal_reading(product: str) -> None:
    """Comparing the numbers one by one, by hand, gives the same verdicts."""
    for text in PRODUCTS[product].versions:
        if not text.replace(".", "").isdigit():
            continue
        numbers = literally(text)
        expected = {
            advisory.cve
            for advisory in ADVISORIES
            for part in advisory.affects.get(product, ())
            if literally(str(part.first)) <= numbers
            and (
                numbers < literally(str(part.fixed))
                if part.fixed
                else numbers <= literally(str(part.last))
            )
        }
        told = {a.cve for a in advisories_of(CATALOGUE, product, version(text))}

        assert expected == told, text


@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_every_release_is_newer_to_others_from_its_day_on(product: str) -> None:
    """A release is told as an update from the day on which it came out."""
    released = PRODUCTS[product].released
    for release, day in released.items():
        earlier = [v for v in released if v.line == release.line and v < release]
        for older in earlier[-1:]:
            before = standing(CATALOGUE, product, older, day - DAY)
            since = standing(CATALOGUE, product, older, day)

            assert since is not None
            assert since.newer is not None
            assert since.newer >= release
            assert before is not None
            assert before.newer is None or before.newer != release


@pytest.mark.parametrize(
    ("product", "cycle"),
    [pytest.param(*one, id=f"{one[0]}-{one[1].name}") for one in cycles()],
)
def test_support_ends_after_its_last_day(product: str, cycle: Cycle) -> None:
    """On the last day it is supported, on the next it is not."""
    end = cycle.ends
    days = (end, end + DAY) if end else (date(2020, 1, 1),)
    told = [standing(CATALOGUE, product, cycle.number, day) for day in days]

    assert ([False, True] if end else [True]) == [
        one.has_ended for one in told if one is not None
    ]


@pytest.mark.parametrize("product", sorted(PRODUCTS))
def test_a_remedy_has_no_known_advisory_and_is_out(product: str) -> None:
    """Nobody is sent to a release that is vulnerable or not there yet."""
    today = CATALOGUE.life_cycles.as_of
    released = PRODUCTS[product].released
    for release in released:
        if not advisories_of(CATALOGUE, product, release):
            continue
        step = remedy(CATALOGUE, product, release, today)

        assert step is not None, str(release)
        assert step.version > release
        assert released[step.version] <= today
        assert () == advisories_of(CATALOGUE, product, step.version)
        assert step.is_same_line == (step.version.line == release.line)


def test_every_exploited_advisory_is_marked() -> None:
    """CISA's list had thirteen of Atlassian's in August 2025."""
    marked = {advisory.cve for advisory in ADVISORIES if advisory.exploited}

    assert 13 == len(marked)
    assert {"CVE-2022-26134", "CVE-2023-22515", "CVE-2023-22518"} < marked


def test_every_advisory_says_where_it_is_from() -> None:
    """A figure without a source is a rumour."""
    assert all(advisory.source for advisory in ADVISORIES)
    assert all(a.scored_by for a in ADVISORIES if a.cvss is not None)


@pytest.mark.parametrize(
    ("product", "text", "expected"),
    [
        ("confluence", "8.5.3", ("8.5.31", True)),
        ("bitbucket", "8.19.1", ("8.19.29", True)),
        ("confluence", "7.18.0", ("9.2.23", False)),
        ("crowd", "3.4.0", ("4.4.4", False)),
    ],
)
def test_the_smallest_step_is_taken(
    product: str, text: str, expected: tuple[str, bool]
) -> None:
    """Within the line if it was fixed there, else to the next supported LTS."""
    step = remedy(CATALOGUE, product, version(text), date(2026, 9, 1))

    assert step is not None
    assert expected == (str(step.version), step.is_same_line)
