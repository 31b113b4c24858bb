"""Releases of the Atlassian products: versions, advisories, life cycles."""

from ringfence.releases.catalogue import (
    Advisory,
    Affected,
    Catalogue,
    CatalogueError,
    Cycle,
    ProductReleases,
    read_advisories,
    read_life_cycles,
)
from ringfence.releases.shipped import shipped_catalogue
from ringfence.releases.standing import (
    Remedy,
    Standing,
    advisories_of,
    remedy,
    standing,
    was_sold_for_server,
)
from ringfence.releases.version import Version, VersionError, version

__all__ = [
    "Advisory",
    "Affected",
    "Catalogue",
    "CatalogueError",
    "Cycle",
    "ProductReleases",
    "Remedy",
    "Standing",
    "Version",
    "VersionError",
    "advisories_of",
    "read_advisories",
    "read_life_cycles",
    "remedy",
    "shipped_catalogue",
    "standing",
    "version",
    "was_sold_for_server",
]
