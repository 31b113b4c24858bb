"""EXP-012: reachable instances whose role rules the account."""

from dataclasses import replace
from typing import Any

import pytest

from ringfence.checks import all_checks
from ringfence.checks.privileged_profile import privileged_profile
from ringfence.evaluate import evaluate
from ringfence.finding import Problem, Severity
from ringfence.inventory import Inventory
from ringfence.inventory.roles import Role, RolePolicy
from ringfence.inventory.statements import Condition, Statement
from ringfence.snapshot import Gap
from ringfence.subjects.rights import rights_of
from tests.build import (
    ACCOUNT,
    REGION,
    a_listener,
    a_rule,
    an_estate,
    an_instance,
    balanced,
    public,
)

PROFILE = f"arn:aws:iam::{ACCOUNT}:instance-profile/wiki"
ANYWHERE = ("*",)


def allow(*actions: str, on: tuple[str, ...] = ANYWHERE, **fields: Any) -> Statement:
    """Give a statement that allows *actions*."""
    defaults: dict[str, Any] = {"allows": True, "actions": actions, "resources": on}
    return Statement(**(defaults | fields))


def deny(*actions: str, **fields: Any) -> Statement:
    """Give a statement that denies *actions* everywhere."""
    return allow(*actions, allows=False, **fields)


def a_role(*statements: Statement, **fields: Any) -> Role:
    """Give a role with one policy."""
    policy = RolePolicy(name="wiki", statements=statements)
    defaults: dict[str, Any] = {
        "id": f"arn:aws:iam::{ACCOUNT}:role/wiki",
        "name": "wiki",
        "profiles": (PROFILE,),
        "policies": (policy,),
    }
    return Role(**(defaults | fields))


def bounded(*statements: Statement, by: Statement) -> Role:
    """Give a role with a permissions boundary."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/bound"
    return a_role(
        *statements, boundary=RolePolicy(name="bound", arn=arn, statements=(by,))
    )


def carrying(role: Role, inventory: Inventory | None = None) -> Inventory:
    """Give *inventory* with its instance carrying *role*."""
    whole = inventory or public(a_rule(443))
    (instance,) = whole.instances
    changed = replace(instance, profile=PROFILE)
    return replace(whole, instances=(changed,), roles=(role,))


MFA = (Condition("Bool", "aws:multifactorauthpresent", ("true",)),)
ADMINISTRATOR = a_role(allow("*"))
POWER_USER = a_role(
    Statement(allows=True, not_actions=("iam:*", "sts:*"), resources=ANYWHERE)
)
NARROW = a_role(
    allow("s3:*", on=("arn:aws:s3:::wiki", "arn:aws:s3:::wiki/*")),
    allow(
        "secretsmanager:GetSecretValue", on=("arn:aws:secretsmanager:*:*:secret:w*",)
    ),
    allow("ssm:GetParameter", "ec2:Describe*"),
    allow("sts:AssumeRole", "iam:PassRole", on=(f"arn:aws:iam::{ACCOUNT}:role/w-*",)),
)

FIRES = [
    carrying(ADMINISTRATOR),
    carrying(POWER_USER),
    carrying(ADMINISTRATOR, balanced(a_listener())),
    carrying(a_role(allow("S3:Get*", on=("arn:aws:s3:::*",)))),
    carrying(a_role(allow("iam:Put*", on=(f"arn:aws:iam::{ACCOUNT}:role/*",)))),
]
QUIET = [
    carrying(NARROW),
    carrying(ADMINISTRATOR, public(a_rule(443, "10.0.0.0/8"))),
    carrying(
        ADMINISTRATOR, public(a_rule(443), instances=(an_instance(state="stopped"),))
    ),
    carrying(a_role(allow("*"), deny("*"))),
    carrying(bounded(allow("*"), by=allow("s3:GetObject", on=("arn:aws:s3:::w/*",)))),
    replace(carrying(ADMINISTRATOR), roles=()),
]


def told(role: Role) -> list[tuple[str, Severity]]:
    """Give the rights of *role* and their weight."""
    return [(one.right.does, one.severity) for one in rights_of(role, REGION)]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (ADMINISTRATOR, [("everything", Severity.CRITICAL)]),
        (a_role(allow("*:*")), [("everything", Severity.CRITICAL)]),
        (POWER_USER, [("everything but IAM", Severity.CRITICAL)]),
        (
            a_role(allow("*"), deny("iam:*")),
            [("everything but IAM", Severity.CRITICAL)],
        ),
        (
            bounded(allow("*"), by=allow("s3:Get*")),
            [("read every S3 bucket", "MEDIUM")],
        ),
        (a_role(allow("*", conditions=MFA)), [("everything", Severity.HIGH)]),
        (a_role(allow("*"), deny("*", conditions=MFA)), [("everything", "HIGH")]),
        (
            a_role(allow("iam:PassRole", conditions=MFA), allow("iam:PassRole")),
            [("pass any role on to a service", Severity.HIGH)],
        ),
        (
            a_role(allow("ssm:*", "secretsmanager:Get*")),
            [
                ("run commands on any managed instance", Severity.HIGH),
                ("read every secret of Secrets Manager", Severity.HIGH),
            ],
        ),
        (NARROW, []),
    ],
)
def test_rights_are_told_by_what_policies_say(
    role: Role, expected: list[tuple[str, Severity]]
) -> None:
    """Wildcards, exceptions, denials, boundaries and conditions all count."""
    assert expected == told(role)


@pytest.mark.parametrize(
    "action",
    [
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:AttachRolePolicy",
        "iam:PutRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:AttachUserPolicy",
        "iam:PutUserPolicy",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
    ],
)
def test_each_way_to_more_rights_is_critical(action: str) -> None:
    """One such action is enough to take the account over."""
    ((_, severity),) = told(a_role(allow(action)))

    assert Severity.CRITICAL == severity


def problem_of(inventory: Inventory) -> Problem:
    """Give the one problem that the check sees."""
    (problem,) = privileged_profile(an_estate(inventory))
    assert isinstance(problem, Problem)
    return problem


def test_names_the_rights_the_policy_and_the_way_in() -> None:
    """Whoever reads it at night knows what is at stake and what to change."""
    problem = problem_of(FIRES[0])

    assert (
        "i-1 can be reached from outside on tcp 443 and carries the role wiki, "
        "which may do everything (by wiki)."
    ) == problem.message
    assert problem.fix
    assert (
        "aws iam delete-role-policy --role-name wiki --policy-name wiki" in problem.fix
    )


def test_a_managed_policy_is_detached() -> None:
    """It is not deleted, for others may use it."""
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    policy = RolePolicy(name="AdministratorAccess", arn=arn, statements=(allow("*"),))

    fix = problem_of(carrying(a_role(policies=(policy,)))).fix

    assert fix
    assert f"aws iam detach-role-policy --role-name wiki --policy-arn {arn}" in fix


def test_conditions_that_were_not_judged_are_said() -> None:
    """Neither a pass nor the full weight."""
    may_be_denied = problem_of(carrying(a_role(allow("*"), deny("*", conditions=MFA))))
    conditional = problem_of(carrying(a_role(allow("*", conditions=MFA))))

    assert "unless a Deny whose conditions were not judged" in may_be_denied.message
    assert "under conditions that were not judged" in conditional.message


def test_denied_reads_leave_the_other_checks_their_answers() -> None:
    """The check is unknown, and the one about IMDSv1 still tells the profile."""
    inventory = carrying(ADMINISTRATOR)
    (instance,) = inventory.instances
    blind = replace(
        inventory,
        instances=(replace(instance, requires_imdsv2=False),),
        roles=(),
        read=inventory.read - {"roles"},
        gaps={"roles": (Gap("iam.get_role", "AccessDenied"),)},
    )

    report = evaluate(an_estate(blind), all_checks())

    assert {"EXP-009", "RF-001"} <= {finding.check for finding in report.findings}
    assert [("EXP-012", "could not read roles")] == [
        (unknown.check, unknown.because) for unknown in report.unknowns
    ]


def test_a_role_in_another_partition_is_judged_there() -> None:
    """ARNs begin otherwise in China."""
    role = a_role(
        allow("s3:GetObject", on=("arn:aws-cn:s3:::*",)),
        id=f"arn:aws-cn:iam::{ACCOUNT}:role/wiki",
    )

    assert ["read every S3 bucket"] == [does for does, _ in told(role)]
