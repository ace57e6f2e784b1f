"""Agencies and the clients they register."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.board import services
from onegoal.apps.board.forms import RegistrationForm
from onegoal.apps.board.models import Registration, RegistrationState
from onegoal.apps.board.queries.agencies import agencies, agencies_with_counts, visible_registrations
from onegoal.apps.board.refusals import moment
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.people.models import Organisation
from onegoal.apps.people.queries import visible_people
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import BoundTable, Column, Filter, Table
from onegoal.core.agency_protection import Ruling, Verdict

CONFLICTS = {
    Verdict.OTHER_AGENCY.value: gettext_lazy("under protection of another agency"),
    Verdict.OWN_CLIENT.value: gettext_lazy("the company's own client"),
    Verdict.OWN_PROTECTION.value: gettext_lazy("protected for this agency already"),
}


@requires(Right.SEE_PEOPLE)
@require_GET
def registrations(request: HttpRequest) -> HttpResponseBase:
    """Clients whom agencies registered: protected, refused, lapsed, bought."""
    user: User = request.user  # type: ignore[assignment]
    table = _table(request, user)
    context = {
        "table": table, "form": RegistrationForm(user=user), "may_write": has_right(user, Right.WRITE_SALES),
        "view": "clients",
    }  # fmt: skip
    return respond(request, "board/registrations.html", context, table)


@requires(Right.WRITE_SALES)
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register a client of an agency; a refusal says why, in words the agency may be told."""
    user: User = request.user  # type: ignore[assignment]
    form, now = RegistrationForm(request.POST, user=user), timezone.now()
    if not form.is_valid():
        context = {"table": _table(request, user), "form": form, "may_write": True, "is_open": True, "view": "clients"}
        return render(request, "board/registrations.html", context, status=422)
    data = form.cleaned_data
    agency = data["agency"] or services.find_or_create_agency(name=data["agency_name"], now=now)
    made = services.register_client(
        agency=agency, phone=data["phone"], name=data["name"], project=data["project"], note=data["note"],
        author=user, now=now,
    )  # fmt: skip
    tell = messages.success if made.ruling.is_accepted else messages.error
    tell(request, ruling_in_words(made.ruling))
    return redirect("board:registrations")


@requires(Right.SEE_PEOPLE)
@require_GET
def agency_list(request: HttpRequest) -> HttpResponseBase:
    """The agencies with what they brought; whether it is good is told by the chain."""
    user: User = request.user  # type: ignore[assignment]
    table = _AGENCIES.bind(request, agencies_with_counts(user, timezone.now()))
    return respond(request, "board/agencies.html", {"table": table, "chain": _chain_url(), "view": "agencies"}, table)


def ruling_in_words(ruling: Ruling) -> str:
    """Say what became of a registration without naming another agency or the company's seller."""
    said = {
        Verdict.PROTECTED: _("The client is protected until %(until)s."),
        Verdict.PROLONGED: _("The protection is prolonged until %(until)s."),
        Verdict.OTHER_AGENCY: _("Refused: the client is under protection of another agency since %(since)s."),
        Verdict.OWN_CLIENT: _("Refused: the client has been in contact with the company since %(since)s."),
        Verdict.OWN_PROTECTION: _("This client is protected for this agency already, until %(until)s."),
    }[ruling.verdict]
    return said % {"since": _moment(ruling.since), "until": _moment(ruling.until)}


def _moment(at: dt.datetime | None) -> str:
    return moment(at) if at else ""


def _conflict(row: Registration) -> str:
    return str(CONFLICTS.get(row.conflict, row.conflict))


def _since(row: Registration) -> dt.datetime | None:
    return row.conflicts_with.registered_at if row.conflicts_with else None


def _table(request: HttpRequest, user: User) -> BoundTable:
    seen = set(visible_people(user).filter(registrations__isnull=False).values_list("pk", flat=True))

    def person_url(row: Registration) -> str | None:
        return reverse("people:person", args=[row.person_id]) if row.person_id in seen else None

    projects = visible_projects(user).order_by("name").values_list("pk", "name")
    table = Table(
        key="registrations", title=_("Agencies' clients"), default_sort="-registered_at", stacks=True,
        search=["person__search_text", "agency__name"],
        columns=[
            Column("person", _("client"), value=lambda row: str(row.person), order_by="person__name", link=person_url),
            Column("agency", _("agency"), value="agency.name", order_by="agency__name"),
            Column("project", _("project"), value="project.name", order_by="project__name"),
            Column("state", _("state"), value=lambda row: row.get_state_display(), order_by="state"),
            Column("registered_at", _("registered at"), kind="moment"),
            Column("protected_until", _("protected until"), kind="moment"),
            Column("conflict", _("why refused"), value=_conflict, order_by="conflict"),
            Column("since", _("blocked since"), kind="moment", value=_since, sortable=False),
            Column("author", _("registered by"), value="author.name", order_by="author__name"),
            Column("note", _("note"), visible=False),
        ],
        filters=[
            Filter("state", _("state"), RegistrationState.choices),
            Filter("conflict", _("conflict"), list(CONFLICTS.items())),
            Filter("agency", _("agency"), [(str(pk), name) for pk, name in agencies().values_list("pk", "name")]),
            Filter("project", _("project"), [(str(pk), name) for pk, name in projects]),
        ],
        empty_title=_("No client registered yet"),
        empty_text=_("Write down whom an agency brings: the client is theirs for as long as was agreed."),
    )  # fmt: skip
    rows = visible_registrations(user).select_related("person", "agency", "project", "author", "conflicts_with")
    return table.bind(request, rows)


def _clients_url(agency: Organisation) -> str:
    return f"{reverse('board:registrations')}?{urlencode({'agency': agency.pk})}"


_AGENCIES = Table(
    key="agencies", title=gettext_lazy("Agencies"), default_sort="name", search=["name"], stacks=True,
    columns=[
        Column("name", gettext_lazy("agency"), link=_clients_url),
        Column("region", gettext_lazy("region"), visible=False),
        Column("registered", gettext_lazy("clients registered"), kind="number"),
        Column("protected", gettext_lazy("protected now"), kind="number"),
        Column("refused", gettext_lazy("refused"), kind="number"),
        Column("lead_count", gettext_lazy("leads"), kind="number"),
        Column("deal_count", gettext_lazy("deals"), kind="number"),
        Column("won_count", gettext_lazy("signed deals"), kind="number"),
    ],
    empty_title=gettext_lazy("No agencies yet"),
    empty_text=gettext_lazy("An agency is added with its first client, or comes with an import."),
)  # fmt: skip


def _chain_url() -> str:
    # The chain belongs to a higher app: it is known by its address only.
    try:
        return f"{reverse('analysis:chain')}?by=agency"
    except NoReverseMatch:
        return ""
