"""Money that rows bring: which currency it is in, and whether a database can hold it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from onegoal.apps.audit.checks import check_whole
from onegoal.apps.audit.intake import RowRefused
from onegoal.apps.company.services import settle_currency
from onegoal.core.money import minor_digits
from onegoal.core.problems import ValueProblem


def check_money(column: str, amount_minor: int | None, currency: str) -> None:
    """Check an amount and its currency. Raises: RowRefused `too_large`, `too_small`, `currency_unknown`."""
    check_whole(column, amount_minor)
    if currency:
        try:
            minor_digits(currency)
        except ValueProblem:
            raise RowRefused("currency", "currency_unknown", value=currency[:20]) from None


def settle_money(*, currencies: Iterable[str], now: dt.datetime) -> str:
    """Return the company's currency, which the first row that names one settles; "" while nobody knows it."""
    return settle_currency(currency=next(filter(None, currencies), ""), now=now)
