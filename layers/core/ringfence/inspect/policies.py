"""Which policy is in force: the owner's newest, else the last one that was good."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from ringfence.policy import Policy, PolicyError, read_policy
from ringfence.store import FindingsTable


class Policies:
    """
    The owner's policy, in *parameter* of the Parameter Store.

    The last one that validated is kept in *table*; what this object has kept, or
    seen to be kept, it does not ask for again.
    """

    def __init__(self, ssm: Any, parameter: str, table: FindingsTable) -> None:
        self._ssm = ssm
        self._parameter = parameter
        self._table = table
        self._kept: str | None = None

    def newest(self) -> tuple[Policy, str | None]:
        """Give the newest policy; else the last good one, and why not the newest."""
        try:
            text = self._text()
            policy = read_policy(text)
        except PolicyError as error:
            return last_good(self._table), str(error)
        except ClientError as error:
            return self._unreadable(error.response["Error"]["Code"])
        except BotoCoreError as error:
            return self._unreadable(type(error).__name__)
        self._keep(text)
        return policy, None

    def _text(self) -> str:
        return str(self._ssm.get_parameter(Name=self._parameter)["Parameter"]["Value"])

    def _unreadable(self, code: str) -> tuple[Policy, str]:
        because = f"The parameter {self._parameter} is not readable: {code}"
        return last_good(self._table), because

    def _keep(self, text: str) -> None:
        if text == self._kept:
            return
        if text != self._table.last_good_policy():
            self._table.keep_policy(text)
        self._kept = text


def last_good(table: FindingsTable) -> Policy:
    """The last policy that validated; the default where there is none (any more)."""
    try:
        return read_policy(table.last_good_policy() or "")
    except PolicyError:  # good for an older version only; `newest` says what is wrong
        return Policy()
