"""BAK-006: backups that only the account holds which they are to outlive."""

from dataclasses import replace

from ringfence.checks.backups_in_one_account import backups_in_one_account
from ringfence.evaluate import evaluate
from ringfence.finding import Problem
from ringfence.inventory.backups import BackupPlan
from tests.build import ACCOUNT, REGION, an_estate
from tests.keeping import a_node, keeping

HERE = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:second"
PLAN = BackupPlan(id="p-1", name="nightly", copies_to=(HERE,))

FIRES = [keeping(backup_plans=()), keeping(backup_plans=(PLAN,))]
QUIET = [
    keeping(),
    keeping(backup_plans=(PLAN, replace(PLAN, id="p-2", is_isolated=True))),
    keeping(backup_plans=(), instances=(a_node(tags={"Name": "web"}),)),
    keeping(backup_plans=(), instances=()),
]


def test_it_is_told_of_the_account_and_names_products_and_plans() -> None:
    """Once, whatever the number of instances."""
    (problem,) = backups_in_one_account(an_estate(FIRES[1]))

    assert isinstance(problem, Problem)
    assert (
        "None of the plans of AWS Backup (nightly) copies backups of jira to another "
        "account." == problem.message
    )
    assert f"AWS::::Account:{ACCOUNT}" == problem.resource


def test_the_account_is_seen_whenever_it_is_read() -> None:
    """So the finding passes when it is mended, and is not taken for gone."""
    report = evaluate(an_estate(QUIET[0]), [backups_in_one_account])

    assert f"AWS::::Account:{ACCOUNT}" in report.resources
    assert () == report.findings
