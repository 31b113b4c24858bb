"""The environment is read as the template writes it."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
from pydantic import ValidationError

from functions.probe import app
from ringfence.settings import ProbeSettings, SettingsError, SweepSettings
from tests.template import stack

ENVIRONMENT = {
    "ACCOUNTS": "",
    "AWS_REGION": "eu-west-1",
    "EXTERNAL_ID": "ringfence",
    "CHANGE_QUEUE_ARN": "arn:aws:sqs:eu-west-1:111122223333:change",
    "CHANGE_RULES": "EC2ChangeRule=ringfence-a,OwnChangeRule=ringfence-b",
    "FINDINGS_TABLE": "findings",
    "MEMBER_ROLE": "RingfenceMember",
    "POLICY_PARAMETER": "/ringfence/policy",
    "PROBE_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/111122223333/probe",
    "PROBES_INSIDE": "false",
    "REGIONS": "us-east-1",
    "RELEASE_FEEDS": "on",
    "USER_DATA": "off",
    "SWEEP_PERIOD": "rate(1 hour)",
}
PERIODS = stack.template()["Parameters"]["SweepPeriod"]["AllowedValues"]


@pytest.mark.parametrize("period", PERIODS)
def test_every_period_is_understood(period: str) -> None:
    """As the schedule understands it."""
    read = SweepSettings.read(ENVIRONMENT | {"SWEEP_PERIOD": period})

    assert timedelta(minutes=stack.minutes(period)) == read.sweep_period


def test_another_period_is_refused() -> None:
    """Rather than to take a schedule for what it is not."""
    with pytest.raises(ValidationError):
        SweepSettings.read(ENVIRONMENT | {"SWEEP_PERIOD": "cron(0 * * * ? *)"})


def test_a_list_is_parted_at_its_commas() -> None:
    """As the template joins it; an empty one has nothing in it."""
    listed = ENVIRONMENT | {"ACCOUNTS": "444455556666,ou-ab12-11111111"}

    assert () == SweepSettings.read(ENVIRONMENT).accounts
    assert ("444455556666", "ou-ab12-11111111") == SweepSettings.read(listed).accounts


def test_rules_are_named_by_what_they_are_for() -> None:
    """As the template joins them; where none is named there is none."""
    rules = {"EC2ChangeRule": "ringfence-a", "OwnChangeRule": "ringfence-b"}

    assert rules == SweepSettings.read(ENVIRONMENT).change_rules
    assert {} == SweepSettings.read(ENVIRONMENT | {"CHANGE_RULES": ""}).change_rules


def test_a_missing_variable_is_named() -> None:
    """It says which, and who sets it."""
    with pytest.raises(SettingsError, match="PROBES_INSIDE"):
        ProbeSettings.read({"AWS_REGION": "eu-west-1", "FINDINGS_TABLE": "findings"})


@pytest.mark.parametrize(
    ("address", "outside", "inside"),
    [
        ("8.8.8.8", True, True),
        ("10.0.0.7", False, True),
        ("100.64.0.1", False, True),
        ("fd00::7", False, True),
        ("127.0.0.1", False, False),
        ("169.254.169.254", False, False),
        ("fd00:ec2::254", False, False),
        ("::ffff:169.254.169.254", False, False),
    ],
)
def test_private_addresses_are_dialled_from_inside_only(
    address: str,
    outside: bool,  # noqa: FBT001 - a parameter of the test
    inside: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    """And the function's own and the metadata service's from nowhere."""
    permitted = [
        app.may_dial(ProbeSettings.read(ENVIRONMENT | {"PROBES_INSIDE": told}))
        for told in ("false", "true")
    ]

    assert [outside, inside] == [may(ip_address(address)) for may in permitted]
