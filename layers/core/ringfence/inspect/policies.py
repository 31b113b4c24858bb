"""Which policy is in force: the owner's newest, else the last one that was good."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ringfence.policy import Policy, PolicyError, read_policy
from ringfence.store import FindingsTable


def newest(ssm: Any, parameter: str, table: FindingsTable) -> tuple[Policy, str | None]:
    """
    The policy in *parameter*; else the last good one, and why not the newest.

    A policy that validates is remembered in *table*.
    """
    try:
        text = str(ssm.get_parameter(Name=parameter)["Parameter"]["Value"])
        policy = read_policy(text)
    except PolicyError as error:
        return last_good(table), str(error)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return last_good(table), f"The parameter {parameter} is not readable: {code}"
    except BotoCoreError as error:
        code = type(error).__name__
        return last_good(table), f"The parameter {parameter} is not readable: {code}"
    if text != table.last_good_policy():
        table.keep_policy(text)
    return policy, None


def last_good(table: FindingsTable) -> Policy:
    """The last policy that validated; the default where there is none (any more)."""
    try:
        return read_policy(table.last_good_policy() or "")
    except PolicyError:  # good for an older version only; `newest` says what is wrong
        return Policy()
