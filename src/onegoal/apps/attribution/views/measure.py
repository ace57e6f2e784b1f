"""What a page counts: conversions or their worth, with its unit and how it is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from django.utils.safestring import SafeString

from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.figures import Found
from onegoal.apps.attribution.words import CONVERSION_WORDS, VALUE_WORDS, conversions_text
from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.cells import Kind
from onegoal.apps.shell.charts import Unit
from onegoal.core.attribution.models import Credits


@dataclass(frozen=True)
class Measure:
    """Conversions, or minor units of a currency that they are worth."""

    asked: Asked
    currency: str

    @property
    def is_money(self) -> bool:
        """Whether worth is shown and not a number."""
        return self.asked.has_money

    @property
    def title(self) -> str:
        """What is counted, as the title of a column."""
        if not self.is_money:
            return str(CONVERSION_WORDS["deal" if self.asked.conversion == "money" else self.asked.conversion])
        if self.asked.conversion == "money":
            return str(CONVERSION_WORDS["money"])
        return str(VALUE_WORDS[self.asked.value])

    @property
    def kind(self) -> Kind:
        """The kind of a column."""
        return "money" if self.is_money else "number"

    @property
    def unit(self) -> Unit:
        """The unit of plots."""
        return Unit("money", self.currency) if self.is_money else Unit()

    def of(self, credits: Credits) -> np.ndarray:
        """The credit of each group, (K,)."""
        return credits.value if self.is_money else credits.conversions

    def total(self, found: Found, *, attributed: bool | None = None) -> int:
        """What all conversions come to; with `attributed` only those with, or without, a touch."""
        journeys = found.journeys
        values = journeys.value if self.is_money else journeys.conversions
        if attributed is not None:
            values = values[(journeys.lengths > 0) == attributed]
        return int(values.sum())

    def show(self, value: float | None) -> SafeString:
        """Write a value as HTML with the exact one on hover; parts of conversions with one decimal."""
        value = _without_dust(value)
        if self.is_money:
            return figures.show_money(None if value is None else round(value), self.currency, style="whole")
        return figures.show_number(value, _digits(value))

    def text(self, value: float | None) -> str:
        """Write a value as plain text."""
        value = _without_dust(value)
        if self.is_money:
            return numbers.write_money(value, self.currency, figures.language(), style="whole")
        return numbers.write_number(value, figures.language(), digits=_digits(value))

    def words(self, value: float) -> str:
        """Write a value with its noun for sentences: 12 deals, or an amount."""
        if self.is_money:
            return self.text(value)
        return conversions_text(self.asked, value, digits=_digits(value))

    def signed(self, value: float) -> str:
        """Write a difference with its sign; one that rounds to nought has none."""
        text = self.text(value) if self.is_money else numbers.write_number(value, figures.language(), digits=1)
        plain = text.lstrip(numbers.MINUS)
        is_nought = not any(letter in "123456789" for letter in plain)
        return plain if is_nought else (f"+{plain}" if value > 0 else text)


def _digits(value: float | None) -> int | None:
    return None if value is None or float(value).is_integer() else 1


def _without_dust(value: float | None) -> float | None:
    """Return nought for what is nought but for the arithmetic, so that it gets neither a minus nor decimals."""
    return 0 if value is not None and abs(value) < 1e-6 else value
