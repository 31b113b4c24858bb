"""The tool that writes the generated pages."""

from pathlib import Path

import pytest

from ringfence.cli.outcome import CLEAN, FOUND
from ringfence.cli.pages import main, stale_pages


def test_writes_what_check_then_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages just written are current; before that they were not."""
    monkeypatch.chdir(tmp_path)
    before = main(["--check"])
    main([])

    assert (FOUND, CLEAN) == (before, main(["--check"]))


def test_removes_the_page_of_a_check_that_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that no check stands behind does not stay."""
    monkeypatch.chdir(tmp_path)
    orphan = tmp_path / "docs" / "checks" / "OLD-001.md"
    orphan.parent.mkdir(parents=True)
    orphan.write_text("gone")
    main([])

    assert not orphan.exists()


def test_changed_page_is_stale(tmp_path: Path) -> None:
    """A page that was edited by hand is not current."""
    (tmp_path / "recommendations.md").write_text("edited")

    assert ["recommendations.md"] == stale_pages(
        tmp_path, {"recommendations.md": "generated"}
    )
