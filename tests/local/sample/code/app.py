"""Handlers that do what they are told, and log what they were given."""

import os
import sys
import time
from typing import Any


def log(line: str) -> None:
    """Write *line* to the function's log."""
    sys.stdout.write(f"{line}\n")


def from_queue(event: dict[str, Any], context: Any) -> Any:
    """Do as the bodies say: take, report, raise, end or hang."""
    bodies = {record["messageId"]: record["body"] for record in event["Records"]}
    role = os.environ["AWS_ACCESS_KEY_ID"][:4]
    log(f"took {sorted(bodies.values())} {os.environ['COLOUR']} {role}")
    told = set(bodies.values())
    if "raise" in told:
        raise ValueError("as told")
    if "end" in told:
        sys.stdout.flush()
        os._exit(3)
    if "hang" in told:
        time.sleep(60)
    bad = [name for name, body in bodies.items() if body == "report"]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in bad]}


def from_stream(event: dict[str, Any], context: Any) -> Any:
    """Report the first record that is named ``bad``, raise at one named ``raise``."""
    names = {
        record["dynamodb"]["SequenceNumber"]: record["dynamodb"]["Keys"]["name"]["S"]
        for record in event["Records"]
    }
    log(f"took {[name.removeprefix('told/') for name in names.values()]}")
    if "told/raise" in names.values():
        raise ValueError("as told")
    bad = [number for number, name in names.items() if name == "told/bad"]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in bad[:1]]}


def on_time(event: dict[str, Any], context: Any) -> None:
    """Fail, always."""
    log(f"due {event['at'][-1]} until {context.get_remaining_time_in_millis() > 0}")
    raise ValueError("not today")
