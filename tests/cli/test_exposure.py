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


ENDPOINT = {
    "InstanceConnectEndpointId": "eice-1",
    "State": "create-complete",
    "VpcId": snapshots.VPC,
}


def test_other_ways_in_are_listed_with_their_entry(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """Who gets through is decided elsewhere, and all that was asked was read."""
    answers = {"InstanceConnectEndpoints": [ENDPOINT]}
    folder = snapshots.write(
        tmp_path / "s",
        ec2__describe_instance_connect_endpoints=answers,
        **snapshots.open_ssh(),
    )

    code, told = listed(ringfence, "--snapshot", folder)
    _, output, _ = ringfence("exposure", "--snapshot", folder)
    _, narrowed = listed(ringfence, "--snapshot", folder, "--resource", "i-1")

    (way,) = told["unknown"]
    assert (0, "instance-connect-endpoint", "eice-1") == (
        code,
        way["entry"],
        way["resource"],
    )
    assert "Other way in (instance-connect-endpoint): eice-1: " in output
    assert output.endswith("; 0 unknown; 1 other way in\n")
    assert [] == narrowed["unknown"]


def test_other_ways_that_were_denied_exit_with_3(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """What could not be read may lead anywhere."""
    name = "ec2.describe_instance_connect_endpoints"
    folder = snapshots.write(tmp_path / "s", without=(name,), **snapshots.open_ssh())
    head = snapshots.HEAD | {"gaps": [{"operation": name, "code": "AccessDenied"}]}
    (folder / "snapshot.json").write_text(json.dumps(head))

    code, told = listed(ringfence, "--snapshot", folder)

    assert (3, 1) == (code, len(told["exposures"]))
    assert [f"could not read connect_endpoints ({name}: AccessDenied)"] == [
        way["because"] for way in told["unknown"]
    ]


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


@pytest.fixture
def peered(tmp_path: Path) -> Path:
    """A snapshot whose one server takes SSH from 10/8, and has a peer there."""
    answers = snapshots.open_ssh("10.0.0.0/8")
    answers["ec2__describe_vpc_peering_connections"] = {
        "VpcPeeringConnections": [
            {
                "VpcPeeringConnectionId": "pcx-1",
                "Status": {"Code": "active"},
                "RequesterVpcInfo": {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/16"},
                "AccepterVpcInfo": {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"},
            }
        ]
    }
    return snapshots.write(tmp_path / "peered", **answers)


def test_networks_are_listed_with_the_internet(
    ringfence: Ringfence, peered: Path
) -> None:
    """A rule for private addresses lets in the peer that has them."""
    code, told = listed(ringfence, "--snapshot", peered)

    assert 0 == code
    (row,) = told["exposures"]
    assert ("vpc-2", "vpc-peering") == (row["source"], row["entry"])
    assert (["10.1.0.0/16"], "one-way") == (row["sources"], row["session"])
    assert {"id": "pcx-1", "type": "vpc-peering"} == row["path"][0]

    _, table, _ = ringfence("exposure", "--snapshot", peered)
    assert "vpc-2 (10.1.0.0/16)" in table


def test_from_is_exact(ringfence: Ringfence, peered: Path) -> None:
    """An address that is neither the internet's nor the peer's gets nowhere."""
    for source, count in (("10.1.2.3", 1), ("10.2.0.0/16", 0), ("8.8.8.8", 0)):
        _, told = listed(ringfence, "--snapshot", peered, "--from", source)

        assert count == len(told["exposures"])


def test_a_policy_names_who_is_trusted(
    ringfence: Ringfence, peered: Path, tmp_path: Path
) -> None:
    """The part within a trusted range is a row of that name."""
    policy = tmp_path / "policy.yaml"
    policy.write_text("version: 1\ntrusted:\n  vpn: [10.1.8.0/24]\n")

    _, told = listed(ringfence, "--snapshot", peered, "--policy", policy)

    sources = {row["source"]: row["sources"] for row in told["exposures"]}
    assert {"vpc-2", "vpn"} == sources.keys()
    assert ["10.1.8.0/24"] == sources["vpn"]


def test_unread_peerings_exit_with_3(ringfence: Ringfence, tmp_path: Path) -> None:
    """The internet is told, and that others may get in."""
    without = ("ec2.describe_vpc_peering_connections",)
    folder = snapshots.write(tmp_path / "s", without=without, **snapshots.open_ssh())

    code, told = listed(ringfence, "--snapshot", folder)

    assert 3 == code
    assert ["internet"] == [row["source"] for row in told["exposures"]]
    assert ["*"] == [blind["interface"] for blind in told["unknown"]]
