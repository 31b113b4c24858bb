"""
Commands that undo a change, built of what its record tells.

What a record holds was written by whoever made the call. A value that does not look
like what AWS would take is never put into a command. Quoting is not enough: the AWS
CLI takes ``file://…`` for a file to be read, and ``-…`` for an option.
"""

import re
import shlex
from collections.abc import Mapping

from ringfence.changes.record import Record

_VALUE = re.compile(r"[A-Za-z0-9/:][\w.:/@=+,*-]{0,2047}", re.ASCII)

Options = Mapping[str, str | tuple[str, ...]]


def command(record: Record, verb: str, options: Options) -> tuple[str, ...]:
    """
    Give ``aws <verb> --region … <options>``, the Region being the record's.

    Nothing where a value is missing or strange. An option without values is a flag.
    """
    parts = ["aws", *verb.split(), "--region", record.region]
    for option, given in options.items():
        values = (given,) if isinstance(given, str) else given
        if not all(map(is_plain, values)):
            return ()
        parts += [f"--{option}", *map(shlex.quote, values)]
    return (" ".join(parts),)


def is_plain(value: str) -> bool:
    """Whether *value* can be an id, a name, a number or a range of AWS's."""
    return bool(_VALUE.fullmatch(value)) and "://" not in value
