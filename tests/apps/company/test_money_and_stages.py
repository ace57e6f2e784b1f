"""The company's currency, what other money is worth in it, and the stages that rows name."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.world import NOW, World

from onegoal.apps.company.models import Company, ExchangeRate, Stage
from onegoal.apps.company.services import (
    convert,
    find_or_create_projects,
    find_or_create_stages,
    settle_currency,
)
from onegoal.core.problems import ValueProblem

JANUARY, MARCH = dt.date(2026, 1, 1), dt.date(2026, 3, 1)


@pytest.mark.django_db
def test_the_first_money_settles_the_currency_of_a_fresh_installation() -> None:
    assert settle_currency(currency="", now=NOW) == ""
    assert settle_currency(currency="RON", now=NOW) == "RON"
    assert settle_currency(currency="EUR", now=NOW) == "RON"
    assert Company.objects.get().currency == "RON"


@pytest.mark.django_db
def test_a_currency_is_three_capital_letters() -> None:
    with pytest.raises(ValueProblem):
        settle_currency(currency="lei", now=NOW)


@pytest.mark.parametrize(
    ("amount", "currency", "day", "worth"),
    [
        (100_00, "RON", JANUARY, (20_00, "EUR")),
        (100_00, "RON", MARCH, (25_00, "EUR")),
        (100_00, "RON", dt.date(2025, 12, 31), (100_00, "RON")),
        (100_00, "GBP", MARCH, (100_00, "GBP")),
        (100_00, "EUR", MARCH, (100_00, "EUR")),
        (1000, "JPY", MARCH, (6_00, "EUR")),
        (2, "RON", MARCH, (1, "EUR")),  # half a cent is a cent
        (-2, "RON", MARCH, (-1, "EUR")),
    ],
)
def test_money_is_worth_what_the_rate_of_its_day_says(
    world: World, amount: int, currency: str, day: dt.date, worth: tuple[int, str]
) -> None:
    for code, valid_from, rate in (
        ("RON", JANUARY, 200_000_000),
        ("RON", MARCH, 250_000_000),
        ("JPY", JANUARY, 6_000_000),
    ):
        ExchangeRate.objects.create(currency=code, valid_from=valid_from, rate_billionths=rate)
    assert convert(amount_minor=amount, currency=currency, day=day) == worth


def test_projects_are_found_without_regard_to_case_and_spaces(world: World) -> None:
    found = find_or_create_projects(names=[" river  PARK ", "Tower", "tower", ""], now=NOW)
    assert found["river park"] == world.river_park.pk
    assert set(found) == {"river park", "tower"}


def test_a_new_stage_means_what_is_told_else_what_its_name_says(world: World) -> None:
    stages = find_or_create_stages(
        pipeline="lead", kinds={"Заявка": "", "Подписан договор": "", "Fit": "qualified"}, now=NOW
    )
    assert {name: stage.kind for name, stage in stages.items()} == {
        "заявка": "open", "подписан договор": "qualified", "fit": "qualified",
    }  # fmt: skip
    assert list(Stage.objects.values_list("position", flat=True)) == [0, 1, 2]
