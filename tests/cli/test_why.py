"""Asking why a port is reachable, or what stops it."""

import json
from pathlib import Path

import pytest

from tests.cli import snapshots
from tests.cli.conftest import Ringfence


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A snapshot of one instance that takes SSH from everywhere."""
    return snapshots.write(tmp_path / "opened", **snapshots.open_ssh())


def test_a_reachable_port_shows_the_path(ringfence: Ringfence, opened: Path) -> None:
    """From the gateway to the instance, with the rules that let through."""
    code, output, _ = ringfence("why", "i-1", "--port", 22, "--snapshot", opened)

    assert 0 == code
    assert "tcp 22 to i-1 from the internet" == output.splitlines()[0]
    assert "REACHABLE  203.0.113.7 eni-1" in output
    path = "igw-1 → subnet-1 → rtb-1 0.0.0.0/0 → acl-1 100 → sg-1 → eni-1 → i-1"
    assert path in output


def test_a_blocked_port_shows_what_stops_it(ringfence: Ringfence, opened: Path) -> None:
    """In AWS's own vocabulary, with the component."""
    code, output, _ = ringfence("why", "eni-1", "--port", 443, "--snapshot", opened)

    assert 0 == code
    assert "BLOCKED    203.0.113.7 eni-1" in output
    assert "ENI_SG_RULES_MISMATCH  sg-1: no rule lets tcp 443 in" in output


def test_the_document_has_the_question_and_the_answers(
    ringfence: Ringfence, opened: Path
) -> None:
    """Programs read the code, people the words."""
    arguments = ("why", "i-1", "--port", 22, "--from", "10.0.0.0/8")

    _, output, _ = ringfence(*arguments, "--snapshot", opened, "--format", "json")

    told = json.loads(output)
    expected = {"resource": "i-1", "protocol": "tcp", "port": 22, "from": "10.0.0.0/8"}
    assert expected == {key: told[key] for key in expected}
    (answer,) = told["answers"]
    assert ("blocked", []) == (answer["verdict"], answer["exposures"])
    code = "IGW_SOURCE_ADDRESS_NOT_IN_RFC1918_INGRESS"
    assert code == answer["blocked_by"]["code"]


def test_what_was_not_read_exits_with_3(ringfence: Ringfence, tmp_path: Path) -> None:
    """Nothing can be said without the ACLs."""
    folder = snapshots.write(tmp_path / "s", without=("ec2.describe_route_tables",))

    code, output, _ = ringfence("why", "i-1", "--port", 22, "--snapshot", folder)

    assert 3 == code
    assert "could not read route_tables" in output


def test_an_unknown_resource_is_wrong_use(ringfence: Ringfence, opened: Path) -> None:
    """Nothing stops packets to what is not there."""
    code, _, errors = ringfence("why", "i-9", "--port", 22, "--snapshot", opened)

    assert 2 == code
    assert "'i-9'" in errors
