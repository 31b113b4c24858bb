"""A custom action, from Security Hub's event to the finding, and back."""

import json

import pytest

from local.account import Account
from ringfence.publish.notes import HOW_TO_ACCEPT
from tests.end_to_end.steps import open_ssh, revoke, rows, take, withdraw

pytestmark = [
    pytest.mark.slow,
    pytest.mark.allow_hosts(["127.0.0.1"]),
    pytest.mark.xdist_group("account"),
]

ACCEPT = "Accept 30 days"
RE_EVALUATE = "Re-evaluate"
REASON = "Bastion until the VPN is there, NET-42"


def an_open_finding(account: Account) -> str:
    """Give the id of a finding that nobody has said anything about."""
    return next(
        name
        for name, finding in sorted(account.active().items())
        if "/EXP-001/" in name and "Note" not in finding
    )


def test_an_acceptance_archives_its_finding_until_it_is_withdrawn(
    account: Account,
) -> None:
    """With a note that says why; the digest tells people who accepted what."""
    name = an_open_finding(account)
    account.write_note(name, REASON)

    account.choose(ACCEPT, name)

    finding = account.findings()[name]
    because = finding["ProductFields"]["ringfence/closed-because"]
    assert ("ARCHIVED", REASON) == (finding["RecordState"], finding["Note"]["Text"])
    assert because.startswith(f"accepted: {REASON} (accepted in Security Hub on ")
    assert because.endswith("(alice)")
    (alert,) = account.alerts()
    assert "somebody asked Ringfence in Security Hub" in alert["Message"]["text"]
    assert REASON in alert["Message"]["text"]

    withdraw(account, name)

    finding = account.findings()[name]
    assert ("ACTIVE", REASON) == (finding["RecordState"], finding["Note"]["Text"])
    assert 1 == len(account.alerts())


def test_without_a_note_the_finding_says_how(account: Account) -> None:
    """Nothing is accepted, and what a person writes then is left alone."""
    name = an_open_finding(account)

    account.choose(ACCEPT, name)

    note = account.findings()[name]["Note"]
    assert (HOW_TO_ACCEPT, "Ringfence") == (note["Text"], note["UpdatedBy"])
    assert name in account.active()
    account.write_note(name, "We look into it", by="bob")
    account.sweep()
    assert "bob" == account.findings()[name]["Note"]["UpdatedBy"]


def test_what_is_mended_is_seen_when_asked_for(account: Account) -> None:
    """The change was not told by any event; the person tells us to look."""
    rules = open_ssh(account)
    account.runner.settle()
    account.alerts()
    node = account.estate.ids["bitbucket-mirror-1"]
    name = f"ringfence/123456789012/eu-west-1/EXP-001/{node}/tcp-22"
    account.server.client("ec2").revoke_security_group_ingress(
        GroupId=account.estate.ids["bitbucket-mirror-group"],
        SecurityGroupRuleIds=rules,
    )
    account.runner.settle()
    assert name in account.active()

    account.choose(RE_EVALUATE, name)

    finding = account.findings()[name]
    assert ("PASSED", "RESOLVED") == (
        finding["Compliance"]["Status"],
        finding["Workflow"]["Status"],
    )


def test_an_endpoint_is_looked_at_at_once_and_no_other(account: Account) -> None:
    """Of a finding on what a probe saw, the probe looks again."""
    name = next(
        name
        for name, finding in sorted(account.findings().items())
        if finding["ProductFields"]["ringfence/resource"] == "bitbucket.example.com:443"
        and finding["RecordState"] == "ACTIVE"
    )
    process = account.runner.processes["ProbeFunction"]
    before = len(process.log())

    account.choose(RE_EVALUATE, name)

    lines = [json.loads(line) for line in process.log()[before:] if line[:1] == "{"]
    looked = [line["host"] for line in lines if line.get("message") == "probed"]
    assert ["bitbucket.example.com"] == looked


def test_a_finding_that_only_looks_like_ours_is_refused(account: Account) -> None:
    """Anybody who may import findings can make one with our name on it."""
    name = an_open_finding(account)
    hub = account.server.client("securityhub")
    forged = account.findings()[name] | {
        "Id": "ringfence/123456789012/eu-west-1/EXP-001/i-0123456789abcdef9/tcp-22"
    }
    for field in ("Note", "Workflow", "WorkflowState", "ProcessedAt", "Region"):
        forged.pop(field, None)
    del forged["ProductFields"]["aws/securityhub/FindingId"]
    hub.batch_import_findings(Findings=[forged])
    account.write_note(forged["Id"], REASON)
    before = rows(account)

    account.choose(ACCEPT, forged["Id"])

    (letter,) = take(account, "ActDeadLetterQueue")
    assert forged["Id"] in letter
    assert before == rows(account)
    hub.batch_import_findings(
        Findings=[
            forged | {"RecordState": "ARCHIVED", "UpdatedAt": "2100-01-01T00:00:00Z"}
        ]
    )


@pytest.mark.parametrize("said", ["NOTIFIED", "SUPPRESSED"])
def test_what_people_said_of_a_finding_stays(account: Account, said: str) -> None:
    """Their workflow status and note outlive its closing."""
    rules = open_ssh(account)
    account.runner.settle()
    node = account.estate.ids["bitbucket-mirror-1"]
    name = f"ringfence/123456789012/eu-west-1/EXP-001/{node}/tcp-22"
    product = account.findings()[name]["ProductArn"]
    account.server.client("securityhub").batch_update_findings(
        FindingIdentifiers=[{"Id": name, "ProductArn": product}],
        Workflow={"Status": said},
    )
    account.write_note(name, REASON)

    revoke(account, rules)
    account.runner.settle()

    finding = account.findings()[name]
    assert "PASSED" == finding["Compliance"]["Status"]
    assert (said, REASON) == (finding["Workflow"]["Status"], finding["Note"]["Text"])
    account.server.client("securityhub").batch_update_findings(
        FindingIdentifiers=[{"Id": name, "ProductArn": product}],
        Workflow={"Status": "RESOLVED"},
    )
