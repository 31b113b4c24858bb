"""Listing what gets in."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli import snapshots
from tests.cli.conftest import Ringfence


@pytest.fixture
def opened(tmp_path: Path) -> Path:
    """A snapshot of one instance that takes SSH from everywhere."""
    return snapshots.write(tmp_path / "opened", **snapshots.open_ssh())


def listed(ringfence: Ringfence, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Give the status and the document."""
    code, output, _ = ringfence("exposure", *arguments, "--format", "json")
    return code, json.loads(output)


def test_the_document_is_as_agreed(ringfence: Ringfence, opened: Path) -> None:
    """Place, time, rows with their path, and what is unknown."""
    code, told = listed(ringfence, "--snapshot", opened)

    assert 0 == code
    assert snapshots.HEAD == {key: told[key] for key in snapshots.HEAD}
    (row,) = told["exposures"]
    expected = {
        "resource": "i-1",
        "interface": "eni-1",
        "address": snapshots.ADDRESS,
        "protocol": "tcp",
        "ports": [22, 22],
        "sources": ["0.0.0.0/0"],
        "session": "both",
    }
    assert expected == {key: row[key] for key in expected}
    assert "igw-1" == row["path"][0]["id"]
    assert [] == told["unknown"]


def test_the_table_is_for_people(ringfence: Ringfence, opened: Path) -> None:
    """One line for each row, and a summary."""
    code, output, _ = ringfence("exposure", "--snapshot", opened)

    assert 0 == code
    cells = "i-1 203.0.113.7 tcp 22 0.0.0.0/0 internet-gateway yes"
    assert cells.split() == output.splitlines()[1].split()
    assert output.endswith("1 exposure of 1 resource; 0 unknown\n")


@pytest.mark.parametrize(
    ("arguments", "count"),
    [
        (["--port", "22"], 1),
        (["--port", "23"], 0),
        (["--from", "198.51.100.7"], 1),
        (["--from", "10.0.0.0/8"], 0),
        (["--from", "0.0.0.0/0"], 1),
        (["--from", "::/0"], 0),
        (["--resource", "i-1"], 1),
        (["--resource", "eni-1", "--port", "22"], 1),
    ],
)
def test_filters_are_exact(
    ringfence: Ringfence, opened: Path, arguments: list[str], count: int
) -> None:
    """A row stays if it lets in some of what is asked about."""
    code, told = listed(ringfence, "--snapshot", opened, *arguments)

    assert (0, count) == (code, len(told["exposures"]))


def test_an_unread_network_makes_everything_unknown(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """An empty list alone would look like safety."""
    folder = snapshots.write(
        tmp_path / "s",
        without=("ec2.describe_network_acls",),
        **{
            key: value
            for key, value in snapshots.open_ssh().items()
            if key != "ec2__describe_network_acls"
        },
    )

    code, told = listed(ringfence, "--snapshot", folder)
    _, output, _ = ringfence("exposure", "--snapshot", folder)

    because = "could not read network_acls (ec2.describe_network_acls: NotInSnapshot)"
    assert 3 == code
    assert [] == told["exposures"]
    assert [{"resource": "i-1", "interface": "eni-1", "because": because}] == told[
        "unknown"
    ]
    assert f"Unknown: i-1 eni-1: {because}" in output


def test_a_gap_that_does_not_matter_is_none(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """Certificates let nobody in."""
    folder = snapshots.write(tmp_path / "s", without=("acm.list_certificates",))

    assert 0 == listed(ringfence, "--snapshot", folder)[0]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--resource", "i-9"],
        ["--port", "70000"],
        ["--port", "ssh"],
        ["--from", "everybody"],
        ["--format", "asff"],
    ],
)
def test_wrong_use_exits_with_2(
    ringfence: Ringfence, opened: Path, arguments: list[str]
) -> None:
    """A mistyped id or range must not pass for an empty answer."""
    code, output, errors = ringfence("exposure", "--snapshot", opened, *arguments)

    assert (2, "") == (code, output)
    assert arguments[1] in errors
