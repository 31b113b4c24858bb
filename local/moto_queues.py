"""
Queues that do not wait: what is delayed can be received at once.

A sweep's looks are spread over a quarter of an hour, which no demo or test waits
for. When each was to be received stays to be read in moto's own message.
"""

from moto.sqs.models import Message

from local.patching import replace


def install() -> None:
    """Let nobody wait."""
    replace(Message, "delayed", False)  # noqa: FBT003 - in a property's place
