"""Names of dimensions and of their values, and reasons of refusal, in the reader's language."""

from __future__ import annotations

import datetime as dt

from babel.dates import format_skeleton, get_day_names
from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from onegoal.apps.feedback.models import LeadQuality
from onegoal.apps.marketing.words import CHANNEL_WORDS
from onegoal.apps.regulation.models import Contradiction
from onegoal.apps.sales.completeness import fields_of
from onegoal.apps.sales.models import Entity, RequestType
from onegoal.apps.shell import figures, numbers
from onegoal.metrics.dimensions import DIMENSIONS
from onegoal.metrics.errors import REASONS, QuestionRefused

Text = str | Promise
_CHOICES: dict[str, type[TextChoices]] = {"contradiction": Contradiction, "quality": LeadQuality, "card": Entity}


def dimension_title(dimension: str) -> str:
    """The title of a dimension, beginning with a capital; an unknown one keeps its own name."""
    known = DIMENSIONS.get(dimension)
    return capfirst(_(known.title)) if known else dimension


def value_name(dimension: str, value: str | None) -> str:
    """The value of a dimension as people read it: weeks by their Monday, months by name, nothing as “not set”."""
    if value is None or value == "":
        return _("not set")
    if dimension == "request_type" and value in RequestType.values:
        return str(RequestType(value).label)
    if dimension == "channel" and value in CHANNEL_WORDS:
        return capfirst(str(CHANNEL_WORDS[value]))
    if dimension in _CHOICES and value in _CHOICES[dimension].values:
        return str(_CHOICES[dimension](value).label)
    if dimension == "field":
        return field_name(value)
    try:
        return _time_name(dimension, value)
    except ValueError:
        return value


def field_name(name: str) -> str:
    """The name of a field of a card as its form calls it; one that is gone keeps its own."""
    known = fields_of(Entity.DEAL) | fields_of(Entity.LEAD)
    return str(known.get(name, name))


def _time_name(dimension: str, value: str) -> str:
    language = figures.language()
    if dimension == "day":
        return numbers.write_day(dt.date.fromisoformat(value), language)
    if dimension == "week":
        day = numbers.write_day(week_start(value), language)
        return _("week of %(day)s") % {"day": day}
    if dimension == "month":
        return month_name(dt.date.fromisoformat(f"{value[:7]}-01"))
    if dimension == "quarter" and "-Q" in value:
        year, _dash, number = value.partition("-Q")
        return _("quarter %(number)s of %(year)s") % {"number": number, "year": year}
    if dimension == "weekday":
        return weekday_names()[int(value)]
    if dimension == "score_band":
        return f"{int(value) * 10}–{int(value) * 10 + 10}\u00a0%"
    if dimension == "hour_of_week":
        return hour_name(int(value))
    if dimension == "hour_of_day":
        return f"{int(value):02d}:00"
    return value


def week_start(value: str) -> dt.date:
    """The Monday of a week written `2025-W11` or by its first day. Raises: ValueError."""
    if "-W" in value:
        year, _mark, number = value.partition("-W")
        return dt.date.fromisocalendar(int(year), int(number), 1)
    return dt.date.fromisoformat(value)


def month_name(day: dt.date) -> str:
    """A month in words: Mar 2025."""
    return format_skeleton("yMMM", day, locale=numbers.locale_of(figures.language()))


def weekday_names() -> list[str]:
    """The seven days from Monday, short and in the case that stands alone."""
    names = get_day_names("abbreviated", context="stand-alone", locale=numbers.locale_of(figures.language()))
    return [names[day] for day in range(7)]


def hour_name(hour_of_week: int) -> str:
    """An hour of the week, 0 to 167 from Monday midnight: Mon 10:00."""
    day, hour = divmod(hour_of_week, 24)
    return f"{weekday_names()[day % 7]} {hour:02d}:00"


def refusal_words(refusal: QuestionRefused) -> str:
    """Why a figure cannot be given, with the names of its dimensions in the reader's language."""
    params = {
        key: _(DIMENSIONS[value].title) if value in DIMENSIONS else value for key, value in refusal.params.items()
    }
    return _(REASONS[refusal.code]) % params if refusal.code in REASONS else _("This figure cannot be given here.")
