"""A visit of a web site: what to ask next, and what the answers mean. No I/O."""

from ringfence.web.answer import Answer, Redirect, Silence
from ringfence.web.visit import MOST_REDIRECTS, MOST_REQUESTS, Conversation, visit

__all__ = [
    "MOST_REDIRECTS",
    "MOST_REQUESTS",
    "Answer",
    "Conversation",
    "Redirect",
    "Silence",
    "visit",
]
