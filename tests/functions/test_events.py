"""Every file in events/ is fed to the function in its name."""

from collections.abc import Callable
from typing import Any

import pytest

from functions.inspect import app as inspect_app
from functions.plan import app as plan_app
from functions.probe import app as probe_app
from functions.publish import app as publish_app
from ringfence.messages import MessageError
from tests.functions.conftest import EVENTS, Aws, Context, event

FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "plan": plan_app.handler,
    "sweep": inspect_app.sweep,
    "change": inspect_app.change,
    "probe": probe_app.handler,
    "publish": publish_app.handler,
}

# What goes back to its queue, by the number of the message; or the error's text.
EXPECTED: dict[str, tuple[int, ...] | str] = {
    "plan.scheduled": (),
    "plan.end": (),
    "plan.unknown_kind": "kind: Input should be 'end'",
    "plan.no_time": "scheduled_at: Field required",
    "plan.no_time_zone": "scheduled_at: Input should have timezone info",
    "sweep.one_region": (),
    "sweep.not_json": (1,),
    "sweep.no_region": (1,),
    "sweep.foreign_account": (1,),
    "sweep.no_queue_event": "Records: Field required",
    "change.ingress_not_shown_yet": (1,),
    "change.ingress_never_shown": (),
    "change.ingress_doubled": (1, 2),
    "change.omitted_parameters": (),
    "change.failed_call": (),
    "change.heartbeat": (),
    "change.not_json": (1,),
    "change.no_detail": (1,),
    "change.no_event_name": (1,),
    "change.foreign_account": (1,),
    "change.good_and_garbage": (1,),
    "change.no_queue_event": "Records: Field required",
    "probe.refused_address": (),
    "probe.no_host_name": (),
    "probe.no_port": (1,),
    "probe.foreign_account": (1,),
    "publish.opened_finding": (),
    "publish.alert": (),
    "publish.unreadable_image": (),
    "publish.no_image": (),
    "publish.no_stream_event": "Records: Field required",
}

# What the log says of a message that goes back, and never more of it than that.
WHY = {
    "sweep.not_json": "message: Invalid JSON: expected value at line 1 column 1",
    "sweep.no_region": "region: Field required",
    "sweep.foreign_account": "account: not one that is watched",
    "change.not_json": "not JSON: Expecting value: line 1 column 1 (char 0)",
    "change.no_detail": "not an EventBridge event: 'detail' is missing or no object",
    "change.no_event_name": ("not a CloudTrail record: detail.eventName (missing)"),
    "change.good_and_garbage": "not JSON: Expecting value: line 1 column 1 (char 0)",
    "change.foreign_account": "detail.recipientAccountId: not one that is watched",
    "probe.no_port": "port: Field required",
    "probe.foreign_account": "account: not one that is watched",
}


def feed(name: str, context: Context) -> Any:
    return FUNCTIONS[name.partition(".")[0]](event(name), context)


def test_every_file_has_an_expectation() -> None:
    """An event without an expected answer tests nothing."""
    files = {path.stem for path in EVENTS.glob("*.json")}

    assert set(EXPECTED) == files


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_each_event_is_answered_as_expected(
    name: str, aws: Aws, context: Context, caplog: pytest.LogCaptureFixture
) -> None:
    """Good messages go; unreadable and early ones return, with the field at fault."""
    expected = EXPECTED[name]
    if isinstance(expected, str):
        with pytest.raises(MessageError) as error:
            feed(name, context)

        assert expected in str(error.value)
        return
    answer = feed(name, context)
    failed = [item["itemIdentifier"] for item in answer.get("batchItemFailures", [])]
    told = [vars(line).get("why") for line in caplog.records]

    assert [int(item[:8]) for item in failed] == list(expected)
    assert ([WHY[name]] if name in WHY else []) == [why for why in told if why]
