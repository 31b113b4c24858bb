"""A document that says something odd is refused, and the field is named."""

import json
from typing import Any

import pytest

from ringfence.releases import CatalogueError, read_advisories, read_life_cycles

ADVISORY: dict[str, Any] = {
    "cve": "CVE-2023-22515",
    "title": "Broken access control",
    "published": "2023-10-04",
    "cvss": 10.0,
    "severity": "critical",
    "affects": {"confluence": [{"from": "8.0.0", "fixed": "8.3.3"}]},
    "url": "https://jira.atlassian.com/browse/CONFSERVER-92475",
}
CYCLE: dict[str, Any] = {"name": "9.4", "lts": True, "ends": "2026-12-03"}


def advisories(**fields: Any) -> str:
    """A document of one advisory with other *fields*."""
    document = {
        "as_of": "2026-04-21",
        "exploited_as_of": "2025-08-25",
        "sources": ["https://example.com"],
    }
    return json.dumps(document | {"advisories": [ADVISORY | fields]})


def life_cycles(*cycles: dict[str, Any], **versions: str) -> str:
    """A document of one product."""
    return json.dumps(
        {
            "as_of": "2026-08-22",
            "sources": ["https://example.com"],
            "server_ended": "2024-02-15",
            "data_center": {
                "new_sales_end": "2026-03-30",
                "renewals_end": "2028-03-30",
                "ends": "2029-03-28",
            },
            "products": {
                "bitbucket": {
                    "feed": "bitbucket",
                    "cycles": list(cycles),
                    "versions": versions or {"9.4.0": "2024-12-02"},
                }
            },
        }
    )


def test_a_good_document_is_read() -> None:
    """What the refused ones below differ from."""
    assert 1 == len(read_advisories(advisories()).advisories)
    assert {"bitbucket"} == set(read_life_cycles(life_cycles(CYCLE)).products)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"cve": "2023-22515"}, "advisories.0.cve"),
        ({"cvss": 11}, "advisories.0.cvss"),
        ({"severity": "bad"}, "advisories.0.severity"),
        ({"url": "javascript:alert(1)"}, "advisories.0.url"),
        ({"published": "04/10/2023"}, "advisories.0.published"),
        ({"cwe": "CWE-1"}, "advisories.0.cwe"),
        (
            {"affects": {"confluence": [{"from": "8.0.0"}]}},
            "advisories.0.affects.confluence.0: Value error, needs 'fixed' or 'last'",
        ),
        (
            {"affects": {"confluence": [{"from": "8.4", "fixed": "8.3"}]}},
            "ends before it begins",
        ),
        (
            {"affects": {"confluence": [{"from": "all", "fixed": "8.3"}]}},
            "advisories.0.affects.confluence.0.from",
        ),
        (
            {"affects": {"confluence": [{"from": 8.1, "fixed": "8.3"}]}},
            "not the text of a version",
        ),
    ],
)
def test_an_odd_advisory_is_refused(fields: dict[str, Any], named: str) -> None:
    """Half an advisory would pass for a fixed version."""
    with pytest.raises(CatalogueError) as refused:
        read_advisories(advisories(**fields))

    assert named in str(refused.value)


def test_an_advisory_listed_twice_is_refused() -> None:
    """Which of the two is right?"""
    document = json.loads(advisories())
    document["advisories"] *= 2

    with pytest.raises(CatalogueError, match="listed twice: CVE-2023-22515"):
        read_advisories(json.dumps(document))


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ("", "document"),
        ("[]", "document"),
        (life_cycles(), "products.bitbucket.cycles"),
        (life_cycles(CYCLE, CYCLE), "a cycle is listed twice"),
        (life_cycles(CYCLE | {"ends": "never"}), "cycles.0.ends"),
        (life_cycles(CYCLE | {"name": "9"}), "cycles.0.name"),
        (life_cycles(CYCLE, newest="2024-12-02"), "is not a version"),
        (life_cycles(CYCLE, **{"9.4.0": "soon"}), "versions.9.4.0"),
    ],
)
def test_odd_life_cycles_are_refused(document: str, named: str) -> None:
    """No date is better than a wrong one."""
    with pytest.raises(CatalogueError) as refused:
        read_life_cycles(document)

    assert named in str(refused.value)
