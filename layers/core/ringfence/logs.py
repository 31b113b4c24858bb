"""The functions' log: one JSON object per line, in ASCII alone."""

import json
from functools import partial

from aws_lambda_powertools import Logger


def ascii_logger() -> Logger:
    """
    Make a function's logger.

    Powertools leaves what is not ASCII as it is. A log is read on terminals, too,
    which obey some of it, and texts from outside can hide in the rest.
    """
    return Logger(
        json_serializer=partial(json.dumps, default=str, separators=(",", ":"))
    )
