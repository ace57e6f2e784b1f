"""Two values for one field of a card in words: who set what when, and what was typed meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.audit.changed_since import FieldChange
from onegoal.apps.cards.fields import CardField, comparable, shown_value
from onegoal.apps.cards.services.fields import Clash
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import NOTHING, write_duration, write_number


@dataclass(frozen=True)
class ClashLine:
    """One field that two people set to different values."""

    name: str
    label: str
    text: str
    theirs: str
    mine: str


def lines_of(clashes: list[Clash], record: Lead | Deal, form: Form, now: dt.datetime) -> list[ClashLine]:
    """Return the clashes in words; `record` holds what stands there now, `form` what was typed."""
    return [_line(clash, record, form, now) for clash in clashes]


def merged_words(others: list[tuple[CardField, FieldChange]], record: Lead | Deal) -> str:
    """Tell which other fields were changed meanwhile, by whom and to what."""
    parts = [
        _("%(who)s set %(field)s to %(value)s") % {"who": _who(change), "field": field.label, "value": _value(field, record)}
        for field, change in others
    ]  # fmt: skip
    return _("Meanwhile: %(changes)s.") % {"changes": "; ".join(parts)}


def _line(clash: Clash, record: Lead | Deal, form: Form, now: dt.datetime) -> ClashLine:
    theirs, mine = _value(clash.field, record), _typed(clash.field, form)
    said = _("%(who)s set it to %(theirs)s %(when)s; you typed %(mine)s.")
    told = {"who": _who(clash.theirs), "theirs": theirs, "when": _ago(clash.theirs.at, now), "mine": mine}
    return ClashLine(clash.field.name, clash.field.label, said % told, theirs, mine)


def _value(field: CardField, record: Lead | Deal) -> str:
    return _written(field, shown_value(field, record))


def _typed(field: CardField, form: Form) -> str:
    value = form.cleaned_data.get(field.name)
    choices = getattr(form.fields[field.name], "choices", None)
    if choices and value not in (None, ""):
        return str(dict(choices).get(value, value))
    return _written(field, comparable(field, value))


def _written(field: CardField, value: Any) -> str:
    if value in (None, ""):
        return NOTHING
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return write_number(value, language()) if field.kind == "number" and not isinstance(value, str) else str(value)


def _who(change: FieldChange) -> str:
    return change.by or _("An import or a job")


def _ago(at: dt.datetime, now: dt.datetime) -> str:
    seconds = (now - at).total_seconds()
    if seconds < 60:
        return _("just now")
    minutes = int(seconds // 60)
    if minutes < 60:
        return ngettext("%(minutes)s minute ago", "%(minutes)s minutes ago", minutes) % {"minutes": minutes}
    return _("%(time)s ago") % {"time": write_duration(seconds, language())}
