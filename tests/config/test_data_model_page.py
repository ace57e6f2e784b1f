"""docs/data-model.md tells the truth."""

from __future__ import annotations

from onegoal.config import data_model


def test_the_page_is_what_the_models_say() -> None:
    assert data_model.PAGE.read_text(encoding="utf-8") == data_model.page()
