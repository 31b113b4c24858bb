"""CloudTrail is read as it means what it says."""

from typing import Any

import pytest

from ringfence.inventory.trails import EVERY_MANAGEMENT_EVENT, Condition, Trail
from tests.inventory.estate import an_inventory

ARN = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/management"
EC2 = ("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress")
KMS = ("kms.amazonaws.com", "DisableKey")


def trails(**answers: Any) -> dict[str, Trail]:
    """Give the trails of the recorded pages by name."""
    (recording,) = an_inventory(**answers).recording
    return {trail.name: trail for trail in recording.trails}


def selected_by(**selectors: Any) -> Trail:
    """Give the trail ``management``, that has *selectors*."""
    everything = dict.fromkeys(trail.arn for trail in trails().values())
    given = everything | {ARN: {"TrailARN": ARN} | selectors}
    return trails(cloudtrail__get_event_selectors=given)["management"]


def test_a_trail_tells_what_it_is_and_whether_it_logs() -> None:
    """With what S3 last refused, where it did."""
    found = trails()
    management, data = found["management"], found["data"]

    assert (ARN, "eu-west-1", "123456789012") == (
        management.arn,
        management.home,
        management.account,
    )
    assert (True, True, "") == (
        management.is_logging,
        management.is_validated,
        management.delivery_error,
    )
    assert (False, False, "NoSuchBucket") == (
        data.is_logging,
        data.is_validated,
        data.delivery_error,
    )


def test_what_a_member_may_not_see_of_the_organisation_is_not_told() -> None:
    """It is there, and whether it logs is not known."""
    everyone = trails()["everyone"]

    assert (True, "999988887777", None, None) == (
        everyone.is_of_organization,
        everyone.account,
        everyone.is_logging,
        everyone.selectors,
    )
    assert not everyone.takes_write(*EC2)


@pytest.mark.parametrize("name", ["management", "data"])
def test_both_kinds_of_selectors_leave_out_what_they_say(name: str) -> None:
    """Here all of KMS, and nothing else."""
    trail = trails()[name]

    assert (True, False) == (trail.takes_write(*EC2), trail.takes_write(*KMS))


@pytest.mark.parametrize(
    ("selector", "is_taken"),
    [
        ({}, True),
        ({"ReadWriteType": "All"}, True),
        ({"ReadWriteType": "WriteOnly"}, True),
        ({"ReadWriteType": "ReadOnly"}, False),
        ({"ReadWriteType": "SomethingNew"}, False),
        ({"IncludeManagementEvents": False}, False),
        ({"ExcludeManagementEventSources": ["ec2.amazonaws.com"]}, False),
    ],
)
def test_an_older_selector_takes_writes_unless_it_says_otherwise(
    selector: dict[str, Any], *, is_taken: bool
) -> None:
    """What is not said is what AWS does by default."""
    trail = selected_by(EventSelectors=[selector])

    assert is_taken is trail.takes_write(*EC2)


@pytest.mark.parametrize(
    ("fields", "is_taken"),
    [
        ([("eventCategory", "Equals", "Management")], True),
        ([("eventCategory", "Equals", "Data")], False),
        ([("readOnly", "Equals", "true")], False),
        ([("eventSource", "NotStartsWith", "ec2.")], False),
        ([("eventSource", "StartsWith", "ec2.")], True),
        ([("eventSource", "EndsWith", ".amazon.com")], False),
        ([("eventName", "NotEndsWith", "Ingress")], False),
        ([("eventName", "NotEquals", "RunInstances")], True),
        # Whose writes are left out is not known: then not all are taken.
        ([("userIdentity.arn", "NotEquals", "arn:aws:iam::1:role/x")], False),
    ],
)
def test_a_newer_selector_takes_what_meets_all_of_its_fields(
    fields: list[tuple[str, str, str]], *, is_taken: bool
) -> None:
    """A condition that is not about the call itself may leave some of them out."""
    listed = [{"Field": field, kind: [value]} for field, kind, value in fields]
    trail = selected_by(AdvancedEventSelectors=[{"FieldSelectors": listed}])

    assert is_taken is trail.takes_write(*EC2)


def test_a_trail_without_selectors_takes_every_management_event() -> None:
    """As CloudTrail does."""
    assert (EVERY_MANAGEMENT_EVENT,) == selected_by().selectors


def test_one_value_of_many_is_enough_and_one_that_is_barred_too_much() -> None:
    """Lists are alternatives, but for those of what may not be."""
    condition = Condition(field="eventName", starts=("Create", "Run"), not_ends=("x",))

    assert condition.is_met_by("RunInstances")
    assert not condition.is_met_by("Runx")
    assert not condition.is_met_by("StopInstances")


def test_a_region_without_trails_was_asked_all_the_same() -> None:
    """Nobody records there, which is not the same as nobody having looked."""
    inventory = an_inventory(
        cloudtrail__describe_trails={"trailList": []},
        cloudtrail__get_trail_status={},
        cloudtrail__get_event_selectors={},
    )

    (recording,) = inventory.recording
    assert () == recording.trails
