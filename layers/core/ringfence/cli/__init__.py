"""The same pipeline from a terminal."""

import argparse
import os
import sys
import warnings
from collections.abc import Sequence

from ringfence import __version__
from ringfence.cli import (
    checks,
    exposure,
    policy,
    probe,
    redrive,
    scan,
    snapshot,
    whatif,
    why,
)
from ringfence.cli.outcome import UNREAD, WRONG, UnreadError, WrongInputError

_EPILOG = """\
exit status: 0 clean; 1 findings at or above --fail-on; 2 wrong use or input;
3 something could not be read, so that no findings does not mean none
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that *arguments* (the process's own, unless given) name."""
    chosen = _parser().parse_args(arguments)
    # `cryptography` says so to developers; whoever runs this cannot change it.
    warnings.filterwarnings("ignore", message="Parsed a serial number")
    try:
        code: int = chosen.run(chosen)
        sys.stdout.flush()
    except WrongInputError as error:
        print(f"ringfence: {error}", file=sys.stderr)
        return WRONG
    except UnreadError as error:
        print(f"ringfence: {error}", file=sys.stderr)
        return UNREAD
    except BrokenPipeError:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return WRONG
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ringfence",
        description="Checks of Atlassian products on AWS, and of any EC2 estate.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", metavar="", required=True)
    for command in (
        scan,
        exposure,
        why,
        whatif,
        snapshot,
        probe,
        policy,
        checks,
        redrive,
    ):
        command.add_to(commands)
    return parser
