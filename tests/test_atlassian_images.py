"""Atlassian's images are known by their ids."""

import re
from collections import Counter
from datetime import date

import pytest

from ringfence.atlassian_images import AtlassianImage, atlassian_image, atlassian_images


@pytest.mark.parametrize(
    ("image", "known"),
    [
        ("ami-47246f34", AtlassianImage("bitbucket", date(2016, 10, 28))),
        ("ami-0dc0ac3facfc21953", AtlassianImage("confluence", date(2019, 6, 21))),
        ("ami-0b924d6a", None),  # several products' templates named it
        ("ami-1", None),
        ("", None),
    ],
)
def test_an_image_tells_its_product_and_that_it_existed(
    image: str, known: AtlassianImage | None
) -> None:
    """As the history of the templates says."""
    assert known == atlassian_image(image)


def test_the_table_is_whole() -> None:
    """Every id is one of AWS's, and of the products that had images."""
    known = atlassian_images()

    assert all(re.fullmatch(r"ami-([0-9a-f]{8}|[0-9a-f]{17})", name) for name in known)
    assert {"bitbucket": 356, "confluence": 690, "crowd": 214, "jira": 420} == Counter(
        item.product for item in known.values()
    )
    assert date(2016, 10, 12) <= min(item.by for item in known.values())
    assert max(item.by for item in known.values()) < date(2020, 1, 1)
