"""Calls overlap, wait for what they need, and stop when they are useless."""

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Event, Lock
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ringfence.collect.operation import Operation
from ringfence.collect.run import run
from ringfence.snapshot import MALFORMED, Gap
from tests.collect.aws import RecordedAws


class FakeClient:
    """Answers each method with a function of its parameters."""

    def __init__(self, **methods: Callable[..., Any]) -> None:
        for name, method in methods.items():
            setattr(self, name, method)


def _denied(**_asked: Any) -> Any:
    raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "Op")


def test_operations_are_asked_at_the_same_time() -> None:
    """Each answers only when the other is being asked."""
    together = Barrier(2, timeout=10)

    def answer() -> dict[str, list[str]]:
        together.wait()
        return {"Items": []}

    one = Operation(name="x.one", key="Items")
    two = Operation(name="x.two", key="Items")

    responses, gaps = run([one, two], {"x": FakeClient(one=answer, two=answer)}, None)

    assert ({"x.one", "x.two"}, ()) == (set(responses), gaps)


def test_a_failure_stops_the_calls_that_have_not_begun() -> None:
    """One gap makes the part unread: asking on would only cost calls."""
    asked: list[str] = []

    def answer(Id: str) -> Any:  # noqa: N803 - AWS's own spelling
        asked.append(Id)
        if Id == "0":
            return _denied()
        Event().wait(0.05)  # AWS takes its time
        return {"Items": []}

    many = Operation(
        name="x.many",
        key="Items",
        per="Id",
        requests=lambda _responses, _vpcs: [{"Id": str(n)} for n in range(500)],
    )

    responses, gaps = run([many], {"x": FakeClient(many=answer)}, None)

    assert ({}, (Gap("x.many", "AccessDenied", "no", "0"),)) == (responses, gaps)
    assert len(asked) < 500


def test_an_error_of_ours_is_not_a_gap() -> None:
    """A bug must be seen, not reported as AWS's refusal."""

    def answer() -> Any:
        raise KeyError("Items")

    with pytest.raises(KeyError):
        run(
            [Operation(name="x.one", key="Items")],
            {"x": FakeClient(one=answer)},
            None,
        )


def crashes(*_: Any) -> Any:
    raise KeyError("secret")


ONE = Operation(name="x.one", key="Items", page=5)
NEXT = Operation(name="x.two", key="Items")


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        (ONE, {"Things": []}),
        (ONE, {"Items": None}),
        (replace(ONE, within="List"), {"List": []}),
        (replace(ONE, wanted=crashes), {"Items": [{}]}),
        (replace(ONE, page=None, reduced=crashes), {"Items": [{}]}),
        (replace(ONE, page=None), {"Things": []}),
        (replace(ONE, page=None, is_one=True), {"Things": []}),
        (replace(ONE, page=None, keep=crashes), {"Items": [{}]}),
    ],
)
def test_an_answer_that_makes_no_sense_is_a_gap(
    operation: Operation, answer: dict[str, Any]
) -> None:
    """Of its operation alone; what it says is not repeated."""
    client = FakeClient(one=lambda: answer, two=lambda: {"Items": [1]})
    client.can_paginate = lambda _: True  # type: ignore[attr-defined]
    client.get_paginator = lambda _: FakeClient(  # type: ignore[attr-defined]
        paginate=lambda **_: iter([answer])
    )
    vpcs = frozenset({"vpc-1"})

    responses, [gap] = run([operation, NEXT], {"x": client}, vpcs)

    assert ["x.two"] == list(responses)
    assert ("x.one", MALFORMED) == (gap.operation, gap.code)
    assert gap.message.startswith("crashed: ")
    assert "secret" not in gap.message


def test_what_cannot_be_asked_for_because_of_an_answer_is_a_gap() -> None:
    """It says whose answer it was."""
    two = Operation(name="x.two", key="Items", needs=("x.one",), requests=crashes)
    last = Operation(name="x.last", key="Items", needs=("x.two",))
    client = FakeClient(one=lambda: {"Items": [None]})

    responses, gaps = run(
        [Operation(name="x.one", key="Items"), two, last], {"x": client}, None
    )

    assert {"x.one": {"Items": [None]}} == responses
    assert [("x.two", MALFORMED), ("x.last", "DependsOn")] == [
        (gap.operation, gap.code) for gap in gaps
    ]
    assert gaps[0].message.startswith("what x.one answered: crashed: KeyError")


def test_nothing_to_ask_for_is_an_empty_answer() -> None:
    """An operation asked per resource, where there is no resource."""
    none = Operation(
        name="x.none", key="Items", per="Id", requests=lambda _responses, _vpcs: ()
    )
    after = Operation(
        name="x.after",
        key="Items",
        needs=("x.none",),
        requests=lambda _responses, _vpcs: (),
    )

    assert ({"x.none": {}, "x.after": {"Items": []}}, ()) == run(
        [none, after], {"x": FakeClient()}, None
    )


def test_what_comes_after_waits_and_does_without() -> None:
    """Unlike a need, it may fail, or not be asked for at all."""
    seen: list[set[str]] = []

    def requests(responses: Any, _vpcs: Any) -> Any:
        seen.append(set(responses))
        return ()

    first, denied = (Operation(name=f"x.{name}", key="Items") for name in "ab")
    last = Operation(
        name="x.last",
        key="Items",
        after=("x.a", "x.b", "x.not_asked"),
        requests=requests,
    )
    client = FakeClient(a=lambda: {"Items": []}, b=_denied)

    responses, gaps = run([last, first, denied], {"x": client}, None)

    assert [{"x.a"}] == seen
    assert {"x.a", "x.last"} == responses.keys()
    assert ["x.b"] == [gap.operation for gap in gaps]


def test_a_wish_that_the_model_does_not_know_is_not_sent() -> None:
    """The runtime's own boto3 may be older than the parameter."""
    aws = RecordedAws()
    operation = Operation(
        name="ec2.describe_addresses",
        key="Addresses",
        wishes={"DryRun": False, "FromTheFuture": True},
    )

    run([operation], {"ec2": aws.session().client("ec2")}, None)

    assert [{"DryRun": False}] == aws.asked("ec2.describe_addresses")


@pytest.mark.parametrize("how", ["is_rare", "is_worldwide"])
def test_what_aws_takes_few_of_is_asked_one_by_one(how: str) -> None:
    """Ten at once would only be refused, and take others' share."""
    busy = Lock()

    def answer(Id: str) -> Any:  # noqa: N803 - AWS's own spelling
        assert busy.acquire(blocking=False), f"{Id} came while another was asked"
        Event().wait(0.01)  # AWS takes its time
        busy.release()
        return {"Items": []}

    flags: dict[str, Any] = {how: True}
    some = Operation(
        name="x.some",
        key="Items",
        per="Id",
        requests=lambda _responses, _vpcs: [{"Id": str(n)} for n in range(5)],
        **flags,
    )

    responses, gaps = run([some], {"x": FakeClient(some=answer)}, None)

    assert (set("01234"), ()) == (set(responses["x.some"]), gaps)
