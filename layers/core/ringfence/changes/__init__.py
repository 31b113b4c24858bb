"""
CloudTrail records read as changes: who did what, and what to re-read.

A record is a hint: it may be late, doubled, or lack its parameters. Nothing here
judges, and what cannot be read widens the scope to the whole Region.
"""

from ringfence.changes.events import EVENTS
from ringfence.changes.model import Cause, Change, ChangeError, PlacedChange
from ringfence.changes.reading import read_change

__all__ = ["EVENTS", "Cause", "Change", "ChangeError", "PlacedChange", "read_change"]
