"""Which accounts AWS Organizations knows."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from ringfence.accounts import Accounts
from ringfence.collect.organization import roster_of

OWN = "111122223333"
A, B, C, D = ("444455556666", "555566667777", "666677778888", "777788889999")
OUTER, INNER = "ou-ab12-11111111", "ou-ab12-22222222"


def account(name: str, state: str = "ACTIVE", field: str = "State") -> dict[str, str]:
    return {"Id": name, field: state}


@pytest.fixture
def organizations() -> Any:
    return boto3.client(
        "organizations",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


def roster(client: Any, *answers: Any, wanted: tuple[str, ...]) -> Any:
    with Stubber(client) as stub:
        for method, asked, answer in answers:
            if isinstance(answer, str):
                stub.add_client_error(method, answer, expected_params=asked)
            else:
                stub.add_response(method, answer, asked)
        found = roster_of(client, Accounts.of(OWN, wanted))
        stub.assert_no_pending_responses()
    return found


def test_who_lists_ids_asks_nobody(organizations: Any) -> None:
    """Ringfence need not run where Organizations answers."""
    found = roster(organizations, wanted=(B, A))

    assert ((OWN, A, B), (), "") == (found.accounts, found.inactive, found.trouble)


def test_only_active_accounts_are_swept(organizations: Any) -> None:
    """By `State`, which was `Status` once; the others are told, not passed over."""
    listed = [
        account(OWN),
        account(A),
        account(B, "SUSPENDED"),
        account(C, "ACTIVE", "Status"),
        account(D, "PENDING_CLOSURE", "Status"),
    ]
    found = roster(
        organizations,
        ("list_accounts", {}, {"Accounts": listed}),
        wanted=("organization",),
    )

    assert (OWN, A, C) == found.accounts
    assert ((B, "SUSPENDED"), (D, "PENDING_CLOSURE")) == found.inactive


def test_an_empty_page_is_not_the_last(organizations: Any) -> None:
    """Organizations may answer with no account and a token."""
    found = roster(
        organizations,
        ("list_accounts", {}, {"Accounts": [], "NextToken": "1"}),
        ("list_accounts", {"NextToken": "1"}, {"Accounts": [account(A)]}),
        wanted=("organization",),
    )

    assert (OWN, A) == found.accounts


def test_a_unit_is_walked_to_its_bottom(organizations: Any) -> None:
    """An account deep within counts; ids beside units do, too; no unit twice."""
    found = roster(
        organizations,
        (
            "list_accounts_for_parent",
            {"ParentId": OUTER},
            {"Accounts": [account(A)]},
        ),
        (
            "list_organizational_units_for_parent",
            {"ParentId": OUTER},
            {"OrganizationalUnits": [{"Id": INNER}]},
        ),
        (
            "list_accounts_for_parent",
            {"ParentId": INNER},
            {"Accounts": [account(B)]},
        ),
        (
            "list_organizational_units_for_parent",
            {"ParentId": INNER},
            {"OrganizationalUnits": [{"Id": OUTER}]},
        ),
        wanted=(OUTER, C),
    )

    assert (OWN, A, B, C) == found.accounts


def test_a_denied_list_leaves_what_is_known(organizations: Any) -> None:
    """Ringfence's own account and those listed by id are swept; the code is told."""
    answer = (
        "list_accounts_for_parent",
        {"ParentId": OUTER},
        "AccessDeniedException",
    )
    found = roster(organizations, answer, wanted=(OUTER, A))

    assert ((OWN, A), "AccessDeniedException") == (found.accounts, found.trouble)


def test_an_account_without_an_id_is_a_list_that_makes_no_sense(
    organizations: Any,
) -> None:
    """As when AWS does not tell its accounts: sweeps go on."""
    answer = {"Accounts": [{"Name": "x"}]}
    found = roster(
        organizations,
        ("list_accounts_for_parent", {"ParentId": OUTER}, answer),
        wanted=(OUTER, A),
    )

    assert ((OWN, A), "MalformedAnswer") == (found.accounts, found.trouble)
