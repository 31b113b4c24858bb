"""BAK-006: backups that only the account holds which they are to outlive."""

from collections.abc import Iterator

from ringfence.checks import check
from ringfence.estate import Estate
from ringfence.finding import Doubt, Problem, Severity
from ringfence.identity import account_of
from ringfence.inventory.backups import BackupPlan
from ringfence.subjects.backups import OF_VOLUMES, keepers


@check(
    "BAK-006",
    "Backups stay in the same account",
    severity=Severity.INFORMATIONAL,
    needs=OF_VOLUMES | {"backup_plans"},
    fix="Copy backups to a vault of another account, or to an air-gapped one.",
    guide=("D35", "D60"),
)
def backups_in_one_account(estate: Estate) -> Iterator[Problem | Doubt]:
    """
    Whoever rules the account deletes the data and its backups alike.

    It is information, told once for a Region in which an instance of a product
    keeps data: no plan of AWS Backup copies to a vault of another account, or keeps
    in a logically air-gapped one. Copies that are made otherwise, such as by a
    script or by sharing snapshots, are not seen: waive it there.
    """
    inventory = estate.inventory
    products = sorted(
        {estate.product_of(keeper.instance.id) or "" for keeper in keepers(estate)}
    )
    plans = inventory.backup_plans
    if not products or any(_is_away(plan, inventory.account) for plan in plans):
        return
    named = ", ".join(plan.name for plan in plans)
    told = f"None of the plans of AWS Backup ({named})" if plans else "Nothing"
    yield Problem(
        resource=account_of(inventory),
        message=f"{told} copies backups of {', '.join(products)} to another account.",
        fix="In the account that is to hold them, allow backup:CopyIntoBackupVault on "
        "a vault for this one, then add it to the plan's rules as a CopyAction: "
        f"aws backup update-backup-plan --region {inventory.region} "
        "--backup-plan-id PLAN --backup-plan file://plan.json",
        evidence={"products": products, "plans": [plan.id for plan in plans]},
    )


def _is_away(plan: BackupPlan, account: str) -> bool:
    return plan.is_isolated or any(
        vault.split(":")[4] != account for vault in plan.copies_to
    )
