"""AMI-003: images that are gone."""

from ringfence.checks.gone_image import gone_image
from ringfence.finding import Problem
from tests.build import an_estate, an_instance, imaged, public

GONE = {"state": "gone", "name": "", "created_at": None}

FIRES = [imaged(**GONE)]
QUIET = [imaged(), public(instances=(an_instance(state="terminated"),))]


def test_keeps_what_is_there_first() -> None:
    """The remedy makes an image of the instance before anything else."""
    (problem,) = gone_image(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert problem.fix is not None
    assert problem.fix.startswith(
        "aws ec2 create-image --region eu-west-1 --instance-id i-1 "
    )
