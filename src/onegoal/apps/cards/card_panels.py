"""The panels that every card has: tasks, the timeline, fields, sources, what else is known, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right
from onegoal.apps.cards.days import CHOICES
from onegoal.apps.cards.fields import fields_of_card, shown_value
from onegoal.apps.cards.forms import ContactForm, NoteForm, TaskForm
from onegoal.apps.cards.now import steps_for
from onegoal.apps.cards.queries_tasks import assignable, grouped, tasks_of
from onegoal.apps.people.models import IdentifierKind
from onegoal.apps.sales.completeness import entity_of, missing_fields, required_fields
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.shell.panels import Of, Panel, Place, register_panels

Context = Mapping[str, Any]
Record = Lead | Deal
_HIDDEN_KINDS = (IdentifierKind.CRM, IdentifierKind.VISITOR)


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]


def told(request: HttpRequest, record: Record) -> dict[str, Any]:
    """Return what every panel of cards tells its template."""
    return {"record": record, "of": entity_of(record), "may_write": has_right(_user(request), Right.WRITE_SALES)}


def tasks(request: HttpRequest, record: Record) -> Context:
    """The open tasks, the last ones done, the line for a new one and what is to be done first."""
    now = timezone.localtime()
    waiting, done = tasks_of(_user(request), record)
    return told(request, record) | {
        "groups": grouped(waiting, now),
        "done": done,
        "steps": steps_for(record, waiting, now),
        "may_assign": False,
        "form": TaskForm(auto_id="task-%s", colleagues=assignable(_user(request))),
        "choices": CHOICES,
        "owner": record.seller_id if has_right(_user(request), Right.ASSIGN) else None,
        "now": now,
    }


def timeline(request: HttpRequest, record: Record) -> Context:
    """The place of the timeline, which fetches itself when it comes into sight."""
    return told(request, record)


def fields(request: HttpRequest, record: Record) -> Context:
    """The fields as text, with those marked that the stage asks for, and the contacts."""
    wanted, lacking = required_fields(entity_of(record), record.stage), missing_fields(record, record.stage)
    lines = [(field, shown_value(field, record), field.name in lacking) for field in fields_of_card(record)]
    kept = [line for line in lines if line[1] not in (None, "") or line[0].name in wanted]
    return told(request, record) | {
        "lines": kept,
        "hidden_count": len(lines) - len(kept),
        "contacts": record.person.identifiers.exclude(kind__in=_HIDDEN_KINDS).order_by("pk"),
        "lacks_phone": "phone" in lacking,
        "lacks_email": "email" in lacking,
        "contact_form": ContactForm(auto_id="contact-%s"),
    }


def sources(request: HttpRequest, record: Record) -> Context | None:
    """Where the person came from first, which nobody rewrites, and last."""
    lead = record if isinstance(record, Lead) else record.lead
    first, last = (lead.origin, lead.last_origin) if lead else (record.origin, record.origin)
    return None if first is None else {"first": first, "last": last, "is_same": first == last}


def known(request: HttpRequest, record: Record) -> Context:
    """The place of what else is known of the person, which fetches itself."""
    return told(request, record)


def notes(request: HttpRequest, record: Record) -> Context:
    """The notes, pinned ones first, and the line for a new one."""
    written = record.notes.select_related("author")
    return told(request, record) | {"notes": written, "form": NoteForm(auto_id="note-%s"), "reader": _user(request)}


def register() -> None:
    """Put the panels on cards of leads and deals."""
    wide: list[tuple[str, Any, str, Any, Place, int]] = [
        ("tasks", _("What to do now"), "cards/tasks_panel.html", tasks, "main", 20),
        ("timeline", _("What happened"), "cards/timeline_panel.html", timeline, "main", 900),
        ("fields", _("Card"), "cards/fields_panel.html", fields, "side", 10),
        ("sources", _("Where they came from"), "cards/sources_panel.html", sources, "side", 20),
        ("known", _("The same person"), "cards/known_panel.html", known, "side", 30),
        ("notes", _("Notes"), "cards/notes_panel.html", notes, "side", 40),
    ]
    both: tuple[Of, Of] = ("lead", "deal")
    for of in both:
        register_panels(
            *(
                Panel(key, of, title, template, context, place, order)
                for key, title, template, context, place, order in wide
            )
        )
