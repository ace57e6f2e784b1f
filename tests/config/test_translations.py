"""Every visible string speaks all four languages."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Catalog

from onegoal.config import translations


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """Every string of the package: reading them all takes seconds."""
    return translations.extract_catalogue()


def test_every_string_is_translated_into_russian_romanian_and_hungarian(
    catalogue: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "extract_catalogue", lambda: catalogue)
    assert list(translations.problems()) == []


def test_strings_of_code_and_templates_are_found(catalogue: Catalog) -> None:
    found = {message.id for message in catalogue}
    assert "head of sales and marketing" in found
    assert len(found) > 300


def test_a_translation_that_lost_its_placeholder_is_a_problem() -> None:
    catalogue = Catalog(locale="ru")
    catalogue.add("%(count)s leads", "лиды")
    assert list(translations._faults("%(count)s leads", catalogue.get("%(count)s leads"))) == ["placeholders differ"]


def test_a_missing_translation_is_a_problem() -> None:
    assert list(translations._faults("leads", None)) == ["no translation"]


def test_catalogues_hold_nothing_that_is_no_longer_used(catalogue: Catalog) -> None:
    found = {(message.id, message.context) for message in catalogue}
    for language in translations.LANGUAGES:
        kept = {(message.id, message.context) for message in translations.read(language) if message.id}
        assert kept <= found
