"""What a refused review, scorecard, coaching or recording says to the person."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from onegoal.apps.quality.services.reviews import ReviewRefused


def review_refusal(refused: ReviewRefused) -> str:
    """Say why something could not be done with a review, and what to do."""
    if refused.code == "unfinished":
        count = len(refused.questions)
        said = ngettext(
            "%(count)s question must still be answered.", "%(count)s questions must still be answered.", count
        )
        return said % {"count": count}
    words = {
        "own_call": _("Nobody judges their own call. A colleague has to do it."),
        "no_recording": _("There is nothing to hear: attach the recording of this call first, then review it."),
        "no_scorecard": _("No scorecard is in use yet. Build one, then come back."),
        "finished": _("This review is finished and stays as it is."),
        "not_yours": _("Only the person it belongs to can do that."),
        "bad_answer": _("This answer does not fit the question. The former one stays."),
        "not_heard": _("This colleague may not hear that call."),
        "bad_second": _("This place is not in the call."),
    }
    return words[refused.code]


def scorecard_refusal(code: str) -> str:
    """Say why a scorecard cannot be so."""
    words = {
        "no_weight": _("At least one question must give points: yes or no, or 0 to 5, with a weight above 0."),
        "taken": _("There is a scorecard of this name already."),
    }
    return words[code]


def coaching_refusal(code: str) -> str:
    """Say why a coaching cannot be."""
    words = {
        "past": _("This day is over. Choose today or a later one."),
        "own": _("Nobody coaches themselves. A colleague has to do it."),
        "closed": _("This coaching is closed already."),
    }
    return words[code]


def recording_refusal(code: str) -> str:
    """Say why a file is not taken as a recording."""
    words = {
        "has_one": _("This call has a recording already."),
        "too_big": _("The file is larger than %(size)s MB. Save it as MP3 and try again.")
        % {"size": settings.RECORDING_MAX_BYTES // 1_000_000},
        "empty": _("The file is empty. Choose the recording again."),
        "no_sound": _("This is no WAV, MP3, OGG or M4A file, whatever its name says. Nothing was kept."),
    }
    return words[code]
