"""Where a command's inventory comes from: the live account or a snapshot."""

import argparse
from pathlib import Path
from typing import Any

from ringfence.cli.account import read_live
from ringfence.cli.outcome import WrongInputError
from ringfence.collect.folder import load
from ringfence.inventory import Inventory
from ringfence.inventory.read import read, read_on
from ringfence.snapshot import SnapshotError


def add_source_to(parser: argparse.ArgumentParser) -> None:
    """Add the choice between the live account and a snapshot."""
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--region", help="the Region to read (default: AWS_REGION)")
    source.add_argument(
        "--snapshot", type=Path, metavar="DIR", help="judge this snapshot, not AWS"
    )


def read_source(directory: Path | None, region: str | None) -> Inventory:
    """Read the snapshot in *directory*, or if there is none, AWS."""
    if directory is None:
        return read_on(read_live(region))
    try:
        snapshot = load(directory)
    except SnapshotError as error:
        raise WrongInputError(str(error)) from error
    try:
        return read(snapshot)
    except SnapshotError as error:
        raise WrongInputError(f"{directory}: {error}") from error


def head(inventory: Inventory) -> dict[str, Any]:
    """Give place and time as every document begins."""
    return {
        "account": inventory.account,
        "region": inventory.region,
        "taken_at": inventory.taken_at.isoformat(),
    }


def place_and_time(inventory: Inventory) -> str:
    """Give place and time as every summary begins."""
    time = inventory.taken_at.isoformat(timespec="seconds")
    return f"{inventory.account} {inventory.region} at {time}"
