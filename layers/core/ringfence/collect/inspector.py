"""What is asked of Inspector: how many findings each instance has."""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.patching import COUNTS, STATUS

ACTIONS = (
    "inspector2:BatchGetAccountStatus",
    "inspector2:ListFindingAggregations",
)


def _counts(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    """
    Of this account's instances, where they are looked at; else no call.

    A delegated administrator would be told of its members', too.
    """
    for account in responses[STATUS]["accounts"]:
        if account["resourceState"]["ec2"]["status"] == "ENABLED":
            yield {
                "aggregationType": "AWS_EC2_INSTANCE",
                "accountIds": [{"comparison": "EQUALS", "value": account["accountId"]}],
            }


OPERATIONS = (
    Operation(name=STATUS, key="accounts", is_of_vpcs=False),
    Operation(
        name=COUNTS,
        key="responses",
        page=100,
        needs=(STATUS,),
        requests=_counts,
        is_of_vpcs=False,
    ),
)
