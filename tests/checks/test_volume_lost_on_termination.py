"""BAK-004: a data volume that goes when its instance is terminated."""

from ringfence.checks.volume_lost_on_termination import volume_lost_on_termination
from ringfence.finding import Problem
from tests.build import INSTANCE, an_estate
from tests.keeping import ROOT, a_node, a_volume, keeping

LOST = (a_volume(ROOT), a_volume(dies=True), a_volume("vol-more"))

FIRES = [keeping(volumes=LOST)]
QUIET = [
    keeping(),
    keeping(volumes=(a_volume(ROOT),)),
    keeping(volumes=LOST, instances=(a_node(tags={"Name": "web"}),)),
    keeping(volumes=LOST, instances=(a_node(state="shutting-down"),)),
]


def test_the_fix_names_the_device_alone_that_is_lost() -> None:
    """The volume that it starts from may go with it."""
    (problem,) = volume_lost_on_termination(an_estate(FIRES[0]))

    assert isinstance(problem, Problem)
    assert (
        "aws ec2 modify-instance-attribute --region eu-west-1 --instance-id i-1 "
        '--block-device-mappings \'[{"DeviceName": "/dev/sdf", "Ebs": '
        '{"DeleteOnTermination": false}}]\'' == problem.fix
    )
    assert (INSTANCE, ["vol-data"]) == (problem.resource, problem.evidence["volumes"])
