"""``ringfence exposure``: exactly what gets in, and along which path."""

import argparse
import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ringfence.cli import outcome
from ringfence.cli.outcome import CLEAN, UNREAD, WrongInputError
from ringfence.cli.policy import read_file
from ringfence.cli.source import add_source_to, head, place_and_time, read_source
from ringfence.inventory import Inventory
from ringfence.reach import Blind, Exposure, exposure_json, sets
from ringfence.reach.obstacles import sources_in
from ringfence.reach.otherways import unread_ways
from ringfence.reach.trusted import told_apart
from ringfence.reach.unread import told_exposures, unread_needs
from ringfence.reach.why import resolve
from ringfence.render.exposures import exposure_table
from ringfence.render.plain import plain

_LAST = 65535


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "exposure",
        help="list exactly what gets in from outside, with the path",
        description="List every set of sources, protocol and ports that reaches an "
        "address, from the internet, peered VPCs, transit and VPN gateways, live or "
        "from a snapshot. Reads only. Exits with 3 where something cannot be told.",
    )
    add_source_to(parser)
    parser.add_argument(
        "--resource",
        metavar="ID",
        help="only what reaches this instance, interface or load balancer",
    )
    parser.add_argument(
        "--port", type=port, metavar="N", help="only TCP and UDP to this port"
    )
    parser.add_argument(
        "--from", dest="source", type=cidr, metavar="CIDR", help="only from there"
    )
    parser.add_argument(
        "--policy",
        type=Path,
        metavar="FILE",
        help="tell apart who is in its trusted ranges, by their names",
    )
    add_format_to(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print the rows that are asked for, and give the exit status."""
    trusted = read_file(chosen.policy).trusted if chosen.policy else {}
    inventory = read_source(chosen.snapshot, chosen.region)
    resource = chosen.resource and resource_of(inventory, chosen.resource)
    found = told_exposures(inventory)
    rows = [
        row
        for row in told_apart(inventory, found.rows, trusted)
        if resource in (None, row.resource, row.interface)
        and _is_at(row, chosen.port)
        and _is_from(row, chosen.source)
    ]
    unknown = [
        blind
        for blind in found.unknown
        if resource in (None, blind.resource, blind.interface) or blind.interface == "*"
    ]
    unread = unread_ways(inventory)
    elsewhere = [
        blind
        for blind in (*found.elsewhere, *unread)
        if resource in (None, blind.resource) or blind.interface == "*"
    ]
    if chosen.format == "json":
        told = {
            "exposures": [exposure_json(row) for row in rows],
            "unknown": [blind_json(blind) for blind in (*unknown, *elsewhere)],
        }
        outcome.print_json(head(inventory) | told)
    else:
        _print(inventory, rows, unknown, elsewhere)
    return UNREAD if unknown or unread else CLEAN


def add_format_to(parser: argparse.ArgumentParser) -> None:
    """Add the choice of a command whose answer is not a list of findings."""
    parser.add_argument(
        "--format",
        choices=("table", "json"),
        default="table",
        help="for people or for programs (default: table)",
    )


def port(text: str) -> int:
    """Read a port for argparse."""
    if not (text.isdecimal() and int(text) <= _LAST):
        raise argparse.ArgumentTypeError(f"{text!a} is not a port.")
    return int(text)


def cidr(text: str) -> str:
    """Read a CIDR or an address for argparse."""
    try:
        return str(ipaddress.ip_network(text, strict=False))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!a} is not a CIDR.") from None


def resource_of(inventory: Inventory, name: str) -> str:
    """Give the id that *name* means; a mistyped one must not pass for safe."""
    found = resolve(inventory, name)
    if found is None and not unread_needs(inventory):
        raise WrongInputError(
            f"no instance, interface or load balancer is called {name!r} in "
            f"{inventory.account} {inventory.region}."
        )
    return found or name


def blind_json(blind: Blind) -> dict[str, str]:
    """Give what cannot be told as programs read it."""
    return {
        "resource": blind.resource,
        "interface": blind.interface,
        "because": blind.because,
    } | ({"entry": blind.entry} if blind.entry else {})


def blind_lines(unknown: Sequence[Blind]) -> list[str]:
    """Say what cannot be told, for people."""
    return [
        plain(
            f"Unknown: {blind.resource}"
            + (f" {blind.interface}" if blind.interface != blind.resource else "")
            + f": {blind.because}"
        )
        for blind in unknown
    ]


def _is_at(row: Exposure, wanted: int | None) -> bool:
    if wanted is None:
        return True
    return row.ports is not None and row.ports[0] <= wanted <= row.ports[1]


def _is_from(row: Exposure, wanted: str | None) -> bool:
    if wanted is None:
        return True
    family, ranges = sets.parse(wanted)
    return family == row.family and bool(sets.intersection(ranges, sources_in(row)))


def _print(
    inventory: Inventory,
    rows: Sequence[Exposure],
    unknown: Sequence[Blind],
    elsewhere: Sequence[Blind],
) -> None:
    if rows:
        print(exposure_table(rows))
    for line in blind_lines(unknown):
        print(line)
    for way in elsewhere:
        print(plain(f"Other way in ({way.entry}): {way.resource}: {way.because}"))
    resources = {row.resource for row in rows}
    others = f"; {outcome.number(len(elsewhere), 'other way')} in" if elsewhere else ""
    print(
        f"{place_and_time(inventory)}: {outcome.number(len(rows), 'exposure')} of "
        f"{outcome.number(len(resources), 'resource')}; {len(unknown)} unknown{others}"
    )
