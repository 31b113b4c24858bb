"""Planning a sweep."""

from typing import Any

import pytest

from functions.inspect import app as inspect_app
from functions.plan import app
from ringfence.settings import SettingsError
from tests.functions.conftest import ACCOUNT, Aws, Context, event


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
    ] == sorted(aws.messages("sweep"), key=lambda message: message["region"])


def test_no_region_named_means_this_one(aws: Aws, context: Context) -> None:
    """An empty list of Regions is the stack's own Region."""
    app.handler(event("plan.scheduled"), context)

    assert ["eu-west-1"] == [message["region"] for message in aws.messages("sweep")]


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
    assert [] == aws.items("part/")


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

    assert ["us-east-1"] == [message["region"] for message in aws.messages("sweep")]


def test_more_regions_than_a_batch_takes(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQS takes ten messages at once; the others follow."""
    regions = [f"eu-west-{number}" for number in range(1, 10)]
    regions += [f"us-east-{number}" for number in range(1, 4)]
    monkeypatch.setenv("REGIONS", ",".join(regions))
    app.handler(event("plan.scheduled"), context)
    got = [*aws.messages("sweep"), *aws.messages("sweep")]

    assert sorted(regions) == sorted(message["region"] for message in got)


def test_a_missing_variable_is_named(
    aws: Aws, context: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changed the template reads which variable it lost."""
    monkeypatch.delenv("SWEEP_QUEUE_URL")

    with pytest.raises(SettingsError, match="lacks SWEEP_QUEUE_URL"):
        app.handler(event("plan.scheduled"), context)
