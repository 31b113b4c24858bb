"""What is asked of AWS Backup."""

from collections.abc import Iterable

from ringfence.collect.operation import Operation, Parameters, Responses, Vpcs
from ringfence.inventory.backups import PLAN, PLANS, PROTECTED

ACTIONS = (
    "backup:GetBackupPlan",
    "backup:ListBackupPlans",
    "backup:ListProtectedResources",
)


def _each(responses: Responses, _vpcs: Vpcs) -> Iterable[Parameters]:
    for plan in responses[PLANS]["BackupPlansList"]:
        yield {"BackupPlanId": plan["BackupPlanId"]}


OPERATIONS = (
    Operation(name=PROTECTED, key="Results", page=1000, is_of_vpcs=False),
    Operation(name=PLANS, key="BackupPlansList", page=1000, is_of_vpcs=False),
    Operation(
        name=PLAN,
        key="BackupPlan",
        needs=(PLANS,),
        requests=_each,
        per="BackupPlanId",
        gone=frozenset({"ResourceNotFoundException"}),
        is_of_vpcs=False,
    ),
)
