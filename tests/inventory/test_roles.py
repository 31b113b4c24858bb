"""Roles are read with what their policies say, and documents as IAM means them."""

from typing import Any

import pytest

from ringfence.inventory.answers import MalformedError
from ringfence.inventory.read import read
from ringfence.inventory.roles import Role, RolePolicy
from ringfence.inventory.statements import Condition, Statement, read_document
from ringfence.snapshot import Gap
from tests.inventory.estate import a_snapshot, an_inventory, pages

ACCOUNT = "arn:aws:iam::123456789012"


def test_a_role_has_its_inline_and_attached_policies_and_its_boundary() -> None:
    """The version in force of each, and the condition's values as text."""
    (role,) = an_inventory().roles

    backups = Statement(
        allows=True,
        actions=("s3:PutObject",),
        resources=("arn:aws:s3:::backups/*",),
        conditions=(Condition("Bool", "aws:securetransport", ("true",)),),
    )
    core = Statement(
        allows=True,
        actions=("ssm:GetParameter", "ssm:UpdateInstanceInformation"),
        resources=("*",),
    )
    bound = (
        Statement(allows=True, not_actions=("iam:*",), resources=("*",)),
        Statement(allows=False, actions=("*",), not_resources=("*",)),
    )
    managed = "AmazonSSMManagedInstanceCore"
    assert (
        Role(
            id=f"{ACCOUNT}:role/bitbucket",
            name="bitbucket",
            profiles=(f"{ACCOUNT}:instance-profile/bitbucket",),
            policies=(
                RolePolicy(name="backups", statements=(backups,)),
                RolePolicy(
                    name=managed,
                    arn=f"arn:aws:iam::aws:policy/{managed}",
                    statements=(core,),
                ),
            ),
            boundary=RolePolicy(
                name="bound", arn=f"{ACCOUNT}:policy/bound", statements=bound
            ),
        )
        == role
    )


@pytest.mark.parametrize(
    "gone",
    ["iam.get_instance_profile", "iam.get_role", "iam.list_role_policies"],
)
def test_a_role_that_is_gone_meanwhile_is_left_out(gone: str) -> None:
    """It gives nobody rights any more."""
    inventory = an_inventory(**{gone.replace(".", "__"): {"bitbucket": None}})

    assert () == inventory.roles
    assert "roles" in inventory.read


@pytest.mark.parametrize("gone", ["iam.get_policy_version", "iam.get_role_policy"])
def test_a_policy_that_is_gone_meanwhile_is_left_out(gone: str) -> None:
    """The others of the role are there."""
    answers = dict.fromkeys(pages()[gone])
    (role,) = an_inventory(**{gone.replace(".", "__"): answers}).roles

    assert 1 == len(role.policies)


def test_a_snapshot_without_iam_has_no_roles_and_no_gap() -> None:
    """One that was made before roles were read answers as it did."""
    older = {name: page for name, page in pages().items() if "iam.get_role" not in name}

    inventory = read(a_snapshot(older))

    assert ((), {}) == (inventory.roles, inventory.gaps)
    assert "roles" not in inventory.read


def test_a_denied_read_is_a_gap_of_roles_alone() -> None:
    """What else IAM told is read."""
    gap = Gap("iam.get_policy", "AccessDenied")
    answers = {name: page for name, page in pages().items() if name != gap.operation}

    inventory = read(a_snapshot(answers, gap))

    assert {"roles": (gap,)} == inventory.gaps
    assert "certificates" in inventory.read


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": {"Effect": "Allow", "Principal": "*"}},
        '{"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}}]}',
        {"Statement": [{"Effect": "Allow", "Principal": {"AWS": ["*"]}}]},
    ],
)
def test_a_document_is_an_object_or_text(document: Any) -> None:
    """IAM's comes as an object, other services' as text; one may stand for a list."""
    expected = (Statement(allows=True, principals=("*",)),)

    assert expected == read_document({"Policy": document}, "Policy")


@pytest.mark.parametrize("raw", [{}, {"Policy": None}, {"Policy": ""}])
def test_no_document_has_no_statements(raw: dict[str, object]) -> None:
    """A domain without a policy says so by an empty text."""
    assert () == read_document(raw, "Policy")


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{", "Policy is not JSON"),
        ([], "Policy is not a policy"),
        ({"Statement": ["x"]}, "Statement is not a list of objects"),
        ({"Statement": [{"Effect": "Maybe"}]}, "Effect is neither Allow nor Deny"),
        ({"Statement": [{"Effect": "Deny", "Action": {}}]}, "Action is not text"),
    ],
)
def test_what_is_no_policy_is_an_error(document: Any, message: str) -> None:
    """A policy that cannot be read must not pass for one that allows nothing."""
    with pytest.raises(MalformedError, match=message):
        read_document({"Policy": document}, "Policy")
