"""Feeds add what is new; one that lies is refused, and what was known stays."""

import json
from datetime import date
from typing import Any

import pytest

from ringfence.feeds import refreshed
from ringfence.releases import (
    CatalogueError,
    advisories_of,
    shipped_catalogue,
    version,
)
from ringfence.releases.upstream import read_end_of_life, read_exploited
from tests.releases.feeds import Feeds, end_of_life, exploited

KNOWN = shipped_catalogue()
BITBUCKET = KNOWN.life_cycles.products["bitbucket"]
TODAY = date(2026, 11, 25)


def told(**fields: Any) -> dict[str, Any]:
    """A good answer for Bitbucket, 10.2.9 being its newest."""
    return end_of_life(
        BITBUCKET, **({"newest": "10.2.9", "day": "2026-11-10"} | fields)
    )


def read(document: Any) -> Any:
    """Read an answer for Bitbucket."""
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_end_of_life(BITBUCKET, body, TODAY)


def changed(path: str, value: Any) -> dict[str, Any]:
    """The good answer with another *value* at *path*."""
    document = told()
    *way, last = path.split(".")
    inner: Any = document
    for step in way:
        inner = inner[int(step) if step.isdecimal() else step]
    inner[last] = value
    return document


def test_a_new_release_is_added() -> None:
    """It is an update from then on, and older ones stay known."""
    fresh = read(told())

    assert date(2026, 11, 10) == fresh.released[version("10.2.9")]
    assert BITBUCKET.versions.items() < fresh.versions.items()
    assert {c.name for c in BITBUCKET.cycles} == {c.name for c in fresh.cycles}


def test_a_line_that_is_no_longer_listed_stays() -> None:
    """Somebody may still run it."""
    document = told()
    document["result"]["releases"] = document["result"]["releases"][:3]

    assert len(BITBUCKET.cycles) == len(read(document).cycles)


@pytest.mark.parametrize(
    ("document", "because"),
    [
        (b"<html>Sign in to the Wi-Fi</html>", "document: Invalid JSON"),
        (b'{"result": {"name": "bitbucket", "rele', "document: Invalid JSON"),
        ({}, "result: Field required"),
        (changed("result.releases", []), "result.releases"),
        (changed("result.name", "jira-software"), "'jira-software' is not bitbucket"),
        (changed("result.releases.0.eolFrom", "soon"), "result.releases.0.eolFrom"),
        (changed("result.releases.0.eolFrom", None), "no day, and not ended"),
        (changed("result.releases.0.name", "next"), "releases: name"),
        (changed("result.releases.0.latest.name", "10"), "10 is not of that line"),
        (changed("result.releases.0.latest.name", "new"), "'new' is not a version"),
        (told(day="2026-08-01"), "the newest is of 2026-08-01, one of 2026-08-11"),
        (told(day="2027-08-01"), "is yet to come"),
    ],
)
def test_a_feed_that_lies_is_refused(document: Any, because: str) -> None:
    """Malformed, cut off, of another product, older, or of the future."""
    with pytest.raises(CatalogueError) as refused:
        read(document)

    assert because in str(refused.value)


def test_what_is_exploited_by_now_is_marked() -> None:
    """An advisory becomes worse on the day CISA lists it."""
    fresh = read_exploited(
        KNOWN.advisories, json.dumps(exploited(KNOWN, "CVE-2024-21683")).encode()
    )
    (found,) = (a for a in fresh.advisories if a.cve == "CVE-2024-21683")

    assert (date(2022, 1, 1), True) == (found.exploited, found.ransomware)
    assert date(2026, 11, 20) == fresh.exploited_as_of
    assert () == fresh.unjudged


def test_an_exploited_vulnerability_without_an_advisory_is_told() -> None:
    """Nobody knows which versions have it: silence would look like safety."""
    fresh = read_exploited(
        KNOWN.advisories, json.dumps(exploited(KNOWN, "CVE-2026-99999")).encode()
    )

    assert ["CVE-2026-99999"] == [item.cve for item in fresh.unjudged]


@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"count": 3}, "count: says 3"),
        ({"vulnerabilities": [], "count": 0}, "vulnerabilities"),
        ({"dateReleased": "2025-01-01T00:00:00Z"}, "is older than 2025-08-25"),
        ({"dateReleased": "2026-11-20T15:00:00"}, "dateReleased"),
        (
            {"vulnerabilities": exploited(KNOWN)["vulnerabilities"][3:], "count": 11},
            "vulnerabilities: lacks CVE-2019-11580",
        ),
    ],
)
def test_a_list_of_exploited_ones_that_lies_is_refused(
    change: dict[str, Any], because: str
) -> None:
    """A shorter or older list would make something exploited look harmless."""
    with pytest.raises(CatalogueError) as refused:
        read_exploited(KNOWN.advisories, json.dumps(exploited(KNOWN) | change).encode())

    assert because in str(refused.value)


def test_each_feed_stands_alone() -> None:
    """One that fails leaves what was known, and the others still count."""
    feeds = Feeds(bitbucket=told(), confluence=b"no", exploited=exploited(KNOWN))
    fresh, troubles = refreshed(KNOWN, TODAY, feeds.fetch)
    products = fresh.life_cycles.products

    assert version("10.2.9") in products["bitbucket"].released
    for name in ("confluence", "jira", "bamboo"):
        assert KNOWN.life_cycles.products[name] == products[name]
    assert KNOWN.life_cycles.as_of == fresh.life_cycles.as_of
    assert date(2026, 11, 20) == fresh.advisories.exploited_as_of
    base = "https://endoflife.date/api/v1/products"
    cut = "document: Invalid JSON: expected ident at line 1 column 2"
    assert {
        f"{base}/jira-software/: HTTP 503",
        f"{base}/bamboo/: HTTP 503",
        f"{base}/confluence/: {cut}",
    } == set(troubles)


def test_without_any_feed_all_stays_as_it_was() -> None:
    """No network is no reason to know less."""
    fresh, troubles = refreshed(KNOWN, TODAY, Feeds().fetch)

    assert KNOWN == fresh
    assert len(KNOWN.life_cycles.products) + 1 == len(troubles)


def test_when_all_answered_the_data_is_of_today() -> None:
    """The age that findings show is that of the last whole renewal."""
    feeds = Feeds(
        exploited=exploited(KNOWN),
        **{
            releases.feed: end_of_life(
                releases,
                newest=f"{releases.cycles[0].name}.99",
                day="2026-11-20",
            )
            for releases in KNOWN.life_cycles.products.values()
        },
    )
    fresh, troubles = refreshed(KNOWN, TODAY, feeds.fetch)

    assert () == troubles
    assert TODAY == fresh.life_cycles.as_of
    for name, releases in KNOWN.life_cycles.products.items():
        new = version(f"{releases.cycles[0].name}.99")
        assert date(2026, 11, 20) == fresh.life_cycles.products[name].released[new]
        assert advisories_of(fresh, name, new) == advisories_of(KNOWN, name, new)
