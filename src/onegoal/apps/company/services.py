"""Writes of the company's frame: its currency, projects and stages that rows name, exchange rates and conversion."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping

from django.db import transaction

from onegoal.apps.audit.bulk import find_or_create, name_key
from onegoal.apps.audit.services import record_change, snapshot
from onegoal.apps.company.models import ExchangeRate, Pipeline, Project, Stage, StageKind
from onegoal.apps.company.queries import current_company
from onegoal.core.money import minor_digits
from onegoal.core.stage_words import guess_kind

BILLION = 10**9
# What a deal's word means on the way of leads, and the other way round.
_LEAD_KINDS = {
    StageKind.WON: StageKind.QUALIFIED,
    StageKind.RESERVED: StageKind.QUALIFIED,
    StageKind.LOST: StageKind.REJECTED,
}
_DEAL_KINDS = {StageKind.QUALIFIED: StageKind.OPEN, StageKind.REJECTED: StageKind.LOST}


@transaction.atomic
def settle_currency(*, currency: str, now: dt.datetime) -> str:
    """Make `currency` the company's if it has none yet; return the company's currency.

    Raises: ValueProblem `currency_unknown` for what is not three capital Latin letters.
    """
    company = current_company()
    if not company.currency and currency:
        minor_digits(currency)
        before = snapshot(company) if not company._state.adding else {}
        company.currency = currency
        company.save()
        record_change(record=company, before=before, now=now)
    return company.currency


def find_or_create_projects(*, names: Iterable[str], now: dt.datetime) -> dict[str, int]:
    """Return project ids by `name_key`, making the projects that are not there."""
    return find_or_create(
        Project, names=names, known=Project.objects.order_by("id").values_list("name", "id"),
        make=lambda name: Project(name=name), now=now,
    )  # fmt: skip


def find_or_create_stages(*, pipeline: str, kinds: Mapping[str, str], now: dt.datetime) -> dict[str, Stage]:
    """Return stages by `name_key` of the names in `kinds`, making the missing ones at the end of the pipeline.

    `kinds` maps a name to its meaning where a row tells it, else to ""; a new stage without one is guessed from its
    name. A stage that exists keeps the meaning the company gave it.
    """
    stages = list(Stage.objects.filter(pipeline=pipeline))
    last = max((stage.position for stage in stages), default=-1)
    told = {name_key(name): kind for name, kind in kinds.items() if kind}
    made: list[Stage] = []

    def make(name: str) -> Stage:
        kind = stage_kind(pipeline=pipeline, text=told.get(name_key(name), "") or name)
        made.append(Stage(pipeline=pipeline, name=name, kind=kind, position=last + 1 + len(made)))
        return made[-1]

    known = [(stage.name, stage.pk) for stage in stages]
    ids = find_or_create(Stage, names=kinds, known=known, make=make, now=now)
    by_id = {stage.pk: stage for stage in (*stages, *made)}
    return {key: by_id[stage_id] for key, stage_id in ids.items()}


def stage_kind(*, pipeline: str, text: str) -> str:
    """Return the kind of stage that `text` (a kind or a stage's name) means on the way of leads or of deals."""
    kind = text if text in StageKind.values else guess_kind(text)
    return str((_LEAD_KINDS if pipeline == Pipeline.LEAD else _DEAL_KINDS).get(kind, kind))  # type: ignore[call-overload]


class Converter:
    """Converts money into the company's currency by the rate of its day; reads the rates once."""

    def __init__(self) -> None:
        self.currency = current_company().currency
        self._rates: dict[str, tuple[list[dt.date], list[int]]] = {}
        for rate in ExchangeRate.objects.order_by("currency", "valid_from"):
            days, rates = self._rates.setdefault(rate.currency, ([], []))
            days.append(rate.valid_from)
            rates.append(rate.rate_billionths)

    def __call__(self, amount_minor: int, currency: str, day: dt.date) -> tuple[int, str]:
        """Return (minor units, currency): converted where a rate holds on that day, else as given.

        Whole-number arithmetic; half a minor unit rounds away from zero.
        """
        days, rates = self._rates.get(currency, ([], []))
        place = bisect_right(days, day)
        if currency == self.currency or not self.currency or not place:
            return amount_minor, currency
        top = abs(amount_minor) * rates[place - 1] * 10 ** minor_digits(self.currency)
        bottom = BILLION * 10 ** minor_digits(currency)
        whole = (2 * top + bottom) // (2 * bottom)
        return (-whole if amount_minor < 0 else whole), self.currency


def convert(*, amount_minor: int, currency: str, day: dt.date) -> tuple[int, str]:
    """Convert one amount as `Converter` does."""
    return Converter()(amount_minor, currency, day)
