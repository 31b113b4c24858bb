"""``ringfence snapshot``: keep what AWS answers, to be judged later or elsewhere."""

import argparse
from pathlib import Path
from typing import Any

from ringfence.cli.account import read_live
from ringfence.cli.outcome import CLEAN, UNREAD, WrongInputError
from ringfence.collect.folder import write
from ringfence.render.plain import plain


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "snapshot",
        help="write what AWS answers into a folder",
        description="Read one account and Region, and write AWS's answers into a "
        "folder that `ringfence scan --snapshot` judges.",
    )
    parser.add_argument(
        "-o", "--output", type=Path, metavar="DIR", required=True, help="the folder"
    )
    parser.add_argument("--region", help="the Region to read (default: AWS_REGION)")
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Write the snapshot, and say what could not be read."""
    if chosen.output.exists() and not chosen.output.is_dir():
        raise WrongInputError(f"{chosen.output} is not a folder.")
    taken = read_live(chosen.region)
    try:
        write(taken, chosen.output)
    except OSError as error:
        raise WrongInputError(f"{chosen.output}: {error.strerror}") from error
    for gap in taken.gaps:
        print(plain(f"Not read: {gap.operation}: {gap.code} {gap.message}"))
    print(
        f"{taken.account} {taken.region}: {len(taken.responses)} operations "
        f"written to {chosen.output}, {len(taken.gaps)} not read"
    )
    return UNREAD if taken.gaps else CLEAN
