"""
Figures for `make bench`; nothing here passes or fails.

``python -m bench evaluate`` measures one thing alone; ``--large`` adds the
size that takes minutes.
"""

import sys
from collections.abc import Callable
from functools import partial

from bench import evaluate, imports, probe, sweep

if __name__ == "__main__":
    measures: dict[str, Callable[[], None]] = {
        "imports": imports.main,
        "sweep": sweep.main,
        "probe": probe.main,
        "evaluate": partial(evaluate.main, large="--large" in sys.argv),
    }
    for name in [name for name in sys.argv[1:] if name != "--large"] or measures:
        measures[name]()
        print()
