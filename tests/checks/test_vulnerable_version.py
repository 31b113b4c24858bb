"""VER-002: versions with known vulnerabilities."""

import pytest

from ringfence.checks.vulnerable_version import vulnerable_version
from ringfence.finding import Problem, Severity
from tests.build import a_page, a_statement, an_answer, an_estate

FIRES = [
    a_page(product="bitbucket", version="8.19.1"),
    a_page(product="jira", version="9.12.20"),
    a_page(product="bamboo", version="9.6.20"),
    a_page(product="crowd", version="7.1.0"),
    a_page(product="fisheye", version="4.8.9"),
    a_statement(text="9.12.20"),
]
QUIET = [
    a_page(product="bitbucket", version="8.19.29"),
    a_page(product="bitbucket", version="9.4.23"),
    a_page(product="crowd", version="7.1.3"),
    a_page(product="jira", version=""),
    a_page(product="", version="9.12.20"),
    an_answer(),
    a_statement(text="latest"),
]


@pytest.mark.parametrize(
    ("product", "version", "address", "severity"),
    [
        ("bamboo", "9.6.25", "203.0.113.7", Severity.HIGH),
        ("bamboo", "9.6.24", "203.0.113.7", Severity.CRITICAL),
        ("bamboo", "9.6.24", "10.0.0.7", Severity.HIGH),
        ("bitbucket", "8.19.1", "203.0.113.7", Severity.LOW),
        ("crowd", "7.1.0", "203.0.113.7", Severity.HIGH),
        ("jira", "8.17.0", "203.0.113.7", Severity.CRITICAL),
    ],
)
def test_weighs_as_the_worst_score_and_less_inside(
    product: str, version: str, address: str, severity: Severity
) -> None:
    """CVSS 9 and more is critical, 7 high, 4 medium; private addresses one less."""
    inventory = a_page(product=product, version=version, address=address)
    found = list(vulnerable_version(an_estate(inventory)))
    severities = [p.severity for p in found if isinstance(p, Problem)]

    if (product, version) == ("bamboo", "9.6.25"):  # the first fixed release
        assert [] == severities
    else:
        assert [severity] == severities


def test_exploited_ones_are_left_to_their_own_check() -> None:
    """One upgrade mends both, and each is told once."""
    inventory = a_page(product="confluence", version="8.5.3")
    (problem,) = vulnerable_version(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "CVE-2023-22527" not in problem.message
    assert "CVE-2024-21683" in problem.message


def test_a_flaw_behind_a_cluster_port_names_it() -> None:
    """Closing that port helps at once."""
    inventory = a_page(product="bitbucket", version="7.6.13")
    (problem,) = vulnerable_version(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert "by TCP 5701" in problem.message
