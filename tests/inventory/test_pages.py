"""The recorded-shape pages are what AWS could have said."""

import pytest

from ringfence.collect import OPERATIONS
from ringfence.collect.operation import Operation
from tests.inventory.estate import pages
from tests.inventory.shapes import lies

# A merged answer keeps the pages' list alone.
MERGED_AWAY = {"inspector2.list_finding_aggregations: no aggregationType"}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda item: item.name)
def test_a_page_has_the_shape_of_aws_s_own_model(operation: Operation) -> None:
    """No member that AWS does not know, none of another type."""
    answer = pages()[operation.name]
    answers = filter(None, answer.values()) if operation.per else [answer]

    found = {lie for one in answers for lie in lies(operation.name, one)}
    assert set() == found - MERGED_AWAY


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"Vpcs": [{"Id": "vpc-1"}]}, "ec2.describe_vpcs.Vpcs[0]: unknown Id"),
        ({"Vpcs": [{"VpcId": 1}]}, "ec2.describe_vpcs.Vpcs[0].VpcId: not a string"),
        ({"Vpcs": {}}, "ec2.describe_vpcs.Vpcs: not a list"),
        (
            {"Vpcs": [{"IsDefault": "true"}]},
            "ec2.describe_vpcs.Vpcs[0].IsDefault: not a boolean",
        ),
    ],
)
def test_a_page_that_lies_is_told_so(answer: object, expected: str) -> None:
    """The validator notices what it is there for."""
    assert [expected] == lies("ec2.describe_vpcs", answer)


def test_a_time_must_be_one() -> None:
    """Text that is no time does not pass for one."""
    answer = {"Reservations": [{"Instances": [{"LaunchTime": "yesterday"}]}]}

    (lie,) = lies("ec2.describe_instances", answer)

    assert lie.endswith("LaunchTime: not a time")
