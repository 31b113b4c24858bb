"""TRAIL-002: a trail that is stopped while another one still records."""

from ringfence.checks.stopped_trail import stopped_trail
from ringfence.finding import Problem
from tests.build import an_estate
from tests.trails import HIDDEN, ORGANIZATION, STOPPED, a_trail, recorded_by

FIRES = [
    recorded_by(STOPPED, a_trail()),
    recorded_by(STOPPED, HIDDEN),  # TRAIL-001 tells nothing there
]
QUIET = [
    recorded_by(a_trail()),
    recorded_by(STOPPED),  # TRAIL-001 tells it
    recorded_by(a_trail("old", home="us-east-1", is_logging=False), a_trail()),
    recorded_by(a_trail("old", account=ORGANIZATION, is_logging=False), a_trail()),
]


def test_it_claims_of_others_only_what_is_sure() -> None:
    """The organisation's trail may record or not."""
    messages = [
        problem.message
        for inventory in FIRES
        for problem in stopped_trail(an_estate(inventory))
        if isinstance(problem, Problem)
    ]

    assert [
        "The trail old does not log, though another one still records changes.",
        "The trail old does not log.",
    ] == messages


def test_it_says_how_to_start_it() -> None:
    """Or to delete what nobody needs, so that it is not told for ever."""
    (problem,) = stopped_trail(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert problem.resource == STOPPED.arn
    assert problem.fix is not None
    assert problem.fix.startswith("aws cloudtrail start-logging --region eu-west-1")
    assert "delete-trail" in problem.fix
