"""What the internet reaches beyond what the policy accepts, told apart by kind."""

from ringfence.openings.audience import (
    Audience,
    Strangers,
    Trust,
    is_broad,
    joined,
    trust,
)
from ringfence.openings.blocks import is_wide
from ringfence.openings.fronts import stays_plain, target_port
from ringfence.openings.groups import GroupOpenness, Groups, Used, admitting, openness
from ringfence.openings.judging import EVERYTHING, NEEDS, Opening, is_way_in, openings
from ringfence.openings.kinds import Kind

__all__ = [
    "EVERYTHING",
    "NEEDS",
    "Audience",
    "GroupOpenness",
    "Groups",
    "Kind",
    "Opening",
    "Strangers",
    "Trust",
    "Used",
    "admitting",
    "is_broad",
    "is_way_in",
    "is_wide",
    "joined",
    "openings",
    "openness",
    "stays_plain",
    "target_port",
    "trust",
]
