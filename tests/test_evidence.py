"""Evidence cut to a size, on whole rows."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringfence.evidence import as_json, trimmed

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=6)
        | st.dictionaries(st.text(max_size=9), inner, max_size=6)
    ),
    max_leaves=40,
)
_EVIDENCE = st.dictionaries(st.text(max_size=12), _VALUES, max_size=8)


@given(_EVIDENCE, st.integers(40, 400))
def test_it_fits_whenever_its_keys_do(evidence: dict[str, Any], limit: int) -> None:
    """Evidence never exceeds its limit, given room for the names of its lists."""
    names = len(as_json({key: [] for key in evidence}))

    assert len(as_json(trimmed(evidence, limit))) <= max(limit, names + 24)


@given(_EVIDENCE)
def test_what_fits_is_left_alone(evidence: dict[str, Any]) -> None:
    """Evidence within its limit loses nothing."""
    assert evidence == trimmed(evidence, 1_000_000)


def test_lists_lose_whole_rows_in_turn() -> None:
    """Each list keeps its first rows, and what went is counted."""
    evidence = {"a": ["x" * 20] * 50, "b": ["y" * 20] * 50, "count": 100}
    cut = trimmed(evidence, 300)

    assert {"a", "b", "count", "left_out"} == cut.keys()
    assert 0 <= len(cut["a"]) - len(cut["b"]) <= 1
    assert 100 == len(cut["a"]) + len(cut["b"]) + cut["left_out"]


def test_a_rows_own_long_list_is_shortened() -> None:
    """A row with hundreds of sources keeps the first, and says how many went."""
    row = {"sources": [f"192.0.2.{n}/32" for n in range(200)], "port": 22}
    (kept,) = trimmed({"rows": [row]}, 500)["rows"]

    assert (10, 190, 22) == (
        len(kept["sources"]),
        kept["sources_left_out"],
        kept["port"],
    )
