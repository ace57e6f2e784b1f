"""What hinders, in words: each kind of hindrance with its sentence, its owner and the page where it is mended."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.accounts.models import User
from onegoal.apps.control.queries.desk import Hindrance
from onegoal.apps.control.words import amount, bottleneck_sentence, part_name, sag_sentence
from onegoal.apps.regulation.models import Side

KINDS = {
    "blocker": gettext_lazy("blocker"),
    "question": gettext_lazy("late feedback"),
    "late_answers": gettext_lazy("late first answer"),
    "checks": gettext_lazy("check in debt"),
    "reviews": gettext_lazy("review in debt"),
    "dispute": gettext_lazy("dispute"),
    "conflict": gettext_lazy("conflict of pay and goal"),
    "part": gettext_lazy("behind the plan"),
    "bottleneck": gettext_lazy("bottleneck"),
    "sag": gettext_lazy("drop"),
    "override": gettext_lazy("plan let pass"),
}


def sentence(one: Hindrance) -> str:
    """Say what hinders."""
    return one.said or _SAYS[one.kind](one)


def address(one: Hindrance) -> str:
    """Return the page where it is mended."""
    return one.url or _AT[one.kind](one)


def kind_words(one: Hindrance) -> str:
    """Return the name of its kind."""
    return str(KINDS.get(one.kind, one.kind))


def owner_words(one: Hindrance) -> str:
    """Say who answers for it: a person, else the department."""
    owner: User | None = one.owner
    return owner.name if owner else department(one)


def department(one: Hindrance) -> str:
    """Return the name of the department that answers for it."""
    return capfirst(str(Side(one.side).label))


def _answers(one: Hindrance) -> str:
    text = ngettext(
        "%(count)s lead waits for its first answer longer than promised",
        "%(count)s leads wait for their first answer longer than promised",
        one.count,
    )
    return text % {"count": one.count}


def _checks(one: Hindrance) -> str:
    text = ngettext(
        "%(count)s rejection waits to be checked for more than two working days",
        "%(count)s rejections wait to be checked for more than two working days",
        one.count,
    )
    return text % {"count": one.count}


def _reviews(one: Hindrance) -> str:
    text = ngettext(
        "%(count)s drawn call was not reviewed in time", "%(count)s drawn calls were not reviewed in time", one.count
    )
    return text % {"count": one.count}


def _part(one: Hindrance) -> str:
    part = one.subject
    said = {"part": part_name(part), "fact": amount(part.kind, part.fact), "plan": amount(part.kind, part.expected)}
    return _("%(part)s: %(fact)s, and %(plan)s were to be reached by tonight.") % said


def _dispute(one: Hindrance) -> str:
    said = {"name": one.subject.decision.lead.person}
    return _("The finding on the lead of %(name)s is disputed and waits for the head's word") % said


def _override(one: Hindrance) -> str:
    said = {"plan": one.subject.version.plan.name, "reason": one.subject.reason}
    return _("“%(plan)s” is in force though its checks were red: %(reason)s") % said


def _plan_url(one: Hindrance) -> str:
    try:
        return reverse("planning:version", args=[one.subject.version_id])
    except NoReverseMatch:
        return reverse("planning:basis")


def _answers_url(one: Hindrance) -> str:
    return f"{reverse('desk:inbox')}?seller={one.owner.pk}" if one.owner else reverse("desk:inbox")


_SAYS = {
    "blocker": lambda one: one.subject.text,
    "question": lambda one: _("No answer in time: “%(text)s”") % {"text": one.subject.text[:160]},
    "late_answers": _answers,
    "checks": _checks,
    "reviews": _reviews,
    "dispute": _dispute,
    "part": _part,
    "bottleneck": lambda one: bottleneck_sentence(one.subject),
    "sag": lambda one: sag_sentence(one.subject),
    "override": _override,
}
_AT = {
    "blocker": lambda one: reverse("control:blocker", args=[one.subject.pk]),
    "question": lambda one: reverse("feedback:question", args=[one.subject.pk]),
    "late_answers": _answers_url,
    "checks": lambda one: reverse("quality:checks"),
    "reviews": lambda one: reverse("quality:reviews"),
    "dispute": lambda one: reverse("quality:check", args=[one.subject.pk]),
    "part": lambda one: reverse("control:pace"),
    "bottleneck": lambda one: f"{reverse('control:pace')}#bottleneck",
    "sag": lambda one: f"{reverse('control:pace')}#sag",
    "override": _plan_url,
}
