"""Of user data one setting is read, as the shell that runs it would have it."""

import base64
import gzip
from typing import Any

import pytest

from ringfence.inventory.userdata import SETTING, SetUp, kept, setting_in
from tests.inventory.estate import an_inventory, pages


def encoded(script: str | bytes) -> str:
    """Give *script* as AWS does."""
    content = script.encode() if isinstance(script, str) else script
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    ("script", "value"),
    [
        (f'#!/bin/bash\necho "{SETTING}=true" >>/etc/atl\n', "true"),
        (f"{SETTING}=false\n", "false"),
        (f"{SETTING}='true'\n", "true"),
        (f"{SETTING}=true\n{SETTING}=false\n", "false"),
        (f"# {SETTING}=true\n", ""),
        (f"   # {SETTING}=true\n", ""),
        (f"NOT_{SETTING}=true\n", ""),
        (f"{SETTING}_X=true\n", ""),
        (f"{SETTING}=\n", ""),
        ("", ""),
    ],
)
def test_the_last_assignment_counts(script: str, value: str) -> None:
    """A comment is none, nor is another name."""
    assert value == setting_in(encoded(script))
    assert value == setting_in(encoded(gzip.compress(script.encode())))


@pytest.mark.parametrize(
    "data",
    [
        "%",
        encoded(b"\x1f\x8bnot gzip"),
        encoded(b"\xff\xfe\x00"),
        encoded(gzip.compress(b" " * 50_000_000 + f"{SETTING}=true".encode())),
    ],
    ids=["not base64", "not gzip", "not text", "a bomb"],
)
def test_what_cannot_be_read_sets_nothing(data: str) -> None:
    """Nor does it take more than a moment."""
    assert setting_in(data) == ""
    assert kept(data) == ""


def test_only_the_setting_is_kept() -> None:
    """What was kept reads as what it was kept of."""
    data = kept(encoded(f"PASSWORD=hunter2 {SETTING}=true # hunter2\n"))

    assert f"{SETTING}=true".encode() == base64.b64decode(data)
    assert setting_in(data) == "true"
    assert kept(data) == data


def test_an_instance_that_is_gone_says_nothing() -> None:
    """Another that was asked for and sets nothing says that."""
    answer: dict[str, Any] = {"i-0a1": None, "i-0a2": {"UserData": {}}}

    inventory = an_inventory(ec2__describe_instance_attribute=answer)

    assert (SetUp(by="i-0a2", signs_itself=False),) == inventory.set_ups


def test_templates_and_configurations_speak_where_instances_were_not_asked() -> None:
    """The permission to read those is there for their images."""
    answers = pages()
    data = encoded(f"{SETTING}=true")
    version = answers["ec2.describe_launch_template_versions"]
    version["LaunchTemplateVersions"][1]["LaunchTemplateData"]["UserData"] = data
    configured = answers["autoscaling.describe_launch_configurations"]
    configured["LaunchConfigurations"][0]["UserData"] = data

    inventory = an_inventory(
        ec2__describe_instance_attribute={},
        ec2__describe_launch_template_versions=version,
        autoscaling__describe_launch_configurations=configured,
    )

    assert (
        SetUp(by="launch template lt-0a1 version 1", signs_itself=True),
        SetUp(by="Auto Scaling group agents", signs_itself=True),
    ) == inventory.set_ups
