"""Maps are read strictly: what they do not know they refuse, with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from onegoal.apps.imports.map_files import map_as_dict, map_from_dict, parse_map, read_map_file
from onegoal.apps.imports.maps import MapProblem
from onegoal.apps.imports.presets import all_presets, guess_preset
from onegoal.apps.imports.words import MAP_WORDS, say_refusal

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("**/*.yaml")), ids=lambda path: str(path.relative_to(EXAMPLES)))
def test_every_example_says_something_of_the_kind_it_is_named_after(path: Path) -> None:
    mapping = read_map_file(path)
    assert path.stem in mapping.sections
    assert map_from_dict(map_as_dict(mapping)) == mapping


def test_every_preset_survives_being_stored() -> None:
    for preset in all_presets():
        assert map_from_dict(map_as_dict(preset.map)) == preset.map


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("leads: {columns: {id: ID}}\ncolour: red", "map_unknown_key", 2),
        ("leads:\n  columns:\n    nothing: ID", "map_unknown_key", 3),
        ("leads:\n  columns:\n    id: A\n    id: B", "map_key_twice", 4),
        ("leads: &a {columns: {id: ID}}\ndeals: *a", "map_alias", 2),
        ("leads: [", "map_not_yaml", 1),
        ("spend:\n  stages: {Won: A}", "map_unknown_key", 2),
        ("leads:\n  columns:\n    id: {colum: A}", "map_unknown_key", 3),
    ],
)
def test_a_wrong_map_is_refused_with_its_line(text: str, code: str, line: int) -> None:
    with pytest.raises(MapProblem) as refused:
        parse_map(text)
    assert (refused.value.code, refused.value.params["line"]) == (code, line)
    assert str(line) in say_refusal(code, refused.value.params)


@pytest.mark.parametrize("file", ["../secret.csv", "/etc/passwd", "a/b.csv", "C:\\x.csv", "..", ""])
def test_a_look_up_names_only_a_file_beside(file: str) -> None:
    with pytest.raises(MapProblem, match="map_bad_value"):
        parse_map(f"leads: {{columns: {{stage: {{column: A, lookup: {{file: '{file}', key: k, value: v}}}}}}}}")


def test_yes_and_dates_in_a_map_stay_words() -> None:
    section = parse_map(
        "leads: {columns: {outcome: {column: A, values: {yes: won, 007: lost, 2018-01-01: open}}}}"
    ).sections["leads"]
    assert dict(section.fields["outcome"][0].values) == {"yes": "won", "007": "lost", "2018-01-01": "open"}


def test_a_map_too_large_is_refused() -> None:
    with pytest.raises(MapProblem, match="map_too_large"):
        parse_map("#" * 300_000)


def test_every_code_of_a_map_has_words() -> None:
    import re

    source = (Path(__file__).parents[3] / "src/onegoal/apps/imports").glob("*.py")
    used = {code for path in source for code in re.findall(r'MapProblem\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert used <= set(MAP_WORDS)


@pytest.mark.parametrize(
    ("header", "kind", "preset"),
    [
        (["ID", "Название сделки", "Бюджет", "Дата создания сделки", "Дата закрытия", "Этап сделки"], "deals", "amocrm"),
        (["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Deal owner", "Create Date"], "deals", "hubspot"),
        (["Day", "Campaign", "Currency code", "Cost", "Impr.", "Clicks"], "spend", "google_ads"),
        (["Campaign name", "Day", "Amount spent (EUR)", "Impressions", "Link clicks"], "spend", "meta_ads"),
        (["Начало отчетного периода", "Название кампании", "Потраченная сумма (RUB)", "Показы"], "spend", "meta_ads"),
        (["Дата", "№ Кампании", "Кампания", "Показы", "Клики", "Расход, ₽"], "spend", "yandex_direct"),
        (["Дата", "ID кампании", "Название кампании", "Показы", "Клики", "Потрачено всего, ₽"], "spend", "vk_ads"),
        (["ID", "Стадия сделки", "Название сделки", "Сумма", "Валюта", "Дата создания"], "deals", "bitrix24"),
    ],
)  # fmt: skip
def test_the_header_tells_which_system_wrote_the_file(header: list[str], kind: str, preset: str) -> None:
    found = guess_preset(kind, header)
    assert found is not None and found.name == preset


def test_an_unknown_header_gets_no_preset() -> None:
    assert guess_preset("leads", ["a", "b", "c"]) is None


def test_the_handbook_lists_every_field_and_every_code() -> None:
    from onegoal.apps.imports.fields import FIELDS
    from onegoal.apps.imports.words import FILE_WORDS, VALUE_WORDS

    handbook = (EXAMPLES.parent / "imports.md").read_text("utf-8")
    fields = {key for known in FIELDS.values() for key in known}
    missing = {word for word in (*VALUE_WORDS, *FILE_WORDS, *MAP_WORDS, *fields) if word not in handbook}
    assert not missing


def test_the_example_of_the_handbook_is_a_map() -> None:
    handbook = (EXAMPLES.parent / "imports.md").read_text("utf-8")
    mapping = parse_map(handbook.split("```yaml\n")[1].split("```")[0])
    assert set(mapping.sections) == {"leads", "spend"}


def test_every_reason_an_intake_service_refuses_a_row_for_has_words() -> None:
    import re

    from onegoal.apps.imports.words import VALUE_WORDS

    apps = (Path(__file__).parents[3] / "src/onegoal/apps").glob("**/*.py")
    found = {code for path in apps for code in re.findall(r'RowRefused\([\w".]+, "(\w+)"', path.read_text("utf-8"))}
    assert len(found) > 10 and found <= set(VALUE_WORDS)
