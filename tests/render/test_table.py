"""Findings as a table, and as JSON."""

import json

from ringfence.finding import Finding, Severity
from ringfence.render.document import document
from ringfence.render.links import check_page, console
from ringfence.render.table import table
from tests.render.golden_files import golden
from tests.render.samples import a_finding


def test_the_worst_comes_first_in_columns() -> None:
    """The table is sorted by severity, and its columns align."""
    low = a_finding(check="AMI-001", severity=Severity.LOW, name="日本", message="Old.")
    shown = table([low, a_finding()])

    assert golden("table.txt", shown) == shown


def test_a_hostile_name_cannot_move_the_cursor() -> None:
    """Control characters of a name are written out."""
    assert "\x1b" not in table([a_finding(name="\x1b[2J\x1b]0;x\x07")])


def test_no_findings_give_the_head_alone() -> None:
    """An empty table still says what it would show."""
    assert "SEVERITY  CHECK  RESOURCE  WHAT\n" == table([])


def test_the_document_reads_back_as_the_finding() -> None:
    """JSON holds all of a finding, and its id."""
    finding = a_finding()
    read = json.loads(json.dumps(document(finding)))

    assert finding.id == read.pop("id")
    assert finding == Finding.model_validate(read)


def test_a_check_page_is_relative_without_an_address() -> None:
    """Without a published address the page in the repository is named."""
    assert "docs/checks/EXP-001.md" == check_page("EXP-001", "")


def test_a_check_page_follows_the_address() -> None:
    """The prefix may or may not end with a slash."""
    pages = {
        check_page("EXP-001", f"https://example.com/checks{end}") for end in ("", "/")
    }

    assert {"https://example.com/checks/EXP-001.md"} == pages


def test_the_console_of_china_is_its_own() -> None:
    """Each partition has a console of its own."""
    assert console(a_finding(region="cn-north-1")).startswith(
        "https://console.amazonaws.cn/securityhub/home?region=cn-north-1#/findings"
    )
