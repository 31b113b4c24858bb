"""``ringfence probe``: look at endpoints on the wire, and judge what they show."""

import argparse
import re
from collections.abc import Iterable, Iterator, Sequence
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
from ringfence.inventory import Inventory, pem
from ringfence.inventory.handshakes import TlsObservation
from ringfence.inventory.visits import HttpObservation
from ringfence.probe import EndpointError, Observations, anywhere, at_once, observe
from ringfence.probe.host import read_host, read_port
from ringfence.render.plain import plain

_HTTPS = 443


def add_to(commands: "argparse._SubParsersAction[Any]") -> None:
    parser = commands.add_parser(
        "probe",
        help="look at endpoints on the wire",
        description="Look at each endpoint as a visitor without credentials: in TLS, "
        "or (on port 80 and the products' own HTTP ports) in plain HTTP, with a few "
        "GETs; and judge what it shows.",
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
    roots = _read_roots(chosen.cacert)
    goals = [_named(text) for text in chosen.endpoints]
    account, region = "", ""
    if chosen.format == "asff":  # its documents belong to an account
        here = place(None)
        account, region = here.account, here.region
    taken_at = now()
    progress(f"Probing {outcome.number(len(goals), 'endpoint')} ...")
    looking = partial(
        observe,
        may_dial=anywhere,
        connect_to=chosen.connect_to,
        roots=roots,
        at=taken_at,
    )
    seen = at_once(lambda goal: looking(*goal), goals)
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


def _judge(
    seen: Sequence[Observations], account: str, region: str, taken_at: datetime
) -> Report:
    inventory = Inventory(
        account=account,
        region=region,
        taken_at=taken_at,
        read=frozenset(
            {"asked", "tls_observations", "http_observations", "stated_versions"}
        ),
        only=frozenset(item.endpoint for item in _each(seen)),
        tls_observations=tuple(one.tls for one in seen if one.tls),
        http_observations=tuple(one.http for one in seen if one.http),
    )
    return evaluate(Estate(inventory))


def _each(seen: Sequence[Observations]) -> Iterator[TlsObservation | HttpObservation]:
    return (item for one in seen for item in one if item)


def _document(item: TlsObservation | HttpObservation) -> dict[str, Any]:
    kind = "tls" if isinstance(item, TlsObservation) else "http"
    return {"kind": kind} | asdict(item, dict_factory=_plain_fields)


def _plain_fields(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Write times as ISO 8601, as JSON has none."""
    return {
        key: value.isoformat() if isinstance(value, datetime) else value
        for key, value in fields
    }


def _print(seen: Sequence[Observations], report: Report) -> None:
    """Print for people: what was seen, findings, a summary."""
    for item in _each(seen):
        print(f"{item.endpoint}  {plain(_shown(item))}")
    print()
    outcome.print_table(report)
    failed = sum(any(item and item.error for item in one) for one in seen)
    print(
        f"{outcome.number(len(seen), 'endpoint')}, {failed} of which could not be "
        f"read: {outcome.counted(report.findings)}"
    )


def _shown(item: TlsObservation | HttpObservation) -> str:
    if item.error:
        return f"not read: {item.error}"
    if isinstance(item, HttpObservation):
        return _visited(item)
    verdict = "trusted" if item.is_trusted else f"not trusted: {item.distrust}"
    ends = f"{item.not_after:%Y-%m-%d}"
    return (
        f"{item.address} {item.protocol} {item.cipher}, {item.subject} "
        f"until {ends}, {verdict}"
    )


def _visited(item: HttpObservation) -> str:
    protocol = "HTTPS" if item.is_tls else "plain HTTP"
    goal = f" to {item.location}" if item.location else ""
    told = (
        f"{item.product} {item.version}".strip(),
        item.state,
        item.notice,
        *(f"{what} not read: {why}" for what, why in item.unread.items()),
    )
    more = "".join(f", {text}" for text in told if text)
    return f"{item.address} {protocol} {item.status}{goal}{more}"


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


def _read_roots(path: Path | None) -> str:
    """Read the certificates in *path*, or say what is wrong with it."""
    if path is None:
        return ""
    try:
        text = path.read_text(encoding="ascii", errors="replace")
        pem.load_all(text)
    except ValueError as error:
        raise WrongInputError(f"{path} cannot be used: {error}.") from error
    except OSError as error:
        raise WrongInputError(f"{path}: {error.strerror}") from error
    return text
