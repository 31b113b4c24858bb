"""Messages about changes: which can be read, and which are to come again."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from ringfence.accounts import Accounts
from ringfence.changes import Change, ChangeError, PlacedChange, read_change
from ringfence.messages import MessageError, QueueMessage, read_json

# AWS mostly shows a change within seconds; what it does not is asked for more and
# more seldom. After the last of these it is judged as it is.
AGAIN_AFTER_S = (5, 20, 60)
PATIENCE = len(AGAIN_AFTER_S) + 1  # receipts


def again_after_s(received: int) -> int:
    """How long a message waits that was received so often and comes again."""
    return AGAIN_AFTER_S[min(received, len(AGAIN_AFTER_S)) - 1]


@dataclass(frozen=True, slots=True)
class Hint:
    """
    A change, and the message that told of it.

    It *is_placed* where it was sent to be judged in its Region, see `PlacedChange`.
    """

    change: Change
    message: QueueMessage
    is_placed: bool = False

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
            change, is_placed = _read(message.body, accounts)
        except (MessageError, ChangeError) as error:
            unread[message] = str(error)
        else:
            if change:
                hints.append(Hint(change, message, is_placed))
    return hints, unread


def _read(body: str, accounts: Accounts) -> tuple[Change | None, bool]:
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageError(f"not JSON: {error}") from None
    is_placed = isinstance(event, dict) and event.get("kind") == "placed"
    change = read_json(PlacedChange, body).change if is_placed else read_change(event)
    if change and change.account not in accounts:
        raise MessageError("detail.recipientAccountId: not one that is watched")
    return change, is_placed
