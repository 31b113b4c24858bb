"""Planning a sweep."""

from typing import Any

import pytest
from botocore.stub import Stubber

from functions.inspect import app as inspect_app
from functions.plan import app
from ringfence.drafts import telling
from ringfence.outbox import Outbox
from ringfence.settings import SettingsError
from ringfence.transitions import decide
from tests.functions.conftest import ACCOUNT, Aws, Context, event
from tests.render.samples import CHANGE, NOON, PLACE, a_finding, a_report

MEMBER = "444455556666"


def sweeps(aws: Aws) -> list[Any]:
    """The messages that are about one place each."""
    found: list[Any] = []
    while messages := aws.messages("sweep"):
        found += messages
    return [message for message in found if message["kind"] == "sweep"]


def roster(aws: Aws) -> Any:
    """The one message that is about all accounts."""
    found: list[Any] = []
    while messages := aws.messages("sweep"):
        found += messages
    (message,) = [message for message in found if message["kind"] == "roster"]
    return message


def test_one_message_per_region(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each Region that the stack names gets a message of its own."""
    monkeypatch.setenv("REGIONS", "eu-west-1,us-east-1")
    app.handler(event("plan.scheduled"), context)

    assert [
        {
            "kind": "sweep",
            "sweep": "sweep-20261122T120000Z",
            "account": ACCOUNT,
            "region": region,
        }
        for region in ("eu-west-1", "us-east-1")
    ] == sorted(sweeps(aws), key=lambda message: message["region"])


def test_no_region_named_means_this_one(aws: Aws, context: Context) -> None:
    """An empty list of Regions is the stack's own Region."""
    app.handler(event("plan.scheduled"), context)

    assert ["eu-west-1"] == [message["region"] for message in sweeps(aws)]


def test_started_twice_is_the_same_sweep(aws: Aws, context: Context) -> None:
    """The schedule delivers at least once: the id follows from the time alone."""
    first = app.handler(event("plan.scheduled"), context)
    second = app.handler({"scheduled_at": "2026-11-22T13:00:00+01:00"}, context)

    assert first["sweep"] == second["sweep"]


def test_one_digest_when_every_region_was_read(
    aws: Aws,
    context: Context,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not before, and not again; the alarm on missing sweeps lives by the metric."""
    monkeypatch.setenv("REGIONS", "eu-west-1,us-east-1")
    app.handler(event("plan.scheduled"), context)
    told = []
    for region in ("eu-west-1", "us-east-1"):
        told.append((ended(context), len(aws.items("alert/"))))
        message = event("sweep.one_region")
        body = message["Records"][0]["body"].replace("eu-west-1", region)
        message["Records"][0]["body"] = body
        inspect_app.sweep(message, context)
    capsys.readouterr()
    told += [(ended(context), len(aws.items("alert/"))) for _ in range(2)]
    out = capsys.readouterr().out.replace(" ", "")

    assert [({}, 0), ({}, 0), ({}, 1), ({}, 1)] == told
    assert 1 == out.count('"SweepCompleted":[1.0]')
    assert [] == aws.items("harvest/")


def ended(context: Context) -> Any:
    """Ask whether the sweep is over."""
    return app.handler(event("plan.end"), context)


def test_a_sweep_that_is_started_again_asks_for_what_is_unread(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that died half-way is repeated; what was read is not read again."""
    monkeypatch.setenv("REGIONS", "eu-west-1,us-east-1")
    app.handler(event("plan.scheduled"), context)
    inspect_app.sweep(event("sweep.one_region"), context)
    aws.messages("sweep")
    app.handler(event("plan.scheduled"), context)

    assert ["us-east-1"] == [message["region"] for message in sweeps(aws)]


def test_more_regions_than_a_batch_takes(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQS takes ten messages at once; the others follow."""
    regions = [f"eu-west-{number}" for number in range(1, 10)]
    regions += [f"us-east-{number}" for number in range(1, 4)]
    monkeypatch.setenv("REGIONS", ",".join(regions))
    app.handler(event("plan.scheduled"), context)

    assert sorted(regions) == sorted(message["region"] for message in sweeps(aws))


def test_our_own_region_is_always_swept(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is global is read there, and what Ringfence says of itself stands there."""
    monkeypatch.setenv("REGIONS", "us-east-1")
    app.handler(event("plan.scheduled"), context)

    assert {"eu-west-1", "us-east-1"} == {one["region"] for one in sweeps(aws)}


def test_each_account_in_each_region(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accounts that are listed by id are swept like our own."""
    monkeypatch.setenv("REGIONS", "us-east-1")
    monkeypatch.setenv("ACCOUNTS", MEMBER)
    app.handler(event("plan.scheduled"), context)

    assert [
        (account, region)
        for account in (ACCOUNT, MEMBER)
        for region in ("eu-west-1", "us-east-1")
    ] == sorted((one["account"], one["region"]) for one in sweeps(aws))


def test_an_organisation_s_accounts_are_swept(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those that it has when the sweep starts."""
    organizations = aws.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    made = organizations.create_account(AccountName="x", Email="x@example.com")
    monkeypatch.setenv("ACCOUNTS", "organization")
    app.handler(event("plan.scheduled"), context)

    status = made["CreateAccountStatus"]
    assert {ACCOUNT, status["AccountId"]} == {one["account"] for one in sweeps(aws)}


def test_without_an_organisation_our_own_account_is_swept(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it is told that others are not."""
    monkeypatch.setenv("ACCOUNTS", "organization")
    with Stubber(aws.client("organizations")) as stub:
        stub.add_client_error("list_accounts", "AWSOrganizationsNotInUseException")
        answer = app.handler(event("plan.scheduled"), context)
    told = roster(aws)

    assert 1 == answer["places"]
    assert ("AWSOrganizationsNotInUseException", [ACCOUNT]) == (
        told["trouble"],
        told["accounts"],
    )


def test_the_roster_goes_first_and_names_all_that_are_swept(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those, too, of which the organisation says nothing today: their doors count."""
    monkeypatch.setenv("ACCOUNTS", MEMBER)
    app.handler(event("plan.scheduled"), context)
    first = aws.messages("sweep")
    while aws.messages("sweep"):
        pass
    monkeypatch.setenv("ACCOUNTS", "organization")
    with Stubber(aws.client("organizations")) as stub:
        stub.add_client_error("list_accounts", "AccessDeniedException")
        app.handler({"scheduled_at": "2026-11-22T18:00:00Z"}, context)
    told = roster(aws)

    assert "roster" == first[0]["kind"]
    assert [ACCOUNT, MEMBER] == told["accounts"]


def test_an_alert_that_was_left_unfinished_is_told(aws: Aws, context: Context) -> None:
    """Within minutes, by the look at whether a sweep is over; and once."""
    rows = decide(
        a_report(a_finding(), observed_at=NOON),
        {},
        cause=CHANGE,
        now=NOON,
        known_checks={"EXP-001"},
    )
    left, _ = telling(PLACE, rows, None, cause=CHANGE, is_last=False)
    Outbox(aws.client("dynamodb"), aws.table).transact(left)
    before = aws.items("draft/"), aws.items("alert/")
    ended(context)
    ended(context)

    assert (1, 0) == tuple(len(some) for some in before)
    assert ([], 1) == (aws.items("draft/"), len(aws.items("alert/")))


def test_a_missing_variable_is_named(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changed the template reads which variable it lost."""
    monkeypatch.delenv("SWEEP_QUEUE_URL")

    with pytest.raises(SettingsError, match="lacks SWEEP_QUEUE_URL"):
        app.handler(event("plan.scheduled"), context)
