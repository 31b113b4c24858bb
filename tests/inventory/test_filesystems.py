"""File systems are read with their mount targets and their policy."""

from datetime import UTC, datetime

from ringfence.inventory.filesystems import FileSystem, MountTarget
from ringfence.inventory.read import read
from ringfence.inventory.statements import Statement
from ringfence.snapshot import Gap
from tests.inventory.estate import a_snapshot, an_inventory, pages

ARN = "arn:aws:elasticfilesystem:eu-west-1:123456789012:file-system"


def a_target(name: str, interface: str) -> MountTarget:
    return MountTarget(id=name, subnet="subnet-0a1", vpc="vpc-0a1", interface=interface)


def test_a_file_system_has_its_mount_targets_and_its_policy() -> None:
    """Each mount target names its interface, where the groups are."""
    home, _ = an_inventory().file_systems

    statement = Statement(
        allows=True,
        principals=("arn:aws:iam::123456789012:role/jira",),
        actions=("elasticfilesystem:ClientMount",),
        resources=(f"{ARN}/fs-0a1",),
    )
    assert (
        FileSystem(
            id="fs-0a1",
            arn=f"{ARN}/fs-0a1",
            name="jira-home",
            is_encrypted=True,
            made_at=datetime(2026, 1, 1, tzinfo=UTC),
            targets=(a_target("fsmt-0a1", "eni-0e1"), a_target("fsmt-0a2", "eni-0e2")),
            policy=(statement,),
            tags={"Name": "jira-home"},
        )
        == home
    )


def test_one_without_a_policy_says_so() -> None:
    """AWS answers that with an error, which is no gap."""
    _, old = an_inventory().file_systems

    assert (None, (), False) == (old.policy, old.targets, old.is_encrypted)


def test_one_that_is_gone_meanwhile_is_left_out() -> None:
    """It was listed and has no mount targets any more."""
    targets = pages()["efs.describe_mount_targets"] | {"fs-0a1": None}

    (left,) = an_inventory(efs__describe_mount_targets=targets).file_systems

    assert "fs-0a2" == left.id


def test_a_denied_policy_is_a_gap_of_file_systems_alone() -> None:
    """Without it nobody can tell who may mount."""
    gap = Gap("efs.describe_file_system_policy", "AccessDeniedException")
    answers = {name: page for name, page in pages().items() if name != gap.operation}

    inventory = read(a_snapshot(answers, gap))

    assert ((), {"file_systems": (gap,)}) == (inventory.file_systems, inventory.gaps)
