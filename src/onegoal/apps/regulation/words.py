"""Criteria, values, verdicts and refusals as people say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.text import capfirst
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.regulation.fields import Asked, asked_fields
from onegoal.apps.regulation.models import Clause, Decision, Regulation
from onegoal.apps.regulation.queries import Attempts, regulation_for
from onegoal.apps.regulation.services import DecisionRefused
from onegoal.apps.sales.completeness import fields_of
from onegoal.apps.sales.models import Entity, Lead
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_day, write_moment_fully, write_number
from onegoal.core.criteria import Kind, Operator, value_of
from onegoal.core.qualification import Flaw

OPERATOR_WORDS: Final = {
    Operator.IS: gettext_lazy("is"),
    Operator.IS_NOT: gettext_lazy("is not"),
    Operator.ONE_OF: gettext_lazy("one of"),
    Operator.NONE_OF: gettext_lazy("none of"),
    Operator.CONTAINS: gettext_lazy("contains"),
    Operator.AT_LEAST: gettext_lazy("at least"),
    Operator.AT_MOST: gettext_lazy("at most"),
    Operator.BETWEEN: gettext_lazy("between"),
    Operator.BEFORE: gettext_lazy("earlier than"),
    Operator.AFTER: gettext_lazy("later than"),
    Operator.IS_FILLED: gettext_lazy("is filled in"),
    Operator.IS_EMPTY: gettext_lazy("is empty"),
}
_FLAWS: Final = {
    "empty": gettext_lazy("There is no criterion yet: every lead would qualify."),
    "no_value": gettext_lazy("%(clauses)s names no value, so it can never hold."),
    "wrong_kind": gettext_lazy("%(clauses)s names a value that its field cannot have, so it can never hold."),
    "reversed": gettext_lazy("%(clauses)s begins above its end, so it can never hold."),
    "not_in_list": gettext_lazy("%(clauses)s names something that is not in the list of its field."),
    "unfit_operator": gettext_lazy("%(clauses)s demands what its field cannot answer."),
    "unknown_field": gettext_lazy("%(clauses)s asks for a field that does not exist any more."),
    "never": gettext_lazy("%(clauses)s can never hold: it leaves no value."),
    "exclude": gettext_lazy("%(clauses)s exclude each other: no lead can meet both, and both are required."),
    "together": gettext_lazy("%(clauses)s are all required, and no lead can meet all of them."),
    "threshold": gettext_lazy("No lead can reach the points needed: the criteria bring %(reach)s at most."),
}
_DRAFT: Final = {
    "locked": gettext_lazy("This version is signed and cannot be changed. Copy it into a new draft."),
    "withdrawn": gettext_lazy("This version is withdrawn. Take it up again to change it."),
    "not_withdrawn": gettext_lazy("This version is not withdrawn."),
    "number_taken": gettext_lazy("Another clause has this number. Clauses are cited by it, so each needs its own."),
}
_SIGNATURE: Final = {
    "not_a_draft": gettext_lazy("This version can no longer be signed."),
    "no_right": gettext_lazy("You do not sign for this department."),
    "signed_already": gettext_lazy("%(by)s has signed for this department already."),
    "same_person": gettext_lazy("You have signed for the other department. Two persons sign, so that both know it."),
    "past": gettext_lazy("It cannot come into force in the past: the leads of then were judged by what held then."),
    "contradictory": gettext_lazy("It cannot be signed as it is."),
}


def operator_words(kind: Kind, operator: Operator) -> str:
    """Return what an operator demands, as it stands between field and value."""
    if kind is Kind.FLAG and operator is Operator.IS:
        return _("must be")
    return str(OPERATOR_WORDS[operator])


def demand(clause: Clause, fields: Mapping[str, Asked]) -> str:
    """Return a criterion as a sentence: Budget: at least 60,000."""
    asked = fields.get(clause.field)
    if asked is None or clause.operator not in OPERATOR_WORDS:
        return _("a field that does not exist any more")
    operator = Operator(clause.operator)
    must = operator_words(asked.field.kind, operator)
    if operator in (Operator.IS_FILLED, Operator.IS_EMPTY):
        return _("%(field)s %(must)s") % {"field": asked.title, "must": must}
    if asked.field.kind is Kind.FLAG or operator is Operator.IS:
        return _("%(field)s: %(value)s") % {"field": asked.title, "value": _values(clause.value, asked)}
    words = {"field": asked.title, "must": must, "value": _values(clause.value, asked, operator)}
    return _("%(field)s: %(must)s %(value)s") % words


def wording(clause: Clause, fields: Mapping[str, Asked]) -> str:
    """Return what a clause says: its own words, else its demand."""
    return clause.text or demand(clause, fields)


def value_words(value: Any, asked: Asked | None, choices: Mapping[str, str] | None = None) -> str:
    """Return one value as its reader writes it; an empty text when there is none."""
    kind = asked.field.kind if asked else Kind.TEXT
    read = value_of(kind, value)
    if read is None:
        return "" if value in (None, "") else str(value)
    if isinstance(read, bool):
        return _("yes") if read else _("no")
    if isinstance(read, float):
        return write_number(int(read) if read == int(read) else read, language(), style="exact")
    if isinstance(read, dt.date):
        return write_day(read, language())
    if kind is Kind.CHOICE and asked is not None:
        known = dict(asked.choices()) if choices is None else choices
        return str(known.get(read, value))
    return str(value)


def seen_words(holds: bool | None, value: Any, asked: Asked | None) -> str:
    """Return what a criterion saw of a lead and what it says of it: `45,000, not met`."""
    shown = value_words(value, asked)
    if holds is None:
        return _("not known")
    said = _("met") if holds else _("not met")
    return _("%(value)s, %(said)s") % {"value": shown, "said": said} if shown else said


def flaw_words(flaw: Flaw, regulation: Regulation, fields: Mapping[str, Asked]) -> str:
    """Return why a version cannot be signed, with the clauses in question."""
    own = {clause.number: clause for clause in regulation.clauses.all()}
    named = [
        _("“%(number)s %(text)s”") % {"number": number, "text": wording(own[number], fields)}
        for number in flaw.numbers
        if number in own
    ]
    return str(_FLAWS[flaw.code]) % {"clauses": _listed(named), "reach": write_number(flaw.reach, language())}


def draft_words(code: str) -> str:
    """Return why a draft is not changed."""
    return str(_DRAFT[code])


def signature_words(code: str, by: str = "") -> str:
    """Return why a signature is not taken."""
    return str(_SIGNATURE[code]) % {"by": by}


def attempts_words(attempts: Attempts, regulation: Regulation) -> str:
    """Return how often it was tried to reach the person against what was agreed."""
    if attempts.is_reached:
        return _("The call log shows a conversation since the lead came.")
    tried = ngettext("%(count)s attempt", "%(count)s attempts", attempts.count) % {"count": attempts.count}
    days = ngettext("%(count)s day", "%(count)s days", attempts.days) % {"count": attempts.days}
    return _("%(tried)s on %(days)s in the call log; agreed are %(agreed)s.") % {
        "tried": tried, "days": days, "agreed": attempts_agreed(regulation),
    }  # fmt: skip


def refusal_words(
    code: str, *, clauses: Iterable[Clause] = (), fields: Mapping[str, Asked] | None = None,
    attempts: Attempts | None = None, regulation: Regulation | None = None, last: Decision | None = None, zone: Any = None,
) -> str:  # fmt: skip
    """Return why a decision is not taken, what stands against it and what to do."""
    known = fields or {}
    named = _listed(
        [_("“%(number)s %(text)s”") % {"number": one.number, "text": wording(one, known)} for one in clauses]
    )
    if code == "fails":
        return _("The lead does not qualify: %(clauses)s.") % {"clauses": named}
    if code == "unknown":
        missing = _listed(list(dict.fromkeys(known[one.field].title for one in clauses if one.field in known)))
        return _("Not enough is known to qualify it. Fill in: %(fields)s.") % {"fields": missing}
    if code in ("attempts", "reached") and attempts and regulation:
        return _("It cannot be rejected by %(clauses)s. %(why)s") % {
            "clauses": named, "why": attempts_words(attempts, regulation),
        }  # fmt: skip
    if code in ("already", "meanwhile") and last:
        said = {"who": last.author or _("Another system"), "when": write_moment_fully(last.at, language(), zone),
                "outcome": last.get_outcome_display()}  # fmt: skip
        return _("%(who)s decided on this lead meanwhile: %(outcome)s, %(when)s. Nothing was changed.") % said
    return str(_REFUSALS.get(code, _REFUSALS["meanwhile"]))


def words_of_refusal(lead: Lead, refusal: DecisionRefused) -> str:
    """Return why a decision on a lead is not taken, in words."""
    if refusal.code == "fields":
        labels = fields_of(Entity.LEAD)
        named = _listed([capfirst(str(labels.get(name, name))) for name in refusal.fields])
        return _("The card lacks what was agreed for this step. Fill in: %(fields)s.") % {"fields": named}
    regulation = regulation_for(lead.created_at)
    clauses = {one.number: one for one in regulation.clauses.all()} if regulation else {}
    return refusal_words(
        refusal.code, clauses=[clauses[number] for number in refusal.clauses if number in clauses],
        fields=asked_fields(), attempts=refusal.attempts, regulation=regulation, last=refusal.last,
        zone=get_current_timezone(),
    )  # fmt: skip


def _values(value: Any, asked: Asked, operator: Operator | None = None) -> str:
    choices = dict(asked.choices()) if asked.field.kind is Kind.CHOICE else {}
    if not isinstance(value, list):
        return value_words(value, asked, choices)
    shown = [value_words(one, asked, choices) for one in value]
    if operator is Operator.BETWEEN and len(shown) == 2:
        return _("%(low)s and %(high)s") % {"low": shown[0], "high": shown[1]}
    return ", ".join(shown)


def _listed(named: list[str]) -> str:
    if len(named) == 2:
        return _("%(one)s and %(other)s") % {"one": named[0], "other": named[1]}
    return capfirst(", ".join(named))


_REFUSALS: Final = {
    "no_clause": gettext_lazy("A rejection cites a clause of the regulation. Choose one."),
    "foreign_clause": gettext_lazy("This clause is not of the version by which the lead is judged."),
    "no_reason": gettext_lazy("Say why the lead is rejected."),
    "no_date": gettext_lazy("Say on which day the lead comes back."),
    "past_date": gettext_lazy("The lead has to come back on a later day than today."),
    "override": gettext_lazy("You may not decide against the regulation. Ask your supervisor."),
    "already": gettext_lazy("This lead is decided so already."),
    "meanwhile": gettext_lazy("Somebody changed this lead meanwhile. Look at it once more."),
}


def attempts_agreed(regulation: Regulation) -> str:
    """Return what was agreed about reaching a person: 3 attempts on 2 days."""
    need = ngettext("%(count)s attempt", "%(count)s attempts", regulation.attempts_needed)
    days = ngettext("%(count)s day", "%(count)s days", regulation.attempts_days)
    return _("%(attempts)s on %(days)s") % {
        "attempts": need % {"count": regulation.attempts_needed}, "days": days % {"count": regulation.attempts_days},
    }  # fmt: skip
