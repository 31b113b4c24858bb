"""RF-010: more endpoints than are looked at."""

from typing import Any

from ringfence.checks.too_many_endpoints import too_many_endpoints
from ringfence.discovery import MOST_ENDPOINTS
from ringfence.estate import Estate
from ringfence.finding import Problem
from ringfence.policy import Policy
from tests.build import an_inventory


def an_estate_of(count: int) -> Estate:
    endpoints: Any = [{"host": f"h{number}.example.com"} for number in range(count)]
    return Estate(an_inventory(), Policy(endpoints=endpoints))


def test_one_too_many_is_told() -> None:
    """It says how many nobody looks at, and which."""
    (problem,) = too_many_endpoints(an_estate_of(MOST_ENDPOINTS + 1))

    assert isinstance(problem, Problem)
    assert "of 1 are not known" in problem.message
    assert ["h999.example.com:443"] == problem.evidence["left_out"]


def test_as_many_as_fit_are_fine() -> None:
    """All of them are looked at."""
    assert [] == list(too_many_endpoints(an_estate_of(MOST_ENDPOINTS)))
