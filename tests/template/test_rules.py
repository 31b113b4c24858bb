"""The event rules match what ringfence.changes reads, and nothing else."""

import json

import pytest

from ringfence.changes import EVENTS
from tests.template import stack

RULES = {
    name: rule
    for name, rule in stack.resources("AWS::Events::Rule").items()
    if name != "ActionRule"  # what people choose, see test_security_hub.py
}


def test_the_rules_and_the_reader_know_the_same_events() -> None:
    """An event that is matched is understood, and one that is understood matched."""
    matched: dict[str, set[str]] = {}
    for rule in RULES.values():
        detail = rule["EventPattern"]["detail"]
        for source in detail["eventSource"]:
            known = set(EVENTS[source])
            matched[source] = set(detail["eventName"]) & known
        every = {name for source in detail["eventSource"] for name in EVENTS[source]}

        assert every == set(detail["eventName"])

    assert {source: set(names) for source, names in EVENTS.items()} == matched


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_rule_takes_successful_calls_of_its_service(rule: str) -> None:
    """Names such as CreateRule exist in several services; failed calls arrive too."""
    pattern = RULES[rule]["EventPattern"]
    detail = pattern["detail"]

    assert ["AWS API Call via CloudTrail"] == pattern["detail-type"]
    assert [{"exists": False}] == detail["errorCode"]
    assert [f"aws.{name.partition('.')[0]}" for name in detail["eventSource"]] == (
        pattern["source"]
    )


@pytest.mark.parametrize("rule", sorted(RULES))
def test_a_pattern_fits(rule: str) -> None:
    """EventBridge takes patterns of up to 2,048 characters by default."""
    text = json.dumps(RULES[rule]["EventPattern"], separators=(",", ":"))

    assert len(text) < 2048
