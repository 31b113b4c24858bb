"""Series of images, told by their names."""

import pytest

from ringfence.inventory.records import Image
from ringfence.inventory.series import series_of
from tests.inventory.estate import an_inventory


@pytest.mark.parametrize(
    ("name", "begins", "ends"),
    [
        ("myapp-2026-01-03", "myapp-", ""),
        ("myapp-20260103123456-x86_64", "myapp-", "#-x#_#"),
        ("myapp-1717171717", "myapp-", ""),
        ("myapp-1.2.3", "myapp-1.2.", ""),
        ("Atlassian Jira 2019.06.18_0212 (HVM)", "Atlassian Jira ", "_# (HVM)"),
        ("suse-sles-15-sp6-v20260801-hvm", "suse-sles-15-sp6-v", "-hvm"),
    ],
)
def test_a_series_goes_by_all_but_date_and_build(
    name: str, begins: str, ends: str
) -> None:
    """Versions in the name part series; dates, times and builds do not."""
    series = series_of(Image(id="ami-1", name=name, owner="1"))

    assert series
    assert (begins, ends) == (series.begins, series.ends)


@pytest.mark.parametrize(
    "name", ["", "golden", "golden image (final)", "v7", "2026-01-03"]
)
def test_a_name_without_a_date_or_number_is_of_no_series(name: str) -> None:
    """Nor is one that begins with it: anything could follow."""
    assert series_of(Image(id="ami-1", name=name, owner="1")) is None


def test_what_cannot_be_launched_follows_nothing() -> None:
    """An image that is still being made may fail."""
    (image,) = an_inventory().newer_images

    assert "ami-0a7" == image.id
