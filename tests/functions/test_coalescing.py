"""Many changes at once: evaluations are counted in VPCs, not in events."""

import pytest

from functions.inspect import app
from tests.functions.conftest import Aws, Calls, Context
from tests.functions.test_change import alerts, new_group, told

_GROUP_HOLDS = 50  # AWS's quota of rules is 60


def opened(aws: Aws, group: str) -> list[tuple[str, str]]:
    """Open as many ports of *group* as it takes; give each with its rule."""
    ec2 = aws.client("ec2")
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": port,
                "ToPort": port,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            }
            for port in range(22, 22 + _GROUP_HOLDS)
        ],
    )
    of_group = [{"Name": "group-id", "Values": [group]}]
    rules = ec2.describe_security_group_rules(Filters=of_group)["SecurityGroupRules"]
    return [
        (group, rule["SecurityGroupRuleId"]) for rule in rules if not rule["IsEgress"]
    ]


def beside(aws: Aws, group: str, name: str) -> str:
    """Make another group in the VPC of *group*."""
    ec2 = aws.client("ec2")
    [found] = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    made: str = ec2.create_security_group(
        GroupName=name, Description=name, VpcId=found["VpcId"]
    )["GroupId"]
    return made


def test_two_hundred_events_in_a_vpc_are_one_evaluation(
    aws: Aws, context: Context, calls: Calls
) -> None:
    """One reading of the VPC, one alert, and nothing is asked per event."""
    first = new_group(aws)
    groups = [first, *(beside(aws, first, f"more-{number}") for number in range(3))]
    rules = [rule for group in groups for rule in opened(aws, group)]
    calls.made.clear()
    answer = app.change(told(*rules), context)
    asked = {name: calls.made.count(name) for name in set(calls.made)}

    assert (200, []) == (len(rules), answer["batchItemFailures"])
    assert {2} == {n for n in asked.values() if n > 1}  # the groups: where, and what
    assert 1 == len(alerts(aws))


@pytest.mark.slow
def test_a_thousand_events_over_ten_vpcs_are_ten_evaluations(
    aws: Aws, context: Context, calls: Calls
) -> None:
    """Each VPC is read once, and told of once."""
    rules = []
    for _ in range(10):
        group = new_group(aws)
        rules += opened(aws, group) + opened(aws, beside(aws, group, "more"))
    calls.made.clear()
    app.change(told(*rules), context)

    assert (1000, 10) == (len(rules), calls.made.count("DescribeSubnets"))
    assert 10 == len(alerts(aws))


def test_what_there_is_no_time_for_comes_again(
    aws: Aws, context: Context, calls: Calls
) -> None:
    """A batch over many VPCs ends before Lambda ends it; what is left is not lost."""
    groups = [new_group(aws) for _ in range(2)]
    rules = [opened(aws, group)[0] for group in groups]
    calls.made.clear()
    answer = app.change(told(*rules), Hurried())
    failed = [item["itemIdentifier"] for item in answer["batchItemFailures"]]

    assert (1, 1) == (len(failed), calls.made.count("DescribeSubnets"))
    assert 1 == len(alerts(aws))


class Hurried(Context):
    """An invocation that has no time left."""

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        return 0
