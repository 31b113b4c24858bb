"""
An organisation of a thousand accounts, on paper: the tables of docs/scale.md.

``python -m bench.scale`` writes them, from ``place.json`` (measured by
`bench.place`), what `bench.organisation` assumes, and `bench.prices`. The same
figures give the same page; ``--check`` says whether it is up to date.
"""

import re
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from bench import prices
from bench.organisation import (
    KINDS,
    Assumed,
    Measured,
    Swept,
    measured,
    places,
    simulate,
    waits_for_tokens,
)

PAGE = Path(__file__).parent.parent / "docs" / "scale.md"
CONCURRENCIES = (2, 10, 25, 50, 200)

_AT_ONCE = 10  # calls of one sweep (ringfence.clients.CONNECTIONS)
_IMPORT_S = 0.3  # an import of findings into another Region's Security Hub, assumed
_PARTITION = 1_000  # write units a second
_ASSUMED = Assumed()

Rows = Sequence[Sequence[str]]


def page(text: str) -> str:
    """Give *text* with every table between its markers written anew."""

    def written(match: re.Match[str]) -> str:
        name = match[1]
        return f"<!-- {name} -->\n\n{TABLES[name]()}\n\n<!-- end -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end -->", written, text, flags=re.DOTALL)


def of_place() -> str:
    rows = [
        (
            one.kind,
            f"{_ASSUMED.mix[one.kind]:.0%}",
            f"{one.instances:,}",
            f"{one.groups:,}",
            f"{one.findings:,}",
            f"{sum(one.calls.values())}",
            f"{one.path_calls:.0f}",
            f"{one.quiet['cpu_s']:.2f}",
            f"{one.quiet['reads']:,}",
            f"{one.first['writes']:,}",
            f"{one.harvest_bytes / 1_024:.0f}",
            f"{one.seconds(_ASSUMED, one.quiet):.1f}",
        )
        for one in _known().values()
    ]
    return _table(
        (
            *("Region", "share", "instances", "groups", "findings", "calls"),
            *("in turn", "CPU s", "table reads", "writes, first", "part KB"),
            "s in Lambda",
        ),
        rows,
    )


def of_sweep() -> str:
    rows = []
    for concurrency in CONCURRENCIES:
        swept = _swept(concurrency, "quiet")
        first = _swept(concurrency, "first")
        rows.append(
            (
                f"{concurrency}",
                _time(swept.nearly_all_s),
                _time(swept.all_s),
                _time(first.nearly_all_s),
                f"{swept.most_a_second:.1f}",
                f"{first.most_a_second * _part_units():.0f}",
            )
        )
    return _table(
        (
            *("SweepConcurrency", "99.9 % read", "all read", "first sweep, 99.9 %"),
            *("places/s", "first sweep, write units/s of the book"),
        ),
        rows,
    )


def of_buckets() -> str:
    rows = []
    for one in _known().values():
        api, times = one.busiest
        refused = _refused(times)
        rows.append((one.kind, f"{api}", f"{times}", f"{refused}"))
    rows += [
        ("any", "one API", f"{times:,}", f"{_refused(times):,}")
        for times in (100, 150, 200, 500, 1_000)
    ]
    return _table(("Region", "called most", "calls", "without a token"), rows)


def of_imports() -> str:
    counts = _counts()
    found = sum(counts[kind] * one.findings for kind, one in _known().items())
    calls = sum(
        counts[kind] * -(-one.findings // 100) for kind, one in _known().items()
    )
    units = sum(counts[kind] * one.first["writes"] for kind, one in _known().items())
    most = max(-(-one.findings // 100) for one in _known().values())
    rows = [
        ("findings of all places", f"{found:,}"),
        ("import calls of a first sweep", f"{calls:,}"),
        ("import calls of one place, at most", f"{most} (10 a second, bursts of 30)"),
        ("time to publish, one shard of the stream", _time(calls * _IMPORT_S)),
        ("time to publish, four shards", _time(calls * _IMPORT_S / 4)),
        ("write units of a first sweep", f"{units:,}"),
        ("which cost, once", f"${prices.WRITES.of(units):.2f}"),
    ]
    return _table(("A first sweep", ""), rows)


def of_month() -> str:
    months = [_month(sweeps) for sweeps in prices.SWEEPS.values()]
    costs = [month.costs() for month in months]
    rows = [(name, *(f"{one[name]:,.2f}" for one in costs)) for name in costs[0]]
    rows.append(("**Ringfence**", *(f"**{sum(one.values()):,.2f}**" for one in costs)))
    rows.append(("calls, millions", *(f"{one.calls / 1e6:,.1f}" for one in months)))
    for name, price in (
        ("GuardDuty, which reads these calls", prices.GUARDED),
        ("a second trail that logs reads", prices.COPIES),
    ):
        rows.append((name, *(f"{price.of(one.calls):,.0f}" for one in months)))
    return _table(("$ a month", *prices.SWEEPS), rows)


def of_prices() -> str:
    rows = [
        (
            price.name,
            f"{price.dollars:.10f}".rstrip("0").rstrip("."),
            f"[AWS]({price.source})" if price.source else "from memory, not verified",
        )
        for price in prices.ALL
    ]
    return _table(("Price", "$", "Source"), rows)


def _refused(calls: int) -> int:
    return waits_for_tokens(calls, a_second=_AT_ONCE / _ASSUMED.call_s)


def _month(sweeps: int) -> prices.Month:
    return prices.Month(
        assumed=_ASSUMED,
        known=_known(),
        counts=_counts(),
        sweeps=sweeps,
        open_s=_swept(50, "quiet").all_s,
    )


def _part_units() -> float:
    """Write units that handing in one part takes in the book, in a transaction."""
    counts = _counts()
    units = sum(
        counts[kind] * 2 * -(-one.harvest_bytes // 1_024)
        for kind, one in _known().items()
    )
    return units / _ASSUMED.places + 1  # and that the place was read


@cache
def _known() -> Mapping[str, Measured]:
    return measured()


@cache
def _counts() -> Mapping[str, int]:
    counted = Counter(places(_ASSUMED))
    return {kind: counted[kind] for kind in KINDS}


@cache
def _swept(concurrency: int, which: str) -> Swept:
    seconds = {
        kind: one.seconds(_ASSUMED, one.first if which == "first" else one.quiet)
        for kind, one in _known().items()
    }
    return simulate(_ASSUMED, places(_ASSUMED), seconds, concurrency)


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 180 else f"{minutes / 60:.1f} h"  # noqa: PLR2004


def _table(head: Sequence[str], rows: Rows) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


TABLES = {
    "place": of_place,
    "sweep": of_sweep,
    "buckets": of_buckets,
    "imports": of_imports,
    "month": of_month,
    "prices": of_prices,
}


def main() -> None:
    """Write the page's tables, or with ``--check`` compare them."""
    text = PAGE.read_text(encoding="utf-8")
    new = page(text)
    if sys.argv[1:] == ["--check"]:
        sys.exit(0 if new == text else f"{PAGE.name} is not up to date")
    PAGE.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
