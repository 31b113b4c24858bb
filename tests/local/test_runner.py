"""Functions run as Lambda runs them: batches, failures, retries, dead letters."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.deploy import Stack, deploy
from local.runner import Runner, UnsettledError, running
from local.server import Server, started

pytestmark = [pytest.mark.slow, pytest.mark.allow_hosts(["127.0.0.1"])]

TEMPLATE = Path(__file__).parent / "sample" / "template.yaml"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the sample deployed into it, IAM enforced."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "images.json").write_text("[]")
    with started(folder) as server:
        yield server


@pytest.fixture(scope="module")
def stack(server: Server) -> Stack:
    """The sample's stack."""
    stack = deploy(server, TEMPLATE, name="sample")
    server.enforce()
    return stack


@dataclass(frozen=True)
class Sample:
    """The running sample, and how long its functions' logs were before the test."""

    runner: Runner
    before: dict[str, int]

    def took(self, function: str) -> list[str]:
        """Give what *function* logged of its events during the test, in order."""
        log = self.runner.processes[function].log()[self.before[function] :]
        return [line for line in log if line.startswith(("took", "due"))]


@pytest.fixture(scope="module")
def runner(server: Server, stack: Stack) -> Iterator[Runner]:
    """The sample's runner; functions stay warm from test to test."""
    with running(server, stack) as runner:
        yield runner


@pytest.fixture
def sample(runner: Runner) -> Sample:
    """The running sample with empty queues."""
    dead_letters(runner)
    logs = {name: len(process.log()) for name, process in runner.processes.items()}
    return Sample(runner, logs)


def send(runner: Runner, *bodies: str) -> None:
    """Put messages into the queue."""
    sqs = runner.server.client("sqs")
    for body in bodies:
        sqs.send_message(QueueUrl=runner.stack.ids["Queue"], MessageBody=body)


def write(runner: Runner, *names: str) -> None:
    """Write items, each of which is a record of the stream."""
    dynamodb = runner.server.client("dynamodb")
    for name in names:
        item = {"name": {"S": f"told/{name}"}}
        dynamodb.put_item(TableName=runner.stack.ids["Table"], Item=item)


def dead_letters(runner: Runner) -> list[str]:
    """Take what is in the dead-letter queue."""
    sqs = runner.server.client("sqs")
    url = runner.stack.ids["DeadLetters"]
    found: list[str] = []
    while messages := sqs.receive_message(QueueUrl=url).get("Messages"):
        for message in messages:
            found.append(message["Body"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def test_a_batch_is_handed_over_whole(sample: Sample) -> None:
    """Messages come together, with the function's environment and role."""
    send(sample.runner, "a", "b")

    sample.runner.settle()

    assert ["took ['a', 'b'] green ASIA"] == sample.took("QueueFunction")
    assert [] == dead_letters(sample.runner)


def test_only_reported_messages_come_again(sample: Sample) -> None:
    """The good ones are deleted; the bad one goes to the dead letters at last."""
    send(sample.runner, "good", "report")

    sample.runner.settle()

    again = ["took ['report'] green ASIA"] * 2
    assert ["took ['good', 'report'] green ASIA", *again] == sample.took(
        "QueueFunction"
    )
    assert ["report"] == dead_letters(sample.runner)


def test_a_failure_returns_the_whole_batch(sample: Sample) -> None:
    """What stood beside the bad message shares its fate."""
    send(sample.runner, "good", "raise")

    sample.runner.settle()

    assert 3 == len(sample.took("QueueFunction"))
    assert ["good", "raise"] == sorted(dead_letters(sample.runner))


def test_a_function_that_ends_starts_anew(sample: Sample) -> None:
    """A dead process is a failed invocation; the next event finds a new one."""
    send(sample.runner, "end")
    sample.runner.settle()

    send(sample.runner, "after")
    sample.runner.settle()

    assert ["end"] == dead_letters(sample.runner)
    assert "took ['after'] green ASIA" == sample.took("QueueFunction")[-1]


def test_a_function_that_hangs_is_stopped_at_its_timeout(sample: Sample) -> None:
    """The timeout is the template's."""
    answer = sample.runner.processes["QueueFunction"].invoke(
        {"Records": [{"messageId": "1", "body": "hang"}]}
    )

    assert answer.error is not None
    assert "Task timed out after 3 seconds" == answer.error["errorMessage"]


def test_a_stream_goes_on_from_the_reported_record(sample: Sample) -> None:
    """What came before the report is done; the rest waits until the bad one is out."""
    write(sample.runner, "a", "bad", "b")

    sample.runner.settle()

    assert ["took ['a', 'bad', 'b']", *["took ['bad', 'b']"] * 3] == sample.took(
        "StreamFunction"
    )
    [notice] = [json.loads(letter) for letter in dead_letters(sample.runner)]
    assert 2 == notice["DDBStreamBatchInfo"]["batchSize"]
    assert "RetryAttemptsExhausted" == notice["requestContext"]["condition"]


def test_a_failed_batch_of_a_stream_is_halved(sample: Sample) -> None:
    """Bisecting finds the bad record, and only that one is given up."""
    write(sample.runner, "c", "d", "raise")

    sample.runner.settle()

    lines = sample.took("StreamFunction")
    assert ["took ['c', 'd', 'raise']", "took ['c']"] == lines[:2]
    [notice] = [json.loads(letter) for letter in dead_letters(sample.runner)]
    assert 1 == notice["DDBStreamBatchInfo"]["batchSize"]


def test_filtered_records_are_not_handed_over(sample: Sample) -> None:
    """The function is not even started for them."""
    dynamodb = sample.runner.server.client("dynamodb")
    table = sample.runner.stack.ids["Table"]
    dynamodb.put_item(TableName=table, Item={"name": {"S": "other/x"}})

    sample.runner.settle()

    assert 0 == sum("other" in line for line in sample.took("StreamFunction"))


def test_a_schedule_is_retried_and_then_told(sample: Sample) -> None:
    """An asynchronous call that keeps failing goes to the failure destination."""
    sample.runner.start_schedule("Schedule")

    assert ["due Z until True"] * 2 == sample.took("TimedFunction")
    [notice] = [json.loads(letter) for letter in dead_letters(sample.runner)]
    assert "not today" == notice["responsePayload"]["errorMessage"]
    assert "Z" == notice["requestPayload"]["at"][-1]


def test_what_does_not_settle_is_named(sample: Sample) -> None:
    """The error says which function is behind, and shows its log."""
    url = sample.runner.stack.ids["Queue"]
    sqs = sample.runner.server.client("sqs")
    sqs.send_message(QueueUrl=url, MessageBody="taken")
    sqs.receive_message(QueueUrl=url, VisibilityTimeout=60)  # by somebody who is slow

    with pytest.raises(UnsettledError, match="1 for QueueFunction"):
        sample.runner.settle(within_s=0.1)

    sqs.purge_queue(QueueUrl=url)


def test_logs_arrive_in_the_log_group(sample: Sample) -> None:
    """Lines are shipped under the function's role, as Lambda does."""
    send(sample.runner, "logged")

    sample.runner.settle()

    group = sample.runner.stack.functions["QueueFunction"].log_group
    events: list[dict[str, Any]] = sample.runner.server.client(
        "logs"
    ).filter_log_events(logGroupName=group)["events"]
    assert any("took ['logged']" in event["message"] for event in events)
