"""
Names that others chose, made safe to show.

Names, tags and host names come from whoever may write them. A terminal obeys
control characters, and bidirectional marks show one text as another (Unicode
Technical Report 36, https://www.unicode.org/reports/tr36/).
"""

import unicodedata

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def plain(text: str) -> str:
    """Put *text* on one line, with what is invisible written out."""
    return "".join(
        _written_out(char) if unicodedata.category(char) in _HIDDEN else char
        for char in " ".join(text.split())
    )


def clipped(text: str, limit: int) -> str:
    """Cut *text* to *limit* characters, never before a combining mark."""
    if len(text) <= limit:
        return text
    end = limit - 1
    while end > 0 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip() + "…"


def _written_out(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004
