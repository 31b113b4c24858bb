"""What of the calls that an event rule is for its pattern leaves out."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from moto.events.models import EventPattern

from ringfence.changes.watched import RULES, Own, left_out

OWN = Own(("ringfence-EC2ChangeRule-1", "ringfence-OwnChangeRule-2"), "/r/policy", "q")
CALLS = ["DeleteTrail", "StopLogging", "UpdateTrail"]
OTHERS = {"CreateTrail", "PutEventSelectors", "StartLogging"}


def a_pattern(**differences: Any) -> dict[str, Any]:
    """Give the pattern of the trails' rule, with some of its detail different."""
    names = [name for _, name in RULES["TrailChangeRule"]]
    detail = {
        "eventSource": ["cloudtrail.amazonaws.com"],
        "eventName": names,
        "errorCode": [{"exists": False}],
    }
    return {
        "source": ["aws.cloudtrail"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": detail | differences,
    }


def lacks(pattern: Any) -> set[str]:
    return set(left_out("TrailChangeRule", pattern, OWN))


EVERY = {name for _, name in RULES["TrailChangeRule"]}


@pytest.mark.parametrize(
    "pattern",
    [
        a_pattern(),
        a_pattern(eventName=[*sorted(EVERY, reverse=True), "LookupEvents"]),
        a_pattern(eventName=[{"prefix": ""}]),
        a_pattern(eventName=[{"exists": True}]),
        a_pattern(eventName=[{"suffix": "s"}, *sorted(EVERY)]),
        {"source": ["aws.cloudtrail", "aws.s3"]},
        {"detail-type": [{"prefix": "AWS API"}]},
        {},
        {"$or": [{"source": ["aws.s3"]}, a_pattern()]},
    ],
)
def test_a_pattern_may_be_written_anew_and_take_more(pattern: Any) -> None:
    """Order and text are nobody's business, and neither is what else it takes."""
    assert set() == lacks(pattern)


@pytest.mark.parametrize(
    ("pattern", "missing"),
    [
        (a_pattern(eventName=CALLS), OTHERS),
        (
            a_pattern(eventName=[{"prefix": "St"}]),
            EVERY - {"StartLogging", "StopLogging"},
        ),
        (a_pattern(eventSource=["s3.amazonaws.com"]), EVERY),
        (a_pattern(awsRegion=["eu-west-1"]), EVERY),
        (a_pattern(userIdentity={"type": ["IAMUser"]}), EVERY),
        (a_pattern(errorCode=[{"exists": True}]), EVERY),
        (a_pattern(requestParameters={"name": [{"exists": False}]}), EVERY),
        (a_pattern(eventName=[{"anything-but": "StopLogging"}]), EVERY),
        (a_pattern(eventName=[]), EVERY),
        (a_pattern() | {"account": ["111122223333"]}, EVERY),
        ({"source": ["aws.s3"]}, EVERY),
        ({"source": None, "detail": 7}, EVERY),
        (None, EVERY),
    ],
)
def test_what_a_pattern_leaves_out_is_named(pattern: Any, missing: set[str]) -> None:
    """Also what it takes on a condition that not every such call meets."""
    assert missing == lacks(pattern)


def own_pattern(*names: Any, **differences: Any) -> dict[str, Any]:
    """Give the pattern that takes what is done to rules and parameters so named."""
    sources = ["events.amazonaws.com", "ssm.amazonaws.com"]
    some = list(names)
    asked = {"$or": [{"name": some}, {"rule": some}, {"names": some}]}
    return {
        "detail": {"eventSource": sources, "requestParameters": asked} | differences
    }


def test_our_own_rules_and_policy_are_all_to_be_followed() -> None:
    """One that is not is told by the calls that would go unnoticed."""
    rules = {"prefix": "ringfence-"}
    missing = [
        left_out("OwnChangeRule", own_pattern(*names), OWN)
        for names in (
            (rules, "/r/policy"),
            (rules,),
            ({"prefix": "ringfence-EC2"}, "/r/policy"),
        )
    ]

    assert [
        (),
        ("DeleteParameter", "DeleteParameters", "PutParameter"),
        (
            *("DeleteRule", "DisableRule", "EnableRule"),
            *("PutRule", "PutTargets", "RemoveTargets"),
        ),
    ] == missing


def test_where_there_is_no_policy_none_is_to_be_followed() -> None:
    """An account that is watched has rules only."""
    member = Own(("RingfenceMember-EC2ChangeRule",))

    assert () == left_out("OwnChangeRule", own_pattern({"prefix": "Ringfence"}), member)


def test_the_heartbeat_is_a_tag_of_our_queue() -> None:
    """Of another one it proves nothing."""
    asked = [{"queueUrl": [{"suffix": f"/{name}"}]} for name in ("q", "other")]
    patterns = [{"detail": {"requestParameters": one}} for one in asked]

    assert [(), ("TagQueue",)] == [
        left_out("HeartbeatRule", pattern, OWN) for pattern in patterns
    ]


leaf = st.lists(
    st.sampled_from(sorted(EVERY))
    | st.fixed_dictionaries({"prefix": st.sampled_from(["", "St", "Start", "X"])})
    | st.fixed_dictionaries({"suffix": st.sampled_from(["", "Trail", "Logging"])})
    | st.fixed_dictionaries({"exists": st.booleans()})
    | st.fixed_dictionaries({"anything-but": st.sampled_from(sorted(EVERY))}),
    min_size=1,
    max_size=4,
)
STRANGE: list[Callable[[dict[str, Any]], Any]] = [
    lambda detail: detail | {"awsRegion": ["eu-west-1"]},
    lambda detail: detail | {"userAgent": [{"prefix": "aws"}]},
    lambda detail: (
        detail | {"$or": [{"readOnly": [False]}, {"eventName": ["StopLogging"]}]}
    ),
    lambda detail: detail,
]


@st.composite
def patterns(draw: DrawFn) -> dict[str, Any]:
    """Patterns of the trails' rule, with names and conditions of any kind."""
    detail = draw(st.sampled_from(STRANGE))(a_pattern(eventName=draw(leaf))["detail"])
    return a_pattern() | {"detail": detail}


@given(patterns(), st.sampled_from(sorted(EVERY)), st.sampled_from(["eu-west-1", "x"]))
def test_what_is_not_left_out_is_taken(
    pattern: dict[str, Any], name: str, region: str
) -> None:
    """By another reader of patterns, whatever else the event holds."""
    event: Any = {
        "source": "aws.cloudtrail",
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventSource": "cloudtrail.amazonaws.com",
            "eventName": name,
            "awsRegion": region,
        },
    }

    if name not in lacks(pattern):
        assert EventPattern.load(json.dumps(pattern)).matches_event(event)
