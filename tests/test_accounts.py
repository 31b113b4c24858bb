"""Whose accounts are watched."""

from ringfence.accounts import Accounts

OWN, MEMBER, STRANGER = "111122223333", "444455556666", "999999999999"


def test_nothing_listed_is_this_account_only() -> None:
    """A message about another account is refused."""
    watched = Accounts.of(OWN, ())

    assert [True, False] == [one in watched for one in (OWN, MEMBER)]


def test_listed_accounts_are_ours_and_others_are_not() -> None:
    """By id, nobody has to be asked."""
    watched = Accounts.of(OWN, (MEMBER, OWN))

    assert [True, True, False] == [one in watched for one in (OWN, MEMBER, STRANGER)]
    assert (False, frozenset({MEMBER})) == (watched.asks_organization, watched.listed)


def test_an_organisation_s_accounts_are_known_by_their_role_alone() -> None:
    """Whether an account lets us in is then the account's own word."""
    for wanted in (("organization",), ("ou-ab12-12345678", MEMBER)):
        watched = Accounts.of(OWN, wanted)

        assert watched.asks_organization
        assert STRANGER in watched


def test_units_and_ids_are_told_apart() -> None:
    """One parameter takes both."""
    watched = Accounts.of(OWN, ("ou-ab12-22222222", MEMBER, "ou-ab12-11111111"))

    assert ("ou-ab12-11111111", "ou-ab12-22222222") == watched.units
    assert {MEMBER} == watched.listed
