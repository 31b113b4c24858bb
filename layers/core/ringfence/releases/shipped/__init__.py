"""The catalogue that comes with this version; `make data` renews its files."""

from functools import cache
from importlib.resources import files

from ringfence.releases.catalogue import (
    Catalogue,
    read_advisories,
    read_life_cycles,
)

ADVISORIES = "advisories.json"
LIFE_CYCLES = "lifecycle.json"


@cache
def shipped_catalogue() -> Catalogue:
    """Give the catalogue in this folder."""
    here = files(__name__)
    return Catalogue(
        advisories=read_advisories(here.joinpath(ADVISORIES).read_bytes()),
        life_cycles=read_life_cycles(here.joinpath(LIFE_CYCLES).read_bytes()),
    )
