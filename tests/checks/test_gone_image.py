"""AMI-003: images that are gone."""

from datetime import UTC, datetime

from ringfence.checks.gone_image import gone_image
from ringfence.finding import Problem
from tests.build import an_estate, an_image, an_instance, imaged, public

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
