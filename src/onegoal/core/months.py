"""The names of the months in English, Russian, Romanian and Hungarian, as exports write them."""

from __future__ import annotations

from typing import Final

from onegoal.core.search import search_key

_NAMES: Final = (
    "january jan январь января янв ianuarie ian januar",
    "february feb февраль февраля февр фев februarie febr februar",
    "march mar март марта мар martie mart marcius marc",
    "april apr апрель апреля апр aprilie aprilis",
    "may май мая mai majus maj",
    "june jun июнь июня июн iunie iun junius",
    "july jul июль июля июл iulie iul julius",
    "august aug август августа авг augusztus",
    "september sept sep сентябрь сентября сент сен septembrie szeptember szept szep",
    "october oct октябрь октября окт octombrie oktober okt",
    "november nov ноябрь ноября нояб ноя noiembrie noiem noi",
    "december dec декабрь декабря дек decembrie",
)
_NUMBERS: Final = {name: number for number, names in enumerate(_NAMES, start=1) for name in names.split()}


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name or abbreviation in any case, with or without accents; None for another word."""
    return _NUMBERS.get(search_key(word))
