"""Scanning and keeping snapshots of a live account (an embedded one)."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws
from moto.core.responses import ActionResult
from moto.ec2.responses.vpcs import VPCs

from local import (
    moto_backups,
    moto_group_associations,
    moto_hosts,
    moto_other_ways,
    moto_public_access,
    moto_routes,
)
from tests.cli import snapshots
from tests.cli.conftest import Ringfence

REGION = "eu-west-1"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials of an account in which SSH is open in some group."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    moto_backups.install()
    moto_other_ways.install()
    moto_public_access.install()
    moto_group_associations.install()
    moto_hosts.install()
    moto_routes.install()
    with mock_aws():
        ec2 = boto3.client("ec2", region_name=REGION)
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        group = ec2.create_security_group(GroupName="w", Description="w", VpcId=vpc)
        ec2.authorize_security_group_ingress(
            GroupId=group["GroupId"],
            IpProtocol="tcp",
            FromPort=22,
            ToPort=22,
            CidrIp="0.0.0.0/0",
        )
        yield


@pytest.mark.usefixtures("account")
def test_a_snapshot_gives_the_same_findings_as_the_live_account(
    ringfence: Ringfence, tmp_path: Path
) -> None:
    """`snapshot` then `scan --snapshot` finds what `scan` finds."""
    folder = tmp_path / "s"
    live, as_json, _ = ringfence("scan", "--region", REGION, "--format", "json")
    _, kept, _ = ringfence("snapshot", "-o", folder, "--region", REGION)
    again, as_json_again, _ = ringfence(
        "scan", "--snapshot", folder, "--format", "json"
    )

    found, found_again = (
        {one["id"]: one["message"] for one in json.loads(text)["findings"]}
        for text in (as_json, as_json_again)
    )
    assert (1, 1) == (live, again)
    assert any("/SG-001/" in key for key in found)
    assert found == found_again
    assert f"written to {folder}" in kept


@pytest.mark.usefixtures("account")
def test_an_answer_that_makes_no_sense_is_what_could_not_be_read(
    ringfence: Ringfence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is AWS's, not the user's: what stands open is found all the same."""
    answer = ActionResult({"Vpcs": [{"IsDefault": True}]})
    monkeypatch.setattr(VPCs, "describe_vpcs", lambda _: answer)
    code, output, _ = ringfence("scan", "--region", REGION)
    line = "Not read: ec2.describe_vpcs: MalformedAnswer Vpcs[0]: VpcId is missing\n"

    assert 1 == code
    assert line in output


def test_without_credentials_it_is_said_what_to_do(ringfence: Ringfence) -> None:
    """Credentials are the user's to give: wrong use, in one line."""
    code, output, errors = ringfence("scan", "--region", REGION)

    assert (2, "", 1) == (code, output, errors.count("\n"))
    assert "no AWS credentials: set AWS_PROFILE" in errors


def test_without_a_region_it_is_said_what_to_do(ringfence: Ringfence) -> None:
    """There is no default Region."""
    assert (2, "", "ringfence: no Region: give --region, or set AWS_REGION.\n") == (
        ringfence("scan")
    )


@pytest.mark.usefixtures("account")
def test_what_is_no_region_is_refused(ringfence: Ringfence) -> None:
    """A Region's name that cannot be one is wrong use."""
    code, _, errors = ringfence("scan", "--region", "eu west 1!")

    assert (2, 1) == (code, errors.count("\n"))
    assert "'eu west 1!' is not a Region" in errors


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("region", "status", "words"),
    [("eu-west-1", 3, "connect"), ("eu-west-99", 2, "'eu-west-99' is not a Region")],
)
def test_an_endpoint_that_does_not_answer_is_told(
    ringfence: Ringfence,
    monkeypatch: pytest.MonkeyPatch,
    region: str,
    status: int,
    words: str,
) -> None:
    """A known Region that does not answer was not read; an unknown one is mistyped."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")

    code, _, errors = ringfence("scan", "--region", region)

    assert (status, 1) == (code, errors.count("\n"))
    assert words in errors


def test_a_profile_that_does_not_exist_is_named(
    ringfence: Ringfence, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mistyped profile is wrong use."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    code, _, errors = ringfence("scan", "--region", REGION)

    assert (2, 1) == (code, errors.count("\n"))
    assert "nobody" in errors


def test_a_snapshot_needs_a_folder(ringfence: Ringfence, tmp_path: Path) -> None:
    """A file is not overwritten by a folder."""
    path = snapshots.write(tmp_path / "s") / "snapshot.json"

    code, _, errors = ringfence("snapshot", "-o", path)

    assert (2, f"ringfence: {path} is not a folder.\n") == (code, errors)
