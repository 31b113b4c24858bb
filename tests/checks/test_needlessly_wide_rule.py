"""SG-005: rules that open more than the product has."""

from ringfence.checks.needlessly_wide_rule import needlessly_wide_rule
from ringfence.finding import Doubt, Problem
from tests.build import a_rule, an_estate, public

INSIDE = "10.0.0.0/8"

FIRES = [
    public(a_rule((7990, 8010), INSIDE), product="bitbucket"),
    public(a_rule(None, INSIDE, protocol="all"), product="jira"),
    public(a_rule((0, 65535), "fd00::/8"), product="confluence"),
]
QUIET = [
    public(a_rule((7990, 7991), INSIDE), product="bitbucket"),
    public(a_rule(7990, INSIDE), product="bitbucket"),
    public(a_rule((3000, 3010), INSIDE), product="bitbucket"),
    public(a_rule((7990, 8010), "sg-2"), product="bitbucket"),
    public(a_rule((7990, 8010)), product="bitbucket"),
    public(a_rule((7990, 8010), INSIDE, is_egress=True), product="bitbucket"),
    public(a_rule((7990, 8010), INSIDE, protocol="udp"), product="bitbucket"),
    public(a_rule((8000, 8010), INSIDE)),
]


def test_names_the_ports_that_are_needed() -> None:
    """The message says which of the range's ports the product has."""
    (problem,) = needlessly_wide_rule(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert [7990, 7991, 7992, 7993, 7999] == problem.evidence["ports"]


def test_trusted_range_is_quiet() -> None:
    """What the policy trusts may be let in as the owner likes."""
    estate = an_estate(FIRES[0], trusted={"inside": [INSIDE]})

    assert [] == list(needlessly_wide_rule(estate))


def test_unread_prefix_list_is_doubt() -> None:
    """A list that could not be read may hold anybody."""
    inventory = public(a_rule((7990, 8010), "pl-1"), product="bitbucket")

    assert [Doubt("sg-1", "the prefix list pl-1 could not be read")] == list(
        needlessly_wide_rule(an_estate(inventory))
    )
