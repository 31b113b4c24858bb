"""Versions are read and ordered as Atlassian released them."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfence.releases import Version, VersionError, version

# One after the other as they came out.
IN_ORDER = (
    "2.2.6",
    "2.2.6a",
    "2.2.7",
    "3.2.1",
    "3.2.1_01",
    "5.5-OD-31-009",
    "5.5",
    "5.9.1-beta11",
    "5.9.1",
    "8.9.27",
    "8.19.0-m1",
    "8.19.0-m12",
    "8.19.0-eap2",
    "8.19.0-beta2",
    "8.19.0-rc1",
    "8.19.0-rc2",
    "8.19",
    "8.19.1",
    "8.19.10",
    "9.0.0-RC1",
    "9.0.0",
    "10.0.0",
)

numbers = st.lists(st.integers(0, 10**6), min_size=1, max_size=4)
stages = st.sampled_from(["", "-m1", "-eap2", "-beta", "-rc1", "-rc10", "a", "_02"])
written = st.builds(
    lambda parts, stage: ".".join(map(str, parts)) + stage, numbers, stages
)


def test_versions_are_in_the_order_of_their_release() -> None:
    """Milestones, betas and candidates come first, patches of a release after it."""
    for earlier, later in itertools.pairwise(IN_ORDER):
        assert version(earlier) < version(later), (earlier, later)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("8.19", "8.19.0"),
        ("v9.4.1", "9.4.1"),
        ("9.0.0-RC1", "9.0.0-rc1"),
        ("9.0.0-rc.1", "9.0-rc1"),
        (" 7.21.4 ", "7.21.4"),
        ("1.0-beta", "1.0.0-beta"),
    ],
)
def test_the_same_version_may_be_written_in_many_ways(one: str, other: str) -> None:
    """Zeros at the end, case and a leading v do not count."""
    assert version(one) == version(other)
    assert hash(version(one)) == hash(version(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "latest",
        "9.",
        "9..1",
        "-1.0",
        "9.4.1-SNAPSHOT",
        "9.4.1-QR-20230101",
        "9.4.1.dfsg",
        "9.4.1 (build 7)",
        "1" * 10,
        "1." * 40 + "1",
        "९.4",
        "9.4.1\n9.4.2",
    ],
)
def test_what_is_written_otherwise_is_no_version(text: str) -> None:
    """A guess could make a vulnerable version look fixed."""
    with pytest.raises(VersionError, match="is not a version such as"):
        version(text)


@given(written, written, written)
def test_versions_are_totally_ordered(a: str, b: str, c: str) -> None:
    """Exactly one of less, equal and greater holds, and order is transitive."""
    x, y, z = version(a), version(b), version(c)

    assert 1 == (x < y) + (x == y) + (x > y)
    if x <= y <= z:
        assert x <= z


@given(numbers, st.integers(0, 5))
def test_a_preview_is_just_before_its_release(parts: list[int], kind: int) -> None:
    """It is newer than everything that came before the release it is named after."""
    text = ".".join(map(str, parts))
    stage = ("-m1", "-m999", "-alpha", "-eap1", "-beta1", "-rc9")[kind]
    preview, release = version(text + stage), version(text)

    assert preview < release
    assert preview.is_preview
    assert not release.is_preview
    if parts[-1] > 0:
        before = [*parts[:-1], parts[-1] - 1]
        assert version(".".join(map(str, before))) < preview


@given(st.text(max_size=40))
def test_any_text_is_a_version_or_a_clear_error(text: str) -> None:
    """Nothing else ever comes out of reading."""
    try:
        read: Version | None = version(text)
    except VersionError:
        read = None

    assert read is None or read == version(str(read))


def test_a_version_belongs_to_its_feature_release() -> None:
    """The line is major and minor, whatever follows."""
    assert ["9.4", "9.0", "9.0"] == [
        version(text).line for text in ("9.4.23", "9", "9.0.0-rc1")
    ]
