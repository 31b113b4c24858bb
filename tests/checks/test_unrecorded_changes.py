"""TRAIL-001: a Region in which nothing records what is changed."""

import pytest

from ringfence.checks.unrecorded_changes import unrecorded_changes
from ringfence.finding import Doubt, Problem
from ringfence.inventory import Inventory
from ringfence.inventory.trails import Condition
from tests.build import ACCOUNT, an_estate
from tests.trails import (
    HIDDEN,
    ORGANIZATION,
    READS,
    STOPPED,
    a_trail,
    recorded_by,
    taking,
)


def without(source: str) -> Condition:
    """Give the condition that leaves *source* out."""
    return Condition(field="eventSource", not_equals=(source,))


NO_EC2 = taking(without("ec2.amazonaws.com"))
ONLY_EC2 = taking(Condition(field="eventSource", equals=("ec2.amazonaws.com",)))

FIRES = [
    recorded_by(),
    recorded_by(STOPPED),
    recorded_by(a_trail(selectors=())),
    recorded_by(a_trail(selectors=READS)),
    recorded_by(a_trail(selectors=NO_EC2)),
    # IAM's and Route 53's events are there, and nowhere else
    recorded_by(
        a_trail(selectors=taking(without("iam.amazonaws.com"))), region="us-east-1"
    ),
]
QUIET = [
    recorded_by(a_trail()),
    recorded_by(STOPPED, a_trail()),
    recorded_by(a_trail(home="us-east-1")),
    recorded_by(a_trail(account=ORGANIZATION, is_of_organization=True)),
    recorded_by(a_trail(selectors=taking(without("kms.amazonaws.com")))),
    recorded_by(a_trail(selectors=taking(without("iam.amazonaws.com")))),
    # together they record all
    recorded_by(a_trail(selectors=NO_EC2), a_trail("ec2", selectors=ONLY_EC2)),
    recorded_by(HIDDEN),
]


def the_problem(inventory: Inventory) -> Problem:
    """Give the one problem of *inventory*."""
    (problem,) = unrecorded_changes(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_a_region_without_a_trail_is_one_finding_on_the_account() -> None:
    """It says how to make one."""
    problem = the_problem(recorded_by())

    assert f"AWS::::Account:{ACCOUNT}" == problem.resource
    assert "there is no trail" in problem.message
    assert "create-trail --region eu-west-1" in (problem.fix or "")


def test_a_stopped_trail_is_started_where_it_is_at_home() -> None:
    """A trail cannot be changed from another Region."""
    stopped = a_trail(home="us-east-1", is_logging=False)
    problem = the_problem(recorded_by(stopped))

    assert "changes (us-east-1) is stopped" in problem.message
    assert f"aws cloudtrail start-logging --region us-east-1 --name {stopped.arn}" in (
        problem.fix or ""
    )


def test_a_narrowed_trail_names_what_it_leaves_out() -> None:
    """And warns that the mending command replaces the selectors that there are."""
    problem = the_problem(recorded_by(a_trail(selectors=NO_EC2)))

    assert "Changes of ec2.amazonaws.com are not recorded" in problem.message
    assert ["ec2.amazonaws.com"] == problem.evidence["unrecorded"]
    assert "put-event-selectors" in (problem.fix or "")
    assert "replaces all selectors" in (problem.fix or "")


@pytest.mark.parametrize(
    "inventory", [recorded_by(HIDDEN), recorded_by(HIDDEN, STOPPED)]
)
def test_what_a_member_may_not_see_is_not_known(inventory: Inventory) -> None:
    """The organisation's trail may well record: neither bad nor good."""
    (doubt,) = unrecorded_changes(an_estate(inventory))

    assert isinstance(doubt, Doubt)
    assert "may not see what arn:aws:cloudtrail" in doubt.because


def test_a_hidden_trail_matters_not_where_another_one_records() -> None:
    """What is sure is sure."""
    assert [] == list(unrecorded_changes(an_estate(recorded_by(HIDDEN, a_trail()))))
