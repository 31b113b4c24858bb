"""What judging a generated Region costs: inventory, exposures, checks."""

import json
import sys
from datetime import UTC, datetime

from bench import child, table

KINDS = ("quiet", "noisy")  # of `world.WORLDS`
SIZES = (1_000, 10_000, 50_000)
TAKEN_AT = datetime(2026, 5, 4, 12, tzinfo=UTC)

_STEPS = ("read", "exposures", "checks")


def main() -> None:
    """Print what both worlds cost at each size, in all and for one instance."""
    figures = [
        (kind, size, child.run("-m", "bench.evaluate", str(size), kind))
        for kind in KINDS
        for size in SIZES
    ]
    smallest = {kind: _total(one) for kind, size, one in figures if size == SIZES[0]}
    table.show(
        "Judging a Region (CPU seconds and MB of one process)",
        (
            *("world", "instances", "groups", "rules", "read", "exposures", "checks"),
            *("all", "µs/instance", "growth", "MB before", "MB peak", "findings"),
        ),
        [
            (
                *(kind, f"{size:,}", f"{one['groups']:,}", f"{one['rules']:,}"),
                *(f"{one[f'{step}_cpu_s']:.2f}" for step in _STEPS),
                f"{_total(one):.2f}",
                f"{_total(one) / size * 1e6:.0f}",
                table.times(_total(one) / size, smallest[kind] / SIZES[0]),
                *(f"{one['answers_mb']:.0f}", f"{one['peak_mb']:.0f}"),
                f"{one['findings']:,}",
            )
            for kind, size, one in figures
        ],
    )
    print(f"  growth is of an instance's CPU, against {SIZES[0]:,} instances")


def _total(figures: dict[str, float]) -> float:
    return sum(figures[f"{step}_cpu_s"] for step in _STEPS)


def measure(instances: int, kind: str) -> dict[str, float]:
    """Judge a Region of so many *instances* and this *kind* in this process."""
    from bench import world  # noqa: PLC0415 - not the parent's to load
    from ringfence.estate import Estate  # noqa: PLC0415
    from ringfence.evaluate import evaluate  # noqa: PLC0415
    from ringfence.inventory.read import read  # noqa: PLC0415
    from ringfence.snapshot import Snapshot  # noqa: PLC0415

    answers = world.responses(instances, kind)
    figures: dict[str, float] = {"answers_mb": child.peak_mb()}
    snapshot = Snapshot(world.ACCOUNT, world.REGION, TAKEN_AT, answers)
    with child.timed(figures, "read"):
        inventory = read(snapshot)
    estate = Estate(inventory)
    with child.timed(figures, "exposures"):
        rows = estate.exposures.rows
    with child.timed(figures, "checks"):
        report = evaluate(estate)
    return figures | {
        "peak_mb": child.peak_mb(),
        "groups": len(inventory.security_groups),
        "rules": sum(len(group.rules) for group in inventory.security_groups),
        "rows": len(rows),
        "findings": len(report.findings),
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case [instances, kind]:
            print(json.dumps(measure(int(instances), kind)))
        case _:
            main()
