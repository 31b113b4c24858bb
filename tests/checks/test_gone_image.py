"""AMI-003: images that are gone."""

from dataclasses import replace
from datetime import UTC, datetime

from ringfence.checks.gone_image import gone_image
from ringfence.finding import Problem
from ringfence.inventory import Inventory
from ringfence.inventory.memories import Memories, SeenImage
from ringfence.inventory.volumes import Attachment, Volume, VolumeSnapshot
from tests.build import (
    TAKEN_AT,
    an_estate,
    an_image,
    an_instance,
    days,
    imaged,
    public,
)

GONE = {"state": "gone", "name": "", "created_at": None}

FIRES = [imaged(**GONE), imaged(state="disabled")]
QUIET = [imaged(), public(instances=(an_instance(state="terminated"),))]


def test_keeps_what_is_there_first() -> None:
    """The remedy makes an image of the instance before anything else."""
    (problem,) = gone_image(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert problem.fix.startswith(
        "aws ec2 create-image --region eu-west-1 --instance-id i-1 "
    )


def test_age_is_told_from_what_is_left() -> None:
    """The first launch, and the day on which Atlassian's template named it."""
    known = "ami-47246f34"
    inventory = public(
        images=(an_image(**(GONE | {"id": known, "owner": ""})),),
        instances=(
            an_instance(image=known, created_at=datetime(2019, 8, 1, tzinfo=UTC)),
        ),
    )
    (problem,) = gone_image(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert (
        f"i-1 runs from {known} (Atlassian's for bitbucket, 2016), which is "
        "deregistered or no longer shared with this account. It is at least this old: "
        "it was launched here by 2019-08-01, and Atlassian's templates named it on "
        "2016-10-28."
    ) == problem.message


def test_a_disabled_image_cannot_be_launched_either() -> None:
    """It is there, and its owner said no."""
    (problem,) = gone_image(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert "Instance runs from an image that is disabled" == problem.title
    assert problem.message.endswith("which its owner has disabled.")


def test_what_an_earlier_sweep_saw_of_it_is_told_as_remembered() -> None:
    """The best that is known: its name and its day."""
    seen = SeenImage(
        id="ami-1",
        name="jira-golden-7",
        created_at=TAKEN_AT - days(300),
        seen_at=TAKEN_AT - days(3),
    )
    inventory = replace(left_behind(), memories=Memories(images={"ami-1": seen}))
    (problem,) = gone_image(an_estate(inventory))

    assert isinstance(problem, Problem)
    assert (
        "i-1 runs from ami-1 (jira-golden-7), which is deregistered or no longer "
        "shared with this account. It was made on 2025-11-05, as remembered from "
        "2026-08-29."
    ) == problem.message


def test_its_snapshot_tells_when_it_was_made() -> None:
    """Where it is left: deregistering an image does not delete it."""
    (problem,) = gone_image(an_estate(left_behind()))

    assert isinstance(problem, Problem)
    assert problem.message.endswith(
        "It was made on about 2025-11-05, which is when its snapshot snap-1 was begun."
    )
    assert "snap-1" == problem.evidence["snapshot"]


def left_behind() -> Inventory:
    """Give an instance whose image is gone, but for the snapshot."""
    root = Volume(
        id="vol-1",
        snapshot="snap-1",
        attachments=(Attachment(instance="i-1", device="/dev/xvda"),),
    )
    made = TAKEN_AT - days(300)
    return public(
        images=(an_image(**GONE),),
        instances=(an_instance(root_device="/dev/xvda", created_at=TAKEN_AT),),
        volumes=(root,),
        origins=(VolumeSnapshot(id="snap-1", volume="vol-ffffffff", started_at=made),),
    )
