"""One answer to one GET, as it came."""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ringfence.inventory.visits import Cookie

_MOST_COOKIES = 20
_LONGEST_NAME = 100

# Bounded, so that no body makes them slow.
_TITLE = re.compile(r"<title[^<>]{0,100}>([^<>]{0,300})", re.IGNORECASE)
_META = re.compile(r"<meta\s([^<>]{1,500})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([\w-]{1,40})\s{0,5}=\s{0,5}["']([^"'<>]{0,300})["']""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirect:
    """
    Where an answer leads: *url* is absolute.

    *is_here* means this very endpoint; *may_follow* that asking there touches
    nothing but the address that was dialled for this one.
    """

    url: str
    is_here: bool = False
    may_follow: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer, and why not."""

    because: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """
    *url* is what was asked for, *path* its path without a query.

    *headers* keep the peer's order, names in lower case. *body* is empty where it
    is not text, is encoded, or belongs to a redirect, and ends where its limit
    does. *cut* says why it ends before its time, if so.
    """

    url: str
    path: str
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""
    redirect: Redirect | None = None  # None: it does not redirect
    cut: str = ""

    def header(self, name: str) -> str:
        """Give the first header *name*; empty: there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def cookies(self) -> tuple[Cookie, ...]:
        """Give the cookies that are set, without their values."""
        texts = [value for key, value in self.headers if key == "set-cookie"]
        return tuple(_cookie(text) for text in texts[:_MOST_COOKIES])

    @cached_property
    def title(self) -> str:
        """Give the page's title."""
        found = _TITLE.search(self.body)
        return " ".join(found[1].split()) if found else ""

    @cached_property
    def meta(self) -> dict[str, dict[str, str]]:
        """Give the attributes of the page's meta elements, by their name."""
        found: dict[str, dict[str, str]] = {}
        for element in _META.findall(self.body):
            pairs = _ATTRIBUTE.findall(element)
            attributes = {key.lower(): value for key, value in pairs}
            if "name" in attributes:
                found.setdefault(attributes["name"].lower(), attributes)
        return found

    def document(self) -> Any:
        """Give the JSON in the body; None: there is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):  # the peer chooses how deep it nests
            return None


def _cookie(text: str) -> Cookie:
    pair, *rest = text.split(";")
    flags = {flag.partition("=")[0].strip().lower() for flag in rest}
    name = pair.partition("=")[0].strip()[:_LONGEST_NAME]
    return Cookie(name, "secure" in flags, "httponly" in flags)
