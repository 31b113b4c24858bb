"""What a record tells in words."""

from collections.abc import Sequence
from dataclasses import dataclass

_FEW = 8


@dataclass(frozen=True, slots=True)
class Told:
    """
    Lines that say what changed, and the commands that undo it.

    *rules* are the security group rules that AWS answered with.
    """

    what: tuple[str, ...]
    undo: tuple[str, ...] = ()
    rules: frozenset[str] = frozenset()


def few(names: Sequence[str]) -> str:
    """Give the first of *names*, and how many more there are."""
    more = f" and {len(names) - _FEW} more" if len(names) > _FEW else ""
    return f"{', '.join(names[:_FEW])}{more}"
