"""Nothing that others name or write can act, hide or forge where it is shown."""

import json
from typing import Any

import pytest
from hypothesis import given, settings

from ringfence.alerts import Alert
from ringfence.changes import Cause
from ringfence.finding import Finding
from ringfence.reach.exposure import Exposure, Hop
from ringfence.render.asff import asff
from ringfence.render.document import document
from ringfence.render.exposures import exposure_line, exposure_table, path_line
from ringfence.render.table import table
from ringfence.render.text import SUBJECT, subject, text
from ringfence.transitions import Transition
from tests.render.asff_rules import faults
from tests.render.hostile import TEXTS, VALUES, hidden, strings
from tests.render.samples import (
    CHANGE,
    SWEEP,
    a_closed_row,
    a_finding,
    a_row,
    an_alert,
    an_exposure,
)


def a_hostile_finding(value: str) -> Finding:
    """*value* wherever somebody else chooses the words."""
    exposure = an_exposure(address=f"x{value}", sources=[value], resource=value)
    exposure["path"] = [{"id": f"x{value}", "type": f"x{value}", "rule": value}]
    return a_finding(
        resource=f"x{value}",
        discriminator=value,
        title=f"{value} is reachable",
        message=f"{value}: can be reached",
        fix=f"aws ec2 x --name {value}\n{value}",
        name=value,
        product=value[:100],  # a key of the owner's policy
        vpc=value,
        tags={value: value, "team": value},
        evidence={
            "exposures": [exposure],
            "names": [value],
            "subject": value,
            "image": value,
            value: value,
        },
    )


def a_hostile_cause(value: str) -> Cause:
    """*value* wherever the record of a change tells it."""
    (change,) = CHANGE.changes
    told = change.model_copy(
        update={
            "who": value,
            "source_ip": value,
            "agent": value,
            "is_console": False,
            "what": (value,),
            "undo": (f"aws x {value}",),
            "event_name": value,
        }
    )
    return CHANGE.model_copy(update={"changes": (told,)})


def alerts(value: str) -> list[Alert]:
    """Of a change, of a sweep, and of what closed because of *value*."""
    finding = a_hostile_finding(value)
    cause = a_hostile_cause(value)
    closed = a_closed_row(finding, closed_because=f"accepted: {value} ({value})")
    return [
        an_alert(a_row(finding, cause=cause), cause=cause),
        an_alert(a_row(finding), cause=SWEEP),
        an_alert(closed, cause=cause),
        an_alert(closed, cause=SWEEP),
    ]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_each_known_trick_is_neutralised(value: str) -> None:
    """The list is of tricks that worked on somebody."""
    _nothing_acts(value)


@settings(deadline=None)  # ten thousand characters in every field take a while
@given(TEXTS)
def test_any_text_is_neutralised(value: str) -> None:
    """And so is what nobody has thought of."""
    _nothing_acts(value)


def _nothing_acts(value: str) -> None:
    for alert in alerts(value):
        _is_a_subject(subject(alert))
        _is_plain(text(alert), lines=60)
    for row in (
        a_row(a_hostile_finding(value), cause=a_hostile_cause(value)),
        a_closed_row(a_hostile_finding(value), closed_because=value or "x"),
    ):
        _is_sound(asff(row))
    _is_plain(table([a_hostile_finding(value)]), lines=2)
    told = json.dumps(document(a_hostile_finding(value)))
    assert told.isascii()
    assert told.isprintable()


def _is_a_subject(line: str) -> None:
    assert 0 < len(line) <= SUBJECT < 100
    assert line.isascii()
    assert line.isprintable()
    assert line.startswith("Ringfence: ")


def _is_plain(shown: str, *, lines: int) -> None:
    assert set() == hidden(shown, besides="\n")
    assert shown.count("\n") <= lines
    assert max(map(len, shown.split("\n"))) <= 9_000  # the longest link
    assert shown.encode()


def _is_sound(finding: dict[str, Any]) -> None:
    assert [] == faults(finding)
    assert set() == {char for one in strings(finding) for char in hidden(one)}
    assert json.loads(json.dumps(finding)) == finding


@settings(deadline=None)
@given(TEXTS)
def test_a_label_of_ours_begins_every_line(value: str) -> None:
    """No value can begin a line and look like our own Who, What or Undo."""
    labels = "CRITICAL CLOSED 1 Who What Opens Path Why Undo Fix Rule Finding All"
    ours = (*labels.split(), "        ")
    for alert in alerts(value):
        for line in filter(None, text(alert).split("\n")):
            assert line.startswith(ours)


@settings(deadline=None)
@given(TEXTS)
def test_tables_of_exposures_stay_tables(value: str) -> None:
    """One row is one line, whatever a resource is called."""
    row = an_exposed(value)

    assert 2 == exposure_table([row]).count("\n")
    for shown in (exposure_table([row]), exposure_line(row), path_line(row)):
        assert set() == hidden(shown, besides="\n")


def an_exposed(value: str) -> Exposure:
    """A row with *value* where names can stand."""
    return Exposure(
        resource=value,
        interface=value,
        address=value,
        family="ipv4",
        source=value,
        entry=value,
        protocol="tcp",
        ports=(22, 22),
        icmp=None,
        sources=(value,),
        session="both",
        path=(Hop(value, "instance", value),),
        authenticated_by=value,
    )


def test_no_link_is_made_of_what_others_wrote() -> None:
    """A mail client makes a link of an address; ours are the only ones."""
    for alert in alerts("http://evil.example/x"):
        lines = text(alert).split("\n")
        commands = ("Undo", "Fix", "        ")

        assert not [
            line
            for line in lines
            if "http://evil" in line and not line.startswith(commands)
        ]
        assert [
            line for line in lines if line.startswith("Finding") and "https://" in line
        ] or (alert.cause.kind == "sweep" or alert.items[0].transition == "closed")


def test_a_command_is_whole_or_not_there() -> None:
    """Half a command is worse than none."""
    told = text(an_alert(a_row(a_finding(fix=f"aws x {'y' * 5_000}")), cause=SWEEP))

    assert "Fix     (too long to be shown here)" in told


def test_every_transition_is_told_in_one_line() -> None:
    """The worst headline too: nothing of it is left to the reader's client."""
    for transition in Transition:
        row = a_row(a_hostile_finding("\r\nx"), transition=transition)
        alert = an_alert(row)

        assert subject(alert).count("\n") == 0
