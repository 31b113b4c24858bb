"""The scheduled sweep, from the schedule to Security Hub and SNS."""

import pytest

from local.account import Account, finding_check
from tests.end_to_end.steps import count, rows

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]


def test_every_bad_thing_of_the_estate_is_found(account: Account) -> None:
    """What the estate says that it has is in Security Hub, active and failed."""
    assert set() == account.estate.expected - account.told()


def test_good_things_stay_quiet(account: Account) -> None:
    """No resource that is as it should be has any finding."""
    assert set() == {pair for pair in account.told() if pair[1] in account.estate.quiet}


def test_nothing_is_found_that_the_estate_does_not_have(account: Account) -> None:
    """Every finding is one that somebody put there."""
    assert set() == account.told() - account.estate.expected


def test_nothing_isolated_is_called_reachable(account: Account) -> None:
    """An open group on an instance without a way in is not an exposure."""
    checks = {check for check, name in account.told() if name == "lab-1"}

    assert set() == {check for check in checks if check.startswith("EXP-")}


def test_the_first_sweep_is_one_digest(swept: Account) -> None:
    """An old account does not send a mail for each finding."""
    swept.alerts()

    digests = [
        envelope
        for envelope in swept.received
        if envelope["MessageAttributes"]["kind"]["Value"] == "sweep"
    ]
    assert 1 == len(digests)


def test_findings_are_complete(account: Account) -> None:
    """Each says what to do, where, and by which standard's controls it is known."""
    for finding in account.active().values():
        assert finding["Remediation"]["Recommendation"]["Text"]
        assert finding["FirstObservedAt"]
        assert (
            finding["Resources"][0]["Region"]
            == account.server.client("ec2").meta.region_name
        )
        if finding_check(finding).startswith("EXP-"):
            assert finding["NetworkPath"]


def test_the_same_sweep_again_does_nothing(account: Account) -> None:
    """Nothing is written, imported or told when nothing changed."""
    before, imported = rows(account), count(account, "securityhub:BatchImportFindings")
    written = count(account, "sns:Publish")

    account.sweep()

    assert before == rows(account)
    assert imported == count(account, "securityhub:BatchImportFindings")
    assert written == count(account, "sns:Publish")
    assert [] == account.alerts()


def test_every_function_works_under_its_own_role(account: Account) -> None:
    """Functions call as nobody else, and none was refused anything."""
    rows = account.server.calls()
    roles = {
        function.role.rpartition("/")[2]
        for function in account.stack.functions.values()
    }

    callers = {row["principal"] for row in rows if row["principal"] != "administrator"}
    assert callers <= roles
    assert 6 == len(roles)


def test_nothing_was_lost(account: Account) -> None:
    """No dead-letter queue holds anything after good work."""
    queues = [name for name in account.stack.ids if name.endswith("DeadLetterQueue")]

    assert dict.fromkeys(queues, 0) == {name: account.waiting(name) for name in queues}
