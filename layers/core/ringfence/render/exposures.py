"""Exposures and answers about them, for a terminal."""

from collections.abc import Iterable, Iterator

from ringfence.reach import Exposure
from ringfence.reach.outside import INTERNET
from ringfence.reach.why import Answer, Verdict
from ringfence.render.columns import columns
from ringfence.render.plain import clipped, plain
from ringfence.render.resources import short

_HEAD = ("RESOURCE", "ADDRESS", "PROTOCOL", "PORTS", "FROM", "ENTRY", "REPLIES")
_WIDEST = 48
_SHOWN = 3


def exposure_table(rows: Iterable[Exposure]) -> str:
    """Give *rows* as lines, in the order of resource, address and port."""
    ordered = sorted(rows, key=_order)
    return columns((_HEAD, *map(_cells, ordered)))


def exposure_line(row: Exposure) -> str:
    """Give one row in words, without its path."""
    ports = f" {ports_text(row)}" if row.ports or row.icmp else ""
    session = "" if row.session == "both" else ", no replies"
    gate = f", behind {row.authenticated_by}" if row.authenticated_by else ""
    return plain(
        f"{row.resource} {row.address} {row.protocol}{ports} "
        f"from {sources_text(row)}{session}{gate}"
    )


def path_line(row: Exposure) -> str:
    """Give the path, each hop with the rule that lets through."""
    return plain(
        " → ".join(
            f"{hop.id} {hop.rule}" if hop.rule else hop.id for hop in row.path if hop.id
        )
    )


def answer_lines(answer: Answer) -> Iterator[str]:
    """Say what becomes of packets to one address, and why."""
    is_any = answer.interface == answer.through  # whichever of its nodes
    where = f"{answer.address} {'' if is_any else answer.interface}".strip()
    if answer.through:
        where += f", through {short(answer.through)}"
    yield f"{answer.verdict.value.upper():9}  {plain(where)}"
    for row in answer.rows:
        inspected = f", inspected by {row.inspected_by}" if row.inspected_by else ""
        yield f"  {plain(exposure_line(row) + inspected)}"
        yield f"    {path_line(row)}"
    if answer.obstacle:
        obstacle = answer.obstacle
        word = "replies: " if answer.verdict is Verdict.ONE_WAY else ""
        told = plain(f"{obstacle.component}: {obstacle.because}")
        yield f"  {word}{obstacle.code}  {told}"
    if answer.beyond:
        told = plain(f"{answer.beyond.component}: {answer.beyond.because}")
        yield f"  no target gets them: {answer.beyond.code}  {told}"
    if answer.because:
        yield f"  {plain(answer.because)}"


def ports_text(row: Exposure) -> str:
    """Give the ports, or ICMP's type and code, as people write them."""
    if row.icmp:
        kind, code = row.icmp
        if kind < 0:
            return "all"
        return f"type {kind}" if code < 0 else f"type {kind} code {code}"
    if row.ports is None:
        return "-"
    low, high = row.ports
    if (low, high) == (0, 65535):
        return "all"
    return str(low) if low == high else f"{low}-{high}"


def sources_text(row: Exposure) -> str:
    """Give who it is, if not the internet: the first sources and how many more."""
    more = len(row.sources) - _SHOWN
    shown = ", ".join(row.sources[:_SHOWN])
    if more > 0:
        shown += f" and {more} more"
    return shown if row.source == INTERNET else f"{row.source} ({shown})"


def _cells(row: Exposure) -> tuple[str, ...]:
    told = (
        clipped(plain(row.resource), _WIDEST),
        row.address,
        row.protocol,
        ports_text(row),
        sources_text(row),
        f"{row.entry}, authenticated" if row.authenticated_by else row.entry,
        "yes" if row.session == "both" else "no",
    )
    return tuple(map(plain, told))


def _order(row: Exposure) -> tuple[object, ...]:
    return (
        row.resource,
        row.interface,
        row.address,
        row.protocol,
        row.ports or (-1, -1),
        row.icmp or (-1, -1),
        row.source != INTERNET,
        row.source,
        row.sources,
    )
