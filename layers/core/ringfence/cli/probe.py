"""``ringfence probe``: look at endpoints on the wire, and judge what they show."""

import argparse
import re
import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from ringfence.cli import outcome
from ringfence.cli.account import now, place
from ringfence.cli.outcome import WrongInputError, progress
from ringfence.estate import Estate
from ringfence.evaluate import evaluate
from ringfence.finding import Report
from ringfence.inventory import Inventory
from ringfence.inventory.records import HttpObservation, TlsObservation
from ringfence.probe import EndpointError, Observations, anywhere, observe
from ringfence.probe.host import read_host, read_port
from ringfence.render.plain import plain

_AT_ONCE = 8
_HTTPS = 443


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "probe",
        help="look at endpoints on the wire",
        description="Look at each endpoint once, in TLS or (on port 80 and the "
        "products' own HTTP ports) in plain HTTP, and judge what it shows.",
    )
    parser.add_argument(
        "endpoints", nargs="+", metavar="HOST[:PORT]", help="port 443 unless given"
    )
    parser.add_argument(
        "--connect-to",
        type=_endpoint,
        metavar="ADDRESS:PORT",
        help="dial there, and still ask for HOST",
    )
    parser.add_argument(
        "--cacert", type=Path, metavar="FILE", help="trust the roots in this file, too"
    )
    outcome.add_output_to(parser)
    parser.set_defaults(run=run)


def run(chosen: argparse.Namespace) -> int:
    """Print what was seen and the verdicts, and give the exit status."""
    _require_roots(chosen.cacert)
    goals = [_named(text) for text in chosen.endpoints]
    account, region = "", ""
    if chosen.format == "asff":  # its documents belong to an account
        here = place(None)
        account, region = here.account, here.region
    taken_at = now()
    progress(f"Probing {outcome.number(len(goals), 'endpoint')} ...")
    seen = _observe(goals, chosen)
    report = _judge(seen, account, region, taken_at)
    if chosen.format == "json":
        observed = {"observations": [_document(item) for item in _each(seen)]}
        outcome.print_json(observed | outcome.report_json(report))
    elif chosen.format == "asff":
        outcome.print_asff(report)
    else:
        _print(seen, report)
    is_whole = not any(item.error for item in _each(seen))
    return outcome.status(report, chosen.fail_on, is_whole=is_whole)


def _observe(
    goals: Sequence[tuple[str, int]], chosen: argparse.Namespace
) -> tuple[Observations, ...]:
    look = partial(
        observe,
        may_dial=anywhere,
        connect_to=chosen.connect_to,
        cafile=str(chosen.cacert) if chosen.cacert else None,
    )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(lambda goal: look(*goal), goals))


def _judge(
    seen: Sequence[Observations], account: str, region: str, taken_at: datetime
) -> Report:
    inventory = Inventory(
        account=account,
        region=region,
        taken_at=taken_at,
        read=frozenset({"asked", "tls_observations", "http_observations"}),
        only=frozenset(item.endpoint for item in _each(seen)),
        tls_observations=tuple(one.tls for one in seen if one.tls),
        http_observations=tuple(one.http for one in seen if one.http),
    )
    return evaluate(Estate(inventory))


def _each(seen: Sequence[Observations]) -> Iterator[TlsObservation | HttpObservation]:
    return (item for one in seen for item in one if item)


def _document(item: TlsObservation | HttpObservation) -> dict[str, Any]:
    kind = "tls" if isinstance(item, TlsObservation) else "http"
    return {"kind": kind} | {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in asdict(item).items()
    }


def _print(seen: Sequence[Observations], report: Report) -> None:
    """Print for people: what was seen, findings, a summary."""
    for item in _each(seen):
        print(f"{item.endpoint}  {plain(_shown(item))}")
    print()
    outcome.print_table(report)
    failed = sum(bool(item.error) for item in _each(seen))
    print(
        f"{outcome.number(len(seen), 'endpoint')}, {failed} of which could not be "
        f"read: {outcome.counted(report.findings)}"
    )


def _shown(item: TlsObservation | HttpObservation) -> str:
    if item.error:
        return f"not read: {item.error}"
    if isinstance(item, HttpObservation):
        goal = f" to {item.location}" if item.location else ""
        return f"{item.address} plain HTTP {item.status}{goal}"
    verdict = "trusted" if item.is_trusted else f"not trusted: {item.distrust}"
    ends = f"{item.not_after:%Y-%m-%d}"
    return (
        f"{item.address} {item.protocol} {item.cipher}, {item.subject} "
        f"until {ends}, {verdict}"
    )


def _named(text: str) -> tuple[str, int]:
    """Read ``HOST[:PORT]``, or say what is wrong before anything is dialled."""
    try:
        host, port = _split(text)
        read_host(host)
        read_port(port)
    except EndpointError as error:
        raise WrongInputError(str(error)) from error
    return host, port


def _endpoint(text: str) -> tuple[str, int]:
    """Read ``ADDRESS:PORT`` for argparse."""
    if not re.search("[^:]:[0-9]+$", text):
        raise argparse.ArgumentTypeError(f"{text!a} is not ADDRESS:PORT.")
    try:
        return _named(text)
    except WrongInputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _split(text: str) -> tuple[str, int]:
    """Part host and port; an IPv6 address may go without brackets and port."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]") or (":" in host and not host.endswith("]")):
        return text, _HTTPS
    if not re.fullmatch("[0-9]{1,5}", port):
        raise EndpointError(f"{text!a}: the port is not a number.")
    return host, int(port)


def _require_roots(path: Path | None) -> None:
    """Say now if *path* holds no certificates."""
    if path is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except ssl.SSLError as error:
        raise WrongInputError(f"{path} holds no certificates in PEM.") from error
    except OSError as error:
        raise WrongInputError(f"{path}: {error.strerror}") from error
