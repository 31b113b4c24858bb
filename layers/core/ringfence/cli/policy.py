"""``ringfence policy check``: whether a policy can be used."""

import argparse
from pathlib import Path
from typing import Any

from ringfence.cli.outcome import CLEAN, WrongInputError, number
from ringfence.policy import Policy, PolicyError, read_policy


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser("policy", help="work on a policy")
    inner = parser.add_subparsers(title="commands", metavar="", required=True)
    check = inner.add_parser(
        "check",
        help="say whether a policy can be used, and what is wrong with it",
        description="Read a policy as `ringfence scan --policy` does, and say what is "
        "wrong with it.",
    )
    check.add_argument("file", type=Path, metavar="FILE")
    check.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Say what the policy holds."""
    policy = read_file(chosen.file)
    holds = (
        number(len(policy.trusted), "trusted network"),
        number(len(policy.products), "product"),
        number(len(policy.waivers), "waiver"),
        number(len(policy.endpoints), "endpoint"),
    )
    print(f"{chosen.file} can be used: {', '.join(holds)}.")
    return CLEAN


def read_file(path: Path) -> Policy:
    """Read the policy at *path*, or say what is wrong with it."""
    try:
        return read_policy(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WrongInputError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongInputError(f"{path}: not UTF-8 text: {error.reason}") from error
    except PolicyError as error:
        raise WrongInputError(f"{path}: {error}") from error
