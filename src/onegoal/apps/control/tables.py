"""The tables of blockers and of the head's desk, as they are declared."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from onegoal.apps.accounts.models import User
from onegoal.apps.company.models import Project
from onegoal.apps.company.queries import current_company
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.control.queries.blockers import LATE, OPEN, RESOLVED
from onegoal.apps.control.words_stakes import basis_words
from onegoal.apps.shell.cells import Column
from onegoal.apps.shell.tables import Filter, Table

STATES: Final = (
    (OPEN, gettext_lazy("open")),
    (LATE, gettext_lazy("late")),
    (RESOLVED, gettext_lazy("resolved")),
)
WHOSE: Final = ("mine", "raised")
AGES: Final = (("7", 7), ("30", 30), ("90", 90))


def whose(rows: QuerySet[Blocker], request: HttpRequest, user: User, now: dt.datetime) -> QuerySet[Blocker]:
    """Narrow blockers to those the reader is to mend (`mine`) or raised (`raised`), and to those older than `age` days."""
    wanted = request.GET.get("whose", "")
    if wanted == "mine":
        rows = rows.filter(owner=user, resolved_at=None)
    elif wanted == "raised":
        rows = rows.filter(raised_by=user)
    older = dict(AGES).get(request.GET.get("age", ""))
    return rows.filter(raised_at__lt=now - dt.timedelta(days=older)) if older else rows


def blockers_table(now: dt.datetime) -> Table:
    """Return the list of blockers."""
    currency = current_company().currency
    return Table(
        key="blockers",
        title=_("Blockers"),
        columns=[
            Column("text", _("What hinders"), link=lambda one: reverse("control:blocker", args=[one.pk])),
            Column("link", _("Where in the chain"), value=lambda one: one.get_link_display(), order_by="link"),
            Column("stake_minor", _("At stake"), "money", currency=currency),
            Column("low", _("at least"), "money", value=_low, sortable=False, visible=False, currency=currency),
            Column("high", _("at most"), "money", value=_high, sortable=False, visible=False, currency=currency),
            Column(
                "basis", _("How it was estimated"), value=lambda one: basis_words(one.stake_basis), sortable=False,
                visible=False,
            ),
            Column("owner", _("Owner"), value="owner.name", order_by="owner__name"),
            Column("due_on", _("Due"), "date"),
            Column("age", _("Age, days"), "number", value=lambda one: days_between(one, now), sortable=False),
            Column("state", _("State"), value=lambda one: str(dict(STATES)[one.state])),
            Column("project", _("Project"), value="project.name", order_by="project__name", visible=False),
            Column("raised_by", _("Raised by"), value="raised_by.name", order_by="raised_by__name", visible=False),
            Column("raised_at", _("Raised at"), "moment", visible=False),
            Column("resolved_at", _("Resolved at"), "moment", visible=False),
            Column("resolution", _("How it was resolved"), visible=False),
        ],
        default_sort="-stake_minor",
        search=["text", "resolution"],
        filters=[
            Filter("state", _("State"), STATES),
            Filter("link", _("Where in the chain"), Link.choices),
            Filter("project", _("Project"), _projects(), lookup="project_id"),
            Filter("owner", _("Owner"), _owners(), lookup="owner_id"),
        ],
        stacks=True,
        empty_title=_("Nothing hinders"),
        empty_text=_("Whatever gets in the way of the goal is raised by the button beside the search, on any page."),
    )  # fmt: skip


def desk_table() -> Table:
    """Return the head's desk: rows are of `views.desk.Line`."""
    currency = current_company().currency
    return Table(
        key="desk",
        title=_("What costs the goal"),
        columns=[
            Column("words", _("What hinders"), link=lambda line: line.url),
            Column("kind", _("Kind")),
            Column("stake", _("At stake"), "money", currency=currency),
            Column("low", _("at least"), "money", visible=False, currency=currency),
            Column("high", _("at most"), "money", visible=False, currency=currency),
            Column("basis", _("How it was estimated")),
            Column("owner", _("Owner")),
            Column("department", _("Department"), visible=False),
            Column("age", _("Age, days"), "number"),
            Column("due", _("Due"), "date", visible=False),
            Column("state", _("State"), visible=False),
        ],
        default_sort="-stake",
        search=["words", "owner", "basis"],
        filters=[],
        stacks=True,
        empty_title=_("Nothing hinders the goal"),
        empty_text=_("No blocker is open, nothing is late, no figure has dropped."),
        row_key="key",
    )


def days_between(one: Blocker, now: dt.datetime) -> int:
    """Return the whole days a blocker has been open, or was until it was resolved."""
    return ((one.resolved_at or now) - one.raised_at).days


def _low(one: Blocker) -> Any:
    return one.stake_basis.get("low")


def _high(one: Blocker) -> Any:
    return one.stake_basis.get("high")


def _projects() -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in Project.objects.order_by("name").values_list("pk", "name")]


def _owners() -> list[tuple[str, str]]:
    ids = Blocker.objects.order_by().values("owner_id").distinct()
    found = User.objects.filter(pk__in=ids).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in found]
