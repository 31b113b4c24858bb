"""Asking what a change would open and close."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli import snapshots
from tests.cli.conftest import Ringfence

EVENT = {
    "eventID": "e-1",
    "eventName": "AuthorizeSecurityGroupIngress",
    "eventSource": "ec2.amazonaws.com",
    "eventTime": "2026-05-04T12:00:00Z",
    "awsRegion": "eu-west-1",
    "recipientAccountId": "123456789012",
    "requestParameters": {
        "groupId": "sg-1",
        "ipPermissions": {
            "items": [
                {
                    "ipProtocol": "tcp",
                    "fromPort": 3389,
                    "toPort": 3389,
                    "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
                }
            ]
        },
    },
}


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A snapshot of one instance that takes SSH from everywhere."""
    return snapshots.write(tmp_path / "opened", **snapshots.open_ssh())


def told(
    ringfence: Ringfence, folder: Path, *arguments: object
) -> tuple[int, dict[str, Any]]:
    """Give the status and the document."""
    code, output, _ = ringfence(
        "what-if", "--snapshot", folder, *arguments, "--format", "json"
    )
    return code, json.loads(output)


def test_an_authorization_opens(ringfence: Ringfence, opened: Path) -> None:
    """Its exposure and its findings are told, and the status is 1."""
    code, answer = told(ringfence, opened, "--authorize", "sg-1:tcp:23:0.0.0.0/0")

    assert 1 == code
    (row,) = answer["exposures"]["opened"]
    assert ([23, 23], ["0.0.0.0/0"]) == (row["ports"], row["sources"])
    assert [] == answer["exposures"]["closed"]
    assert "EXP-001" in {one["check"] for one in answer["findings"]["opened"]}


def test_a_revocation_closes(ringfence: Ringfence, opened: Path) -> None:
    """What nobody can reach any more is no finding any more."""
    code, answer = told(ringfence, opened, "--revoke", "sg-1:tcp:22:0.0.0.0/0")

    (row,) = answer["exposures"]["closed"]
    assert 0 == code
    assert ([], [22, 22]) == (answer["exposures"]["opened"], row["ports"])
    assert "EXP-001" in {one["check"] for one in answer["findings"]["closed"]}
    assert [] == answer["findings"]["opened"]


def test_a_narrowed_rule_closes_the_rest(ringfence: Ringfence, opened: Path) -> None:
    """Revocations come first, so that a rule can be replaced."""
    _, answer = told(
        ringfence,
        opened,
        *("--authorize", "sg-1:tcp:22:0.0.0.0/1"),
        *("--revoke", "sg-1:tcp:22:0.0.0.0/0"),
    )

    (row,) = answer["exposures"]["closed"]
    assert [] == answer["exposures"]["opened"]
    assert "128.0.0.0/3" in row["sources"]


def test_an_attached_group_opens_what_it_lets_in(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """The rules of all groups of an interface are merged."""
    answers = snapshots.open_ssh()
    (group,) = answers["ec2__describe_security_groups"]["SecurityGroups"]
    closed = group | {"GroupId": "sg-2", "IpPermissions": []}
    groups = {"SecurityGroups": [group, closed]}
    (interface,) = answers["ec2__describe_network_interfaces"]["NetworkInterfaces"]
    answers["ec2__describe_network_interfaces"] = {
        "NetworkInterfaces": [interface | {"Groups": [{"GroupId": "sg-2"}]}]
    }
    folder = snapshots.write(
        tmp_path / "s", **(answers | {"ec2__describe_security_groups": groups})
    )

    code, answer = told(ringfence, folder, "--attach", "i-1:sg-1")

    assert 1 == code
    assert [[22, 22]] == [row["ports"] for row in answer["exposures"]["opened"]]


def test_the_table_is_for_people(ringfence: Ringfence, opened: Path) -> None:
    """What opens, by which path, and a summary."""
    _, output, _ = ringfence(
        "what-if", "--snapshot", opened, "--authorize", "sg-1:tcp:23:0.0.0.0/0"
    )

    assert "Opens: i-1 203.0.113.7 tcp 23 from 0.0.0.0/0" == output.splitlines()[0]
    assert "Findings that open:" in output
    assert "1 exposure opened, 0 closed" in output.splitlines()[-1]


FORMS = {
    "list": [EVENT],
    "line": EVENT,
    "log file": {"Records": [EVENT]},
    "looked up": {"Events": [{"EventId": "e", "CloudTrailEvent": json.dumps(EVENT)}]},
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("indent", [None, 2])
def test_events_are_done(
    ringfence: Ringfence, opened: Path, tmp_path: Path, form: str, indent: int | None
) -> None:
    """Whatever CloudTrail and its tools write is read alike."""
    events = tmp_path / "events.json"
    events.write_text(json.dumps(FORMS[form], indent=indent) + "\n")

    code, answer = told(ringfence, opened, "--events", events)

    assert 1 == code
    assert [[3389, 3389]] == [row["ports"] for row in answer["exposures"]["opened"]]
    assert [] == answer["not_applied"]


def test_events_on_lines_are_done(
    ringfence: Ringfence, opened: Path, tmp_path: Path
) -> None:
    """An object on each line, each once."""
    events = tmp_path / "events.json"
    first = json.dumps(EVENT)
    second = json.dumps(EVENT | {"eventID": "e-2"}).replace("3389", "3391")
    events.write_text(f"{first}\n{second}\n")

    code, answer = told(ringfence, opened, "--events", events)

    assert 1 == code
    assert [[3389, 3389], [3391, 3391]] == [
        row["ports"] for row in answer["exposures"]["opened"]
    ]


def test_an_event_that_is_not_applied_exits_with_3(
    ringfence: Ringfence, opened: Path, tmp_path: Path
) -> None:
    """It is named, so that nobody takes the answer for complete."""
    events = tmp_path / "events.json"
    other = EVENT | {"eventID": "e-2", "eventName": "CreateRoute"}
    events.write_text(json.dumps([EVENT, other]))

    code, answer = told(ringfence, opened, "--events", events)

    assert 3 == code
    assert ["CreateRoute"] == [one["event_name"] for one in answer["not_applied"]]
    assert [3389, 3389] == answer["exposures"]["opened"][0]["ports"]


def test_a_policy_is_applied(
    ringfence: Ringfence, opened: Path, tmp_path: Path
) -> None:
    """What the owner trusts opens no finding."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\ntrusted:\n  office: [203.0.113.0/24]\n")

    code, answer = told(
        ringfence,
        opened,
        *("--authorize", "sg-1:tcp:23:203.0.113.0/24"),
        *("--policy", policy),
    )

    assert (0, []) == (code, answer["findings"]["opened"])
    assert 1 == len(answer["exposures"]["opened"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--authorize", "sg-9:tcp:22:0.0.0.0/0"], "'sg-9'"),
        (["--authorize", "sg-1:22"], "GROUP:PROTOCOL:PORTS:SOURCE"),
        (["--revoke", "sgr-9"], "'sgr-9'"),
        (["--attach", "i-1"], "INTERFACE_OR_INSTANCE:GROUP"),
        (["--events", "none.json"], "No such file"),
    ],
)
def test_wrong_use_exits_with_2(
    ringfence: Ringfence, opened: Path, arguments: list[str], words: str
) -> None:
    """An edit that cannot be made must not pass for one without effect."""
    code, output, errors = ringfence("what-if", "--snapshot", opened, *arguments)

    assert (2, "") == (code, output)
    assert words in errors


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "neither a JSON list"),
        ('{"eventName": "X"}', "eventID"),
        ("[1]", "detail"),
        ('{"Events": [{}]}', "CloudTrailEvent is missing"),
    ],
)
def test_what_is_no_event_is_wrong_input(
    ringfence: Ringfence, opened: Path, tmp_path: Path, text: str, words: str
) -> None:
    """The message names the file and what is wrong in it."""
    events = tmp_path / "events.json"
    events.write_text(text)

    code, _, errors = ringfence("what-if", "--snapshot", opened, "--events", events)

    assert 2 == code
    assert str(events) in errors
    assert words in errors


def test_without_groups_nothing_can_be_edited(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """What was not read cannot be changed."""
    folder = snapshots.write(tmp_path / "s", without=("ec2.describe_security_groups",))

    code, _, errors = ringfence("what-if", "--snapshot", folder)

    assert 3 == code
    assert "no security_groups" in errors
