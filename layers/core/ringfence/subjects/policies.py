"""Whether statements of a policy are about an action on a resource."""

import fnmatch
import re
from collections.abc import Iterable
from functools import cache

from ringfence.inventory.statements import Statement


def is_about(statement: Statement, action: str, resource: str) -> bool:
    """
    Whether *statement* names *action* on *resource*, whatever its conditions.

    IAM does not tell small letters in actions from capital ones. A policy of one
    resource may leave the resource out: then it is about that one.
    """
    action = action.lower()
    if statement.actions:
        if not _any(statement.actions, action, is_action=True):
            return False
    elif _any(statement.not_actions, action, is_action=True):
        return False
    if statement.resources:
        return _any(statement.resources, resource)
    return not _any(statement.not_resources, resource)


def _any(globs: Iterable[str], name: str, *, is_action: bool = False) -> bool:
    return any(
        _pattern(glob.lower() if is_action else glob).match(name) for glob in globs
    )


@cache
def _pattern(glob: str) -> re.Pattern[str]:
    """Give IAM's ``*`` and ``?``; brackets mean themselves there."""
    return re.compile(fnmatch.translate(glob.replace("[", "[[]")))
