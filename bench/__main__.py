"""
Figures for `make bench`; nothing here passes or fails.

``python -m bench evaluate`` measures one thing alone.
"""

import sys
from collections.abc import Callable

from bench import change, evaluate, imports, probe, sweep

if __name__ == "__main__":
    measures: dict[str, Callable[[], None]] = {
        "imports": imports.main,
        "sweep": sweep.main,
        "change": change.main,
        "evaluate": evaluate.main,
        "probe": probe.main,
    }
    for name in sys.argv[1:] or measures:
        measures[name]()
        print()
