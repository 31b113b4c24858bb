"""Names that others chose, made safe to show."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from ringfence.render.plain import clipped, plain


def test_escape_sequences_are_written_out() -> None:
    """A terminal is given nothing to obey."""
    assert r"\u001b[31mred" == plain("\x1b[31mred")


def test_bidirectional_marks_are_written_out() -> None:
    """A name cannot show itself as another."""
    assert r"\u202egpj.exe" == plain("\u202egpj.exe")


def test_line_breaks_become_spaces() -> None:
    """A name cannot forge a line of its own."""
    assert "prod Undo rm" == plain("prod\r\nUndo\u2028rm")


@given(st.text())
def test_nothing_hidden_is_left(text: str) -> None:
    """No character of the result is a control, a format mark or half a pair."""
    assert not {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} & {
        unicodedata.category(char) for char in plain(text)
    }


@given(st.text(), st.integers(1, 40))
def test_a_clipped_text_fits(text: str, limit: int) -> None:
    """No text is longer than its limit, and a short one is left alone."""
    result = clipped(text, limit)

    assert len(result) <= limit
    assert result == text or len(text) > limit


def test_a_cut_keeps_characters_whole() -> None:
    """A combining mark stays with its letter, or goes with it."""
    assert "caf…" == clipped("cafe\u0301s", 5)
