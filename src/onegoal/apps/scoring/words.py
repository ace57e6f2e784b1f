"""The score in words: whether it is on and why, fields, values, reasons and refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from onegoal.apps.company.models import Project
from onegoal.apps.marketing.words import channel_words
from onegoal.apps.people.models import Organisation
from onegoal.apps.sales.models import RequestType
from onegoal.apps.scoring.arrival import HOURS_TOGETHER
from onegoal.apps.scoring.fields import labels
from onegoal.apps.scoring.models import Target, Training
from onegoal.apps.shell import figures, numbers
from onegoal.core.lead_score_training import LEAST_LEADS, LEAST_OF_EACH

Text = str | Promise

# Each takes the value in words; a field without a sentence of its own is written "field: value".
_CAME: Final[dict[str, Text]] = {
    "channel": gettext_lazy("came through %(value)s"),
    "source": gettext_lazy("came from %(value)s"),
    "campaign": gettext_lazy("came by the campaign %(value)s"),
    "creative": gettext_lazy("came by the creative %(value)s"),
    "keyword": gettext_lazy("searched for %(value)s"),
    "landing_page": gettext_lazy("landed on %(value)s"),
    "hour": gettext_lazy("came at %(value)s"),
    "weekday": gettext_lazy("came on a %(value)s"),
    "agency": gettext_lazy("brought by the agency %(value)s"),
}
WHY_REFUSED: Final[dict[str, Text]] = {
    "late": gettext_lazy("filled after the lead came"),
    "unknown": gettext_lazy("nobody saw when it was filled"),
}
REMEDIES: Final[dict[str, Text]] = {
    "late": gettext_lazy("Fill it in the form or when the lead is taken in; new leads then count."),
    "unknown": gettext_lazy("If the other system had it when the lead came, say so here."),
}
WHY_OFF: Final[dict[str, Text]] = {
    "too_few": gettext_lazy("too few leads"),
    "one_outcome": gettext_lazy("all ended the same way"),
    "no_better": gettext_lazy("no better than the base rate"),
    "badly_calibrated": gettext_lazy("per cents too far off"),
    "failed": gettext_lazy("broke down"),
}


@dataclass(frozen=True)
class Vocabulary:
    """Names of fields and of the records their values point to, looked up once for a page."""

    fields: Mapping[str, str]
    projects: Mapping[str, str]
    agencies: Mapping[str, str]

    def field(self, key: str) -> str:
        """Return the name of a field; one that is gone is called by its key."""
        return self.fields.get(key, key)

    def value(self, key: str, value: str) -> str:
        """Return a value as people say it."""
        if value == "" and key != "earlier":
            return _("not told")
        if key == "channel":
            return channel_words(value)
        if key == "request_type":
            return str(dict(RequestType.choices).get(value, value))
        if key in ("project", "agency"):
            return (self.projects if key == "project" else self.agencies).get(value, f"#{value}")
        if key == "hour":
            return f"{int(value):02d}:00–{int(value) + HOURS_TOGETHER:02d}:00"
        if key == "weekday":
            return str(WEEKDAYS[int(value)])
        if key == "earlier":
            return {"0": _("none"), "3": _("3 or more")}.get(value, value)
        if value in ("yes", "no"):
            return _("yes") if value == "yes" else _("no")
        return _range(value)

    def reason(self, key: str, value: str) -> str:
        """Return what is known of a lead as a sentence without a subject: `came by the creative floor-plan-3d`."""
        if key == "earlier":
            return _("never enquired before") if value == "0" else _("enquired before")
        if not value:
            return _("%(field)s not known") % {"field": self.field(key)}
        if key in _CAME:
            return str(_CAME[key]) % {"value": self.value(key, value)}
        return _("%(field)s: %(value)s") % {"field": self.field(key), "value": self.value(key, value)}


def vocabulary() -> Vocabulary:
    """Return the words for what models speak of."""
    return Vocabulary(
        labels(),
        {str(pk): name for pk, name in Project.objects.values_list("id", "name")},
        {str(pk): name for pk, name in Organisation.objects.filter(kind="agency").values_list("id", "name")},
    )


def points_text(points: float) -> str:
    """Return points of chance with their sign: `+14 points`."""
    whole = round(points)
    number = numbers.write_number(abs(whole), figures.language())
    sign = "+" if whole > 0 else "−" if whole < 0 else ""
    return ngettext("%(points)s point", "%(points)s points", abs(whole)) % {"points": f"{sign}{number}"}


def reason_lines(reasons: Sequence[Mapping[str, Any]], words: Vocabulary) -> list[tuple[str, str]]:
    """Return the stored reasons of a score as (words, points)."""
    return [(words.reason(one["field"], one["value"]), points_text(one["points_bp"] / 100)) for one in reasons]


def state_words(used: Training | None, latest: Training | None) -> str:
    """Say in one sentence whether the score is on, and why."""
    if latest is None:
        return _(
            "The score is off: it has not been trained yet. It trains by itself once there are %(leads)s decided leads."
        ) % {"leads": LEAST_LEADS}
    if latest.why_off == "failed" and used is not None:
        return _("The last training broke down; the score goes on as it was trained before.")
    if used is not None:
        return _on(used)
    return _off(latest)


def target_words(target: str) -> str:
    """Say what becomes of a good lead, after "which": `are qualified`, `bring a signed deal`."""
    return (
        pgettext("leads which", "bring a signed deal")
        if target == Target.WON
        else pgettext("leads which", "are qualified")
    )


def _on(training: Training) -> str:
    judged = training.report["judgement"]
    return _(
        "The score is on: on %(count)s leads it had not seen it foretold which %(good)s better than the average of"
        " %(rate)s for everybody, beyond chance."
    ) % _parts(training, judged)


def _off(training: Training) -> str:
    judged = training.report.get("judgement")
    if training.why_off == "no_better":
        return _(
            "The score is off: on %(count)s leads it had not seen it was no better than giving everybody the average of"
            " %(rate)s; the difference is within chance."
        ) % _parts(training, judged)
    if training.why_off == "badly_calibrated":
        error = numbers.write_percent(judged["calibration_error"], figures.language())
        return _(
            "The score is off: it ranks leads better than chance, but its per cents were %(error)s off on average."
        ) % {"error": error}
    if training.why_off == "one_outcome":
        return _("The score is off: all leads ended the same way, so there is nothing to tell apart.")
    if training.why_off == "failed":
        return _("The score is off: the last training broke down. Train again.")
    return _(
        "The score is off: %(leads)s decided leads, %(good)s of them good, are too few to learn from. It needs %(least)s"
        " leads with %(each)s of either outcome, and new ones on ten days."
    ) % {
        "leads": training.report.get("leads", 0), "good": training.report.get("positives", 0), "least": LEAST_LEADS,
        "each": LEAST_OF_EACH,
    }  # fmt: skip


def _parts(training: Training, judged: Mapping[str, Any]) -> dict[str, str]:
    rate = judged["positives"] / judged["count"] if judged["count"] else 0
    return {
        "count": numbers.write_number(judged["count"], figures.language()),
        "good": target_words(training.target),
        "rate": numbers.write_percent(rate, figures.language()),
    }


def _range(value: str) -> str:
    low, dots, high = value.partition("..")
    if not dots:
        return value
    try:
        bounds = [numbers.write_number(float(bound), figures.language()) for bound in (low, high)]
    except ValueError:
        return value
    return "–".join(bounds)
