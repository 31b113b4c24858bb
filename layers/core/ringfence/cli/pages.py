"""
``python -m ringfence.cli.pages``: write the generated pages of documentation.

A tool for a checkout, run from its top: the examples are those of the tests.
"""

import argparse
import importlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ringfence.checks import Check, all_checks
from ringfence.cli.outcome import CLEAN, FOUND
from ringfence.estate import Estate
from ringfence.evaluate import sign
from ringfence.finding import Finding, Problem
from ringfence.render.checkpage import check_page, index_page, recommendations_page


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with ``--check`` say which are not current."""
    parser = argparse.ArgumentParser(prog="python -m ringfence.cli.pages")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail if a page is stale"
    )
    chosen = parser.parse_args(arguments)
    docs = Path("docs")
    wanted = pages()
    stale = stale_pages(docs, wanted)
    if chosen.check:
        for name in stale:
            print(f"{docs / name} is not current: run `make docs`", file=sys.stderr)
        return FOUND if stale else CLEAN
    for name in stale:
        path = docs / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[name])
        else:
            path.unlink()
    return CLEAN


def pages() -> dict[str, str]:
    """Give every generated page by its path below ``docs``."""
    examples: Mapping[str, Estate] = importlib.import_module(
        "tests.checks.every"
    ).examples()
    checks = all_checks()
    found = {
        f"checks/{check.code}.md": check_page(
            check, _first(check, examples.get(check.code))
        )
        for check in checks
    }
    found["checks/README.md"] = index_page(checks)
    found["recommendations.md"] = recommendations_page(checks)
    return found


def stale_pages(docs: Path, wanted: Mapping[str, str]) -> list[str]:
    """Give the paths whose page differs, lacks, or is of no check any more."""
    there = {
        str(path.relative_to(docs)): path.read_text()
        for path in (*docs.glob("checks/*.md"), docs / "recommendations.md")
        if path.exists()
    }
    names = there.keys() | wanted.keys()
    return sorted(name for name in names if there.get(name) != wanted.get(name))


def _first(check: Check, estate: Estate | None) -> Finding | None:
    """Give the first finding of *check* on its example, if it has one."""
    if estate is None:
        return None
    return next(
        sign(check, answer, estate)
        for answer in check(estate)
        if isinstance(answer, Problem)
    )


if __name__ == "__main__":
    sys.exit(main())
