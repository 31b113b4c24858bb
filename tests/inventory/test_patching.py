"""Nodes, patches, windows, flaws and public images are read as AWS means them."""

from datetime import UTC, datetime

from ringfence.inventory.patching import (
    Flaws,
    MaintenanceWindow,
    ManagedNode,
    MissingPatch,
    PatchBaseline,
    PatchState,
    PublicImage,
)
from tests.inventory.estate import an_inventory

BASELINE = "pb-0a1b2c3d4e5f60718"


def test_a_node_has_its_system_and_when_it_was_heard() -> None:
    """One that was never heard tells little."""
    assert (
        ManagedNode(
            instance="i-0a1",
            ping="Online",
            seen_at=datetime(2026, 11, 22, 8, 59, tzinfo=UTC),
            system="Amazon Linux",
            version="2023",
        ),
        ManagedNode(instance="i-0a2", ping="ConnectionLost"),
    ) == an_inventory().managed_nodes


def test_a_patch_state_has_its_counts_and_its_end() -> None:
    """A count that AWS leaves out is none."""
    assert (
        PatchState(
            instance="i-0a1",
            baseline=BASELINE,
            missing=4,
            failed=1,
            pending=1,
            critical=1,
            security=3,
            other=2,
            ended_at=datetime(2026, 11, 21, 2, 3, tzinfo=UTC),
        ),
        PatchState(
            instance="i-0a2",
            baseline=BASELINE,
            ended_at=datetime(2026, 11, 21, 2, tzinfo=UTC),
        ),
    ) == an_inventory().patch_states


def test_a_window_is_enabled_or_not() -> None:
    """Whether it patches its tasks would tell."""
    assert (
        MaintenanceWindow(id="mw-0a1", name="sundays", is_enabled=True),
        MaintenanceWindow(id="mw-0a2", name="never"),
    ) == an_inventory().maintenance_windows


def test_flaws_are_counted_by_severity() -> None:
    """An instance without counts has none."""
    assert (
        Flaws(instance="i-0a1", critical=1, high=2, medium=5, total=9),
        Flaws(instance="i-0a2"),
    ) == an_inventory().flaws


def test_a_public_image_is_as_new_as_its_parameter() -> None:
    """The parameter changes when its maker publishes another."""
    (image,) = an_inventory().public_images

    assert (
        PublicImage(
            parameter="/aws/service/ami-amazon-linux-latest/"
            "al2023-ami-kernel-default-x86_64",
            image="ami-0c1",
            published_at=datetime(2026, 11, 10, 18, tzinfo=UTC),
        )
        == image
    )


def test_missing_patches_have_their_cves_where_told() -> None:
    """One by one: they come as one text."""
    kernel, library = an_inventory().missing_patches

    assert (
        MissingPatch(
            instance="i-0a1",
            id="kernel.x86_64",
            severity="Important",
            classification="Security",
            cves=("CVE-2026-11111", "CVE-2026-22222"),
        )
        == kernel
    )
    assert ("openssl-libs.x86_64", ()) == (library.id, library.cves)


def test_a_baseline_with_a_rule_or_a_list_approves_patches() -> None:
    """One with neither lets nothing through."""
    (baseline,) = an_inventory().patch_baselines
    bare = {"BaselineId": BASELINE, "ApprovalRules": {"PatchRules": []}}
    (nothing,) = an_inventory(ssm__get_patch_baseline={BASELINE: bare}).patch_baselines
    (listed,) = an_inventory(
        ssm__get_patch_baseline={BASELINE: bare | {"ApprovedPatches": ["kernel*"]}}
    ).patch_baselines

    expected = PatchBaseline(id=BASELINE, name="house", system="AMAZON_LINUX_2023")
    assert expected == baseline
    assert (False, True) == (nothing.approves, listed.approves)


def test_a_baseline_deleted_meanwhile_is_none() -> None:
    """It is no gap either."""
    gone = an_inventory(ssm__get_patch_baseline={BASELINE: None})

    assert () == gone.patch_baselines
