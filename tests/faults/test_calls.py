"""
Any one call of a function fails in any way; run again, it is as if none had.

For each call in turn the function is run with that call failing, then run again
undisturbed, as its queue or stream would. The end must be that of a run without
trouble: the same findings, the same messages, and no alert twice.
"""

import itertools
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.faults.cases import (
    STATE,
    Case,
    a_change,
    a_plan,
    a_probe,
    a_publication,
    a_sweep,
)
from tests.faults.wire import FAULTS, Fault, Wire
from tests.functions.conftest import Aws

# As good as any other reads: what fails is a gap.
READS = ("ec2.DescribeSecurityGroups", "ec2.DescribeVpcs", "ec2.DescribeSubnets")
QUICK = {"throttled", "no answer though done"}


CASES = [a_plan, a_sweep, a_change, a_probe, a_publication]

# SNS has no transaction with anything: what was sent and could not be noted, or
# was done though it looked as if not, is sent again (decision 0005).
TWICE = {
    ("sns.Publish", True),
    ("dynamodb.UpdateItem", False),
}


ALL_FAULTS = [
    pytest.param(fault, marks=() if fault.name in QUICK else pytest.mark.slow)
    for fault in FAULTS
]


@pytest.mark.parametrize("fault", ALL_FAULTS, ids=str)
@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_a_call_that_fails_changes_nothing_in_the_end(
    aws: Aws, wire: Wire, make: Callable[[Aws], Case], fault: Fault
) -> None:
    """For each call that a function makes to keep, tell or send something."""
    case = make(aws)
    fails_each_call(case, wire, fault, STATE)


def fails_each_call(
    case: Case, wire: Wire, fault: Fault, only: tuple[str, ...]
) -> None:
    case.run()
    undisturbed = case.end()
    assert any(undisturbed.values())
    for number in itertools.count(1):
        case.reset()
        wire.arm(number, fault, only)
        with suppress(Exception):
            case.run()
        wire.disarm()
        if not wire.hit:
            break
        answer = case.run()
        end = case.end()
        again = (wire.hit, fault.is_done) in TWICE

        assert not answer.get("batchItemFailures"), wire.hit
        assert undisturbed == (
            end | {"mail": Counter(set(end["mail"]))} if again else end
        ), wire.hit
    assert number > 1


@pytest.mark.parametrize("fault", FAULTS[:2], ids=str)
def test_a_read_that_fails_changes_nothing_in_the_end(
    aws: Aws, wire: Wire, fault: Fault
) -> None:
    """What could not be read closes nothing, and is found when it can be."""
    fails_each_call(a_sweep(aws), wire, fault, READS)


CANCELLED: Any = {"status": 400, "code": "TransactionCanceledException"}
REFUSED = Fault(
    "refused",
    spoilt={"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": False}]},
)


@pytest.mark.parametrize(
    "reasons",
    [
        ("None", "TransactionConflict"),
        ("ConditionalCheckFailed", "TransactionConflict", "None"),
        ("ThrottlingError", "None", "TransactionConflict"),
        ("ProvisionedThroughputExceeded",),
    ],
    ids=",".join,
)
def test_a_cancelled_transaction_changes_nothing_in_the_end(
    aws: Aws, wire: Wire, reasons: tuple[str, ...]
) -> None:
    """Whatever mixture of reasons DynamoDB gives."""
    fault = Fault("cancelled", 3, **CANCELLED, reasons=reasons)
    fails_each_call(a_change(aws), wire, fault, ("dynamodb.TransactWriteItems",))


@pytest.mark.parametrize("make", [a_plan, a_sweep])
def test_a_batch_of_which_a_part_fails_is_sent_again(
    aws: Aws, wire: Wire, make: Callable[[Aws], Case]
) -> None:
    """SQS tells it in the body of a good answer."""
    fails_each_call(make(aws), wire, REFUSED, ("sqs.SendMessageBatch",))
