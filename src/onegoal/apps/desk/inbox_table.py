"""The table of the inbox: its columns, and the filters and actions that each reader gets."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Role, User
from onegoal.apps.accounts.queries import led_team_ids
from onegoal.apps.accounts.reach import Width, reach_of
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.desk.queries.narrowing import NOBODYS, OPEN, TO_DO, Asked
from onegoal.apps.desk.queries.rows import InboxRow
from onegoal.apps.desk.words import Shown, ago, clock_words, first_step, last_call_words, missing_words
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.marketing.words import CHANNEL_WORDS, channel_words
from onegoal.apps.sales.models import RequestType
from onegoal.apps.shell.period import PRESET_LABELS
from onegoal.apps.shell.tables import BoundTable, BulkAction, Column, Filter, Table
from onegoal.core.periods import preset

STATE_WORDS = {
    TO_DO: _("to do"),
    NOBODYS: _("nobody's"),
    OPEN: _("all in work"),
    "nurture": _("warming up"),
    "qualified": _("qualified"),
    "rejected": _("rejected"),
}
_PERIODS = ("today", "yesterday", "last_7_days", "last_30_days", "this_month", "last_month")
_MOST_CAMPAIGNS = 200
SORTS = {"came": "created_at", "clock": "response_due_at", "score": "score__chance_bp"}
TAKERS = frozenset({Role.HEAD, Role.SUPERVISOR, Role.SELLER})


def card_url(row: InboxRow) -> str | None:
    """Return the address of the lead's card; an offered lead has none before it is taken."""
    return None if row.is_offered else reverse("cards:lead", args=[row.pk])


def _seller(row: InboxRow) -> Any:
    if row.lead.seller is not None:
        return row.lead.seller.name
    take, nobody = _("Take it"), _("nobody")
    url = reverse("desk:claim", args=[row.pk])
    button = (
        '<button class="btn btn-small" form="desk-take" formaction="{}" data-key="c" hx-post="{}" hx-swap="none"'
        ' hx-push-url="false">{}</button>'
    )
    return Shown(str(nobody), format_html(button, url, url, take))


def _nobody(row: InboxRow) -> str:
    return row.lead.seller.name if row.lead.seller else ""


COLUMNS = (
    Column("person", _("person"), value=lambda row: str(row.lead.person), link=card_url, sortable=False),
    Column("do", _("what to do"), value=first_step, sortable=False),
    Column("clock", _("time"), value=lambda row: clock_words(row.clock)),
    Column("project", _("project"), value="lead.project", sortable=False),
    Column("type", _("product type"), value="lead.product_type", sortable=False, visible=False),
    Column("channel", _("channel"), value=lambda row: channel_words(row.lead.origin.channel), sortable=False),
    Column("campaign", _("campaign"), value="lead.origin.campaign", sortable=False),
    Column("request", _("request"), value=lambda row: row.lead.get_request_type_display(), sortable=False),
    Column("came", _("came"), value=lambda row: ago(row.lead.created_at, row.now)),
    Column("came_at", _("came at"), kind="moment", value="lead.created_at", sortable=False, visible=False),
    Column("seller", _("sales manager"), value=_nobody, sortable=False),
    Column("stage", _("stage"), value=lambda row: row.lead.stage or row.lead.get_outcome_display(), sortable=False),
    Column("outcome", _("outcome"), value=lambda row: row.lead.get_outcome_display(), sortable=False, visible=False),
    Column("score", _("score"), kind="percent", digits=0),
    Column("missing", _("missing"), value=missing_words, sortable=False, hint=_("Required fields the card lacks")),
    Column("last_call", _("last call"), value=last_call_words, sortable=False),
    Column("contacts", _("contacts"), value=lambda row: ", ".join(row.contacts), sortable=False, visible=False),
    Column("region", _("region"), value="lead.region", sortable=False, visible=False),
    Column("number", _("lead number"), value="lead.pk", sortable=False, visible=False),
    Column("source_id", _("id in its system"), value="lead.source_id", sortable=False, visible=False),
)


def table_for(user: User, state: str, *, has_scores: bool) -> Table:
    """Return the table as this reader gets it: with their filters, a button to take leads where they may."""
    hidden = set() if has_scores else {"score"}
    columns = [column for column in COLUMNS if column.key not in hidden]
    if user.role in TAKERS:
        columns = [replace(column, value=_seller) if column.key == "seller" else column for column in columns]
    return Table(
        key="leads",
        columns=columns,
        default_sort="" if state == TO_DO else "-came",
        search=["person"],
        filters=_filters(user),
        stacks=True,
        empty_title=_EMPTY[state][0] if state in _EMPTY else _("No leads here"),
        empty_text=_EMPTY[state][1]
        if state in _EMPTY
        else _("Leads come with imports, the API and forms on the site."),
    )


_EMPTY = {
    TO_DO: (_("Nothing waits for you"), _("New leads, tasks of today and whatever is late will stand here.")),
    NOBODYS: (_("Every lead has somebody"), _("A lead that nobody could take yet will stand here.")),
    "nurture": (_("Nobody is warming up"), _("A lead that is put off to a day waits here and comes back by itself.")),
}


def asked_of(bound: BoundTable, state: str, *, today: dt.date, zone: dt.tzinfo) -> Asked:
    """Return what the address asks the inbox for."""
    values = bound.filter_values
    return Asked(
        state=state,
        whose=values.get("whose", ""),
        project_id=int(values["project"]) if "project" in values else None,
        channel=values.get("channel", ""),
        campaign=values.get("campaign", ""),
        seller_id=int(values["seller"]) if "seller" in values else None,
        request_type=values.get("request", ""),
        came=_moments(values["period"], today, zone) if "period" in values else None,
        has_late_task=values.get("task") == "late",
        search=bound.search_text,
    )


def bulk_actions(user: User) -> list[BulkAction]:
    """Return what the reader may do with chosen leads."""
    actions = []
    if user.role in TAKERS:
        actions.append(BulkAction(_("Take"), reverse("desk:claim_chosen")))
    if has_right(user, Right.WRITE_SALES):
        actions.append(BulkAction(_("Give to…"), reverse("desk:assign")))
        actions.append(BulkAction(_("Set a task…"), reverse("desk:tasks")))
    return [*actions, BulkAction(_("Export"), reverse("desk:export"))]


def _moments(name: str, today: dt.date, zone: dt.tzinfo) -> tuple[dt.datetime, dt.datetime]:
    period = preset(name, today=today)
    start = dt.datetime.combine(period.start, dt.time(), zone)
    return start, dt.datetime.combine(period.end + dt.timedelta(days=1), dt.time(), zone)


def _filters(user: User) -> list[Filter]:
    projects = [(str(pk), name) for pk, name in visible_projects(user).order_by("name").values_list("pk", "name")]
    channels = sorted(((key, capfirst(str(words))) for key, words in CHANNEL_WORDS.items()), key=lambda pair: pair[1])
    names = Campaign.objects.order_by("-pk").values_list("name", flat=True)[:_MOST_CAMPAIGNS]
    campaigns = [(name, name) for name in sorted(set(names))]
    sellers = _sellers(user)
    shown = [
        Filter("whose", _("Whose"), [("mine", _("mine")), ("team", _("my team's"))]) if sellers else None,
        Filter("project", _("Project"), projects) if len(projects) > 1 else None,
        Filter("channel", _("Channel"), channels),
        Filter("campaign", _("Campaign"), campaigns) if campaigns else None,
        Filter("seller", _("Sales manager"), sellers) if sellers else None,
        Filter("request", _("Request"), RequestType.choices),
        Filter("period", _("Came"), [(key, PRESET_LABELS[key]) for key in _PERIODS]),
        Filter("task", _("Tasks"), [("late", _("with a late one"))]),
    ]
    return [one for one in shown if one is not None]


def _sellers(user: User) -> list[tuple[str, str]]:
    width = reach_of(user).width
    if width not in (Width.ALL, Width.TEAM):
        return []
    sellers = User.objects.filter(role__in=[Role.SELLER, Role.SUPERVISOR])
    if width is Width.TEAM:
        sellers = sellers.filter(team__in=led_team_ids(user))
    return [(str(pk), name) for pk, name in sellers.order_by("name").values_list("pk", "name")]
