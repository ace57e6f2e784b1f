"""Long texts become several messages."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.message_parts import message_length, parts_of


def test_a_short_text_stays_one_message() -> None:
    assert parts_of("a\nb", 3) == ["a\nb"]


def test_a_long_text_is_cut_between_blocks_and_numbered() -> None:
    text = "\n\n".join(f"block {n}\n– line" for n in range(6))
    found = parts_of(text, 46)
    assert found[0] == "(1/3)\nblock 0\n– line\n\nblock 1\n– line"
    assert [part.split("\n")[0] for part in found] == ["(1/3)", "(2/3)", "(3/3)"]


def test_a_picture_sign_counts_twice() -> None:
    assert message_length("a😀") == 3


@given(st.text(alphabet="ab😀 \n", max_size=300), st.integers(16, 80))
def test_no_part_is_too_long_and_no_sign_is_lost(text: str, most: int) -> None:
    found = parts_of(text, most)
    assert all(message_length(part) <= most for part in found)
    bodies = found if len(found) == 1 else [part.partition("\n")[2] for part in found]
    assert "".join(bodies).replace("\n", "") == text.replace("\n", "")
