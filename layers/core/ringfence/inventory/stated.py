"""Versions that somebody states of what runs, where no look told one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedVersion:
    """
    What *source* says of the *product* on *resource*, an instance or a group.

    *instance* is one that says so. *text* is as it is written, a version or not.
    *label* is the resource's name for people. *is_public*: strangers are known to
    reach it.
    """

    resource: str
    instance: str
    label: str
    product: str
    text: str
    source: str
    is_public: bool = False
