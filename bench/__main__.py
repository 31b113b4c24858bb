"""Figures for `make bench`; nothing here passes or fails."""

from bench import evaluate, imports, sweep

if __name__ == "__main__":
    for measure in (imports, sweep, evaluate):
        measure.main()
        print()
