"""What is said when a check or its document is refused, and which reasons a check was chosen for."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from onegoal.apps.quality.models import Check
from onegoal.apps.quality.services.checks import CheckRefused
from onegoal.apps.quality.services.evidence import EvidenceRefused
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_moment


def say_refusal(refused: CheckRefused) -> str:
    """Return why something could not be done to a check, in words."""
    if refused.code == "decided":
        return _say_decided(refused.check)
    words = {
        "own": _("This was your own lead or decision: somebody else has to judge it."),
        "no_finding": _("Say what was wrong, so that the seller can follow it."),
        "no_seller": _("Choose who the lead goes back to."),
        "not_wrong": _("This finding cannot be answered any more."),
        "not_yours": _("Only the sales manager whose lead it was can answer."),
        "answered": _("This is answered already."),
        "not_disputed": _("Nobody disagrees here any more."),
        "no_words": _("Say why, so that both can follow it."),
        "not_right": _("This was decided anew meanwhile, so it stays."),
    }
    return words[refused.code]


def say_document_refused(refused: EvidenceRefused) -> str:
    """Return why a document was not taken, in words."""
    words = {
        "empty": _("The document is empty."),
        "too_big": _("The document is larger than 10 MB."),
        "kind": _("Only PDF, pictures, Word and Excel without macros, and text are taken."),
    }
    return words[refused.code]


def why_chosen(check: Check) -> list[Any]:
    """Return for which reasons a rejection is checked, the foremost first."""
    reasons = [
        (check.is_contradictory, _("against the regulation")),
        (check.is_promising, _("promising")),
        (check.is_drawn, _("drawn")),
    ]
    return [words for holds, words in reasons if holds]


def _say_decided(check: Check) -> str:
    zone, now = timezone.get_current_timezone(), timezone.now()
    return _("%(name)s decided this already, %(moment)s: %(state)s.") % {
        "name": check.reviewer or _("Somebody"),
        "moment": write_moment(check.checked_at, language(), zone, now=now) if check.checked_at else "",
        "state": check.get_state_display(),
    }
