"""What judging a generated Region costs: inventory, exposures, checks."""

import json
import sys
from datetime import UTC, datetime

from bench import child, table

SIZES = (1_000, 10_000)
TAKEN_AT = datetime(2026, 5, 4, 12, tzinfo=UTC)

_STEPS = ("read", "exposures", "checks")


def main() -> None:
    figures = [child.run("-m", "bench.evaluate", str(size)) for size in SIZES]
    rows = [
        (
            f"{size:,}",
            f"{one['groups']:,}",
            f"{one['rules']:,}",
            *(f"{one[f'{step}_cpu_s']:.2f}" for step in _STEPS),
            f"{_total(one):.2f}",
            f"{one['answers_mb']:.0f}",
            f"{one['peak_mb']:.0f}",
            f"{one['findings']:,}",
        )
        for size, one in zip(SIZES, figures, strict=True)
    ]
    table.show(
        "Judging a Region (CPU seconds and MB of one process)",
        (
            *("instances", "groups", "rules", "read", "exposures", "checks", "all"),
            *("MB before", "MB peak", "findings"),
        ),
        rows,
    )
    growth = table.times(_total(figures[-1]), _total(figures[0]))
    print(f"  {table.times(SIZES[-1], SIZES[0])} the instances, {growth} the CPU")


def _total(figures: dict[str, float]) -> float:
    return sum(figures[f"{step}_cpu_s"] for step in _STEPS)


def measure(instances: int) -> dict[str, float]:
    """Judge a Region of so many *instances* in this process."""
    from bench import world  # noqa: PLC0415 - not the parent's to load
    from ringfence.estate import Estate  # noqa: PLC0415
    from ringfence.evaluate import evaluate  # noqa: PLC0415
    from ringfence.inventory.read import read  # noqa: PLC0415
    from ringfence.snapshot import Snapshot  # noqa: PLC0415

    answers = world.responses(instances)
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
    if sys.argv[1:]:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
