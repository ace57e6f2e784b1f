"""The table of checks and the lists it shows: to be checked, in dispute, found, all."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.quality.models import Check, CheckState
from onegoal.apps.quality.queries.checks import in_order, visible_checks, with_details
from onegoal.apps.quality.views.check_words import why_chosen
from onegoal.apps.shell.tables import Column, Filter, Table

LISTS: Final[dict[str, str | Promise]] = {
    "waiting": _("To be checked"),
    "disputed": _("In dispute"),
    "wrong": _("Wrongly rejected"),
    "right": _("Rightly rejected"),
    "all": _("All"),
}
_STATES: Final = {
    "waiting": (CheckState.WAITING,),
    "disputed": (CheckState.DISPUTED,),
    "wrong": (CheckState.WRONG, CheckState.UPHELD),
    "right": (CheckState.RIGHT, CheckState.REVERSED),
    "all": tuple(CheckState),
}
_WHY: Final = (("1", _("against the regulation")), ("2", _("promising")), ("3", _("drawn")))
_PERIODS: Final = ((0, _("today")), (6, _("last 7 days")), (29, _("last 30 days")), (89, _("last 90 days")))


def listed(key: str, user: User) -> QuerySet[Check]:
    """Return the checks of one of the lists that the user may see, in the order they are to be done."""
    return in_order(with_details(visible_checks(user).filter(state__in=_STATES[key])))


def table_of(key: str, user: User, *, today: dt.date) -> Table:
    """Return the table as it shows one of the lists."""
    is_waiting = key == "waiting"
    days = [((today - dt.timedelta(days=back)).isoformat(), label) for back, label in _PERIODS]
    filters = [
        Filter("seller", _("sales manager"), _sellers(user), "decision__seller"),
        Filter("why", _("why"), _WHY),
        Filter("since", _("in the queue"), days, "queued_on__gte"),
    ]
    if key == "all":
        filters.append(Filter("state", _("state"), CheckState.choices))
    return Table(
        key="checks",
        title=_("Rejections"),
        columns=[
            Column("person", _("lead"), value=_person, link=_url, order_by="decision__lead__person__name"),
            Column("seller", _("sales manager"), value="decision.seller.name", order_by="decision__seller__name"),
            Column("reason", _("reason given"), value="decision.reason", order_by="decision__reason"),
            Column("why", _("why checked"), value=lambda check: ", ".join(why_chosen(check)), order_by="why"),
            Column("rejected", _("rejected"), "moment", "decision.at", order_by="decision__at"),
            Column("queued_on", _("in the queue since"), "date"),
            Column("open", _("opened by"), value=_open_at, sortable=False, visible=is_waiting),
            Column("state", _("state"), value=lambda check: check.get_state_display(), visible=not is_waiting),
            Column("reviewer", _("analyst"), value="reviewer.name", visible=not is_waiting),
            Column("checked_at", _("checked"), "moment", visible=not is_waiting),
            Column("working_seconds", _("time spent"), "duration", visible=not is_waiting),
        ],
        default_sort="why" if is_waiting else "-checked_at",
        search=["decision__lead__person__name", "decision__reason", "finding"],
        filters=filters,
        stacks=True,
        empty_title=_("Nothing to check") if is_waiting else _("Nothing here yet"),
        empty_text=_("Rejections come here as they are made: those against the regulation, promising ones, a draw."),
    )


def _sellers(user: User) -> list[tuple[str, str]]:
    pks = visible_checks(user).order_by().values("decision__seller")
    return [(str(pk), name) for pk, name in User.objects.filter(pk__in=pks).order_by("name").values_list("pk", "name")]


def _person(check: Check) -> str:
    return str(check.decision.lead.person)


def _url(check: Any) -> str:
    return reverse("quality:check", args=[check.pk])


def _open_at(check: Check) -> str | None:
    return check.opened_by.name if check.opened_by else None
