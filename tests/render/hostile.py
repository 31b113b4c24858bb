"""
What whoever may set a name, a tag or a header could put into one.

Halves of surrogate pairs are left out: no UTF-8 holds them, so they come from no
API and go into no table. `plain` is tested with them by itself.
"""

import unicodedata
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

VALUES = (
    "web\r\nBcc: all@example.com\r\n\r\nUndo    rm -rf /",
    "\x1b[2J\x1b]0;owned\x07\x1b]8;;http://evil.example/\x07click\x1b]8;;\x07",
    "\u202egpj.exe\u2066\u2069\u200f\u061c",
    "a\u200b\u00adb\ufeff\u2060c\U000e0041\U000e007f",
    "line\u2028para\u2029next\u0085vt\x0bff\x0c",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<b>CLOSED</b> [safe](http://evil.example) ![x](http://evil.example/x)",
    '=HYPERLINK("http://evil.example";"ok")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3",
    '","Severity":"LOW","x":"',
    "\\u0000\x00\x7f\x9b31m",
    "e\u0301" * 400,
    "x" * 10_000,
    "名" * 10_000,
    "\n" * 10_000,
    " ",
    "https://evil.example/reset?token=1",
)

HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})

TEXTS = st.one_of(
    st.sampled_from(VALUES),
    st.text(max_size=300),
    st.text(st.characters(categories=["Cc", "Cf", "Zl", "Zp"]), max_size=40),
)


def hidden(text: str, *, besides: str = "") -> set[str]:
    """The characters of *text* that nobody sees, *besides* those that are ours."""
    return {
        char
        for char in text
        if unicodedata.category(char) in HIDDEN and char not in besides
    }


def strings(value: Any) -> Iterator[str]:
    """Every text in a JSON-ready *value*, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
