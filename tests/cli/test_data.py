"""Renewing the shipped release data."""

from pathlib import Path

import pytest

from ringfence.cli.data import documents, main
from ringfence.releases import read_life_cycles, shipped_catalogue
from ringfence.releases.shipped import ADVISORIES, LIFE_CYCLES, __path__
from tests.releases.feeds import Feeds, end_of_life, exploited

KNOWN = shipped_catalogue()
SHIPPED = Path(__path__[0])


def test_the_shipped_files_are_as_the_tool_writes_them() -> None:
    """A renewal changes only the lines that are new."""
    assert documents(KNOWN) == {
        name: (SHIPPED / name).read_text() for name in (ADVISORIES, LIFE_CYCLES)
    }


def test_without_a_network_nothing_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each feed's trouble is told, and the files say what they said."""
    code = main(tmp_path, Feeds().fetch)
    printed = capsys.readouterr()

    assert 3 == code
    assert 5 == printed.err.count("HTTP 503")
    assert documents(KNOWN)[LIFE_CYCLES] == (tmp_path / LIFE_CYCLES).read_text()


def test_new_releases_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What came out since is there when the files are read again."""
    releases = KNOWN.life_cycles.products["bamboo"]
    newest = f"{releases.cycles[0].name}.99"
    feeds = Feeds(
        bamboo=end_of_life(releases, newest=newest, day="2026-11-01"),
        exploited=exploited(KNOWN, "CVE-2026-99999"),
    )
    main(tmp_path, feeds.fetch)
    fresh = read_life_cycles((tmp_path / LIFE_CYCLES).read_bytes())

    assert "2026-11-01" == str(fresh.products["bamboo"].versions[newest])
    assert "CVE-2026-99999 (Confluence Data Center) is exploited" in (
        capsys.readouterr().out
    )
