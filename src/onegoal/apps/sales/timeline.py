"""What leads, deals, payments, calls and tasks add to a person's timeline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.people.models import Person
from onegoal.apps.people.timeline import MOST_MOMENTS, Moment, Source
from onegoal.apps.sales import queries
from onegoal.apps.sales.models import StageChange
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_duration, write_money


def lead_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield the person's leads, with where each came from, and the answers they got."""
    leads = queries.visible_leads(user).filter(person=person).select_related("origin", "seller", "project")
    for lead in leads[:MOST_MOMENTS]:
        about = [lead.get_request_type_display(), lead.origin.shown, lead.project, lead.seller]
        yield Moment(lead.created_at, "lead", _("Lead"), _joined(*about), is_key=True)
        if lead.first_response_at:
            yield Moment(lead.first_response_at, "lead", _("First answer"), _joined(lead.seller))


def deal_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield the person's deals: opened, signed, lost."""
    deals = queries.visible_deals(user).filter(person=person).select_related("seller", "project", "product", "person")
    for deal in deals[:MOST_MOMENTS]:
        amount = _money(deal.amount_minor, deal.currency)
        about = _joined(deal.title, amount, deal.project, deal.product or deal.product_type, deal.seller)
        yield Moment(deal.opened_at, "deal", _("Deal opened"), about, is_key=True)
        if deal.won_at:
            yield Moment(deal.won_at, "deal", _("Contract signed"), _joined(deal.title, amount), is_key=True)
        if deal.lost_at:
            yield Moment(deal.lost_at, "deal", _("Deal lost"), deal.reason, is_key=True)


def stage_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield each stage the person's leads and deals entered."""
    visible = {
        "lead__in": queries.visible_leads(user).filter(person=person).values("pk"),
        "deal__in": queries.visible_deals(user).filter(person=person).values("pk"),
    }
    for name, ids in visible.items():
        for change in StageChange.objects.filter(**{name: ids}).select_related("stage")[:MOST_MOMENTS]:
            yield Moment(change.entered_at, "stage", change.stage.name, change.stage.get_pipeline_display())


def payment_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield money that came in, and money promised."""
    for payment in queries.visible_payments(user).filter(deal__person=person)[:MOST_MOMENTS]:
        title = _("Refund") if payment.amount_minor < 0 else _("Payment")
        yield _day(payment.received_on, "payment", title, _money(payment.amount_minor, payment.currency))
    for item in queries.visible_schedule(user).filter(deal__person=person)[:MOST_MOMENTS]:
        yield _day(item.due_on, "payment", _("Payment due"), _money(item.amount_minor, item.currency))


def call_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield the calls with the person."""
    for call in queries.visible_calls(user).filter(person=person).select_related("seller")[:MOST_MOMENTS]:
        title = _("Call") if call.is_answered else _("Missed call")
        talked = write_duration(call.talk_seconds, language()) if call.talk_seconds else ""
        yield Moment(
            call.started_at, "call", title, _joined(call.get_direction_display(), talked, call.topic, call.seller)
        )


def task_moments(user: User, person: Person) -> Iterator[Moment]:
    """Yield the tasks about the person: set and done."""
    for task in queries.visible_tasks(user).filter(person=person).select_related("assignee")[:MOST_MOMENTS]:
        yield Moment(task.created_at, "task", _("Task set"), _joined(task.title, task.assignee))
        if task.done_at:
            yield Moment(task.done_at, "task", _("Task done"), _joined(task.title, task.result))


SOURCES = (
    Source("lead", gettext_lazy("leads"), lead_moments),
    Source("deal", gettext_lazy("deals"), deal_moments),
    Source("stage", gettext_lazy("stages"), stage_moments),
    Source("payment", gettext_lazy("payments"), payment_moments),
    Source("call", gettext_lazy("calls"), call_moments),
    Source("task", gettext_lazy("tasks"), task_moments),
)


def _joined(*parts: object) -> str:
    return " · ".join(str(part) for part in parts if part)


def _money(minor: int | None, currency: str) -> str:
    return "" if minor is None else write_money(minor, currency, language(), style="exact")


def _day(day: dt.date, kind: str, title: str, detail: str) -> Moment:
    at = dt.datetime.combine(day, dt.time(12), get_current_timezone())
    return Moment(at, kind, title, detail, is_key=True, has_time=False)
