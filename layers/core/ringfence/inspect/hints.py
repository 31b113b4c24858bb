"""Messages about changes: which can be read, and which are to come again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ringfence.accounts import Accounts
from ringfence.changes import Change, ChangeError, read_change
from ringfence.messages import MessageError, QueueMessage

# AWS mostly shows a change within seconds; what it does not is asked for more and
# more seldom. After the last of these it is judged as it is.
AGAIN_AFTER_S = (5, 20, 60)
PATIENCE = len(AGAIN_AFTER_S) + 1  # receipts


def again_after_s(received: int) -> int:
    """How long a message waits that was received so often and comes again."""
    return AGAIN_AFTER_S[min(received, len(AGAIN_AFTER_S)) - 1]


@dataclass(frozen=True, slots=True)
class Hint:
    """A change, and the message that told of it."""

    change: Change
    message: QueueMessage

    @property
    def received(self) -> int:
        """How often the message was received, this time included."""
        return self.message.attributes.received


def read_hints(
    messages: Iterable[QueueMessage], accounts: Accounts
) -> tuple[list[Hint], dict[QueueMessage, str]]:
    """
    Read what *messages* tell of *accounts*; also give what is unreadable, and why.

    A call that failed changed nothing: its message is neither.
    """
    hints: list[Hint] = []
    unread: dict[QueueMessage, str] = {}
    for message in messages:
        try:
            change = _read(message.body, accounts)
        except (MessageError, ChangeError) as error:
            unread[message] = str(error)
        else:
            if change:
                hints.append(Hint(change, message))
    return hints, unread


def _read(body: str, accounts: Accounts) -> Change | None:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from None
    change = read_change(event)
    if change and change.account not in accounts:
        raise MessageError("detail.recipientAccountId: not one that is watched")
    return change
