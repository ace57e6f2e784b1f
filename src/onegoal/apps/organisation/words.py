"""The organisation in words: spans, loads and where handling times come from."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from onegoal.apps.organisation.queries import Handling, SellerLoad, TeamLine
from onegoal.apps.shell import figures, numbers
from onegoal.core.workload import FULL, MOST_WITHOUT_A_SECOND_TEAM, WIDEST_SPAN, waiting_factor

VERDICTS: Final[dict[str, str | Promise]] = {
    "over": gettext_lazy("more work than hours"),
    "full": gettext_lazy("full: answers become late"),
    "free": gettext_lazy("has room"),
}


def span_words(line: TeamLine) -> str:
    """Say what is wrong with a team, in plain words; nothing when all is well."""
    if line.team is None:
        return _("They have no team, so nobody leads them.")
    count = len(line.sellers)
    if line.verdict == "too_wide":
        said = ngettext("%(count)s seller is too many", "%(count)s sellers are too many", count) % {"count": count}
        return _("%(many)s for one supervisor: %(most)s at most. Make another team.") % {
            "many": said,
            "most": WIDEST_SPAN,
        }
    if line.verdict == "needs_second_team":
        return _("More than %(most)s sellers in the only team: make a second one, so that teams can compete.") % {
            "most": MOST_WITHOUT_A_SECOND_TEAM
        }
    return "" if line.team.supervisor else _("Nobody leads this team.")


def load_words(one: SellerLoad) -> str:
    """Say how full a day is; where chance does not let one tell, say so."""
    if one.load.verdict:
        return str(VERDICTS[one.load.verdict])
    return _("too close to tell") if one.load.capacity > 0 else _("no hours left for selling")


def queue_words(one: SellerLoad) -> str:
    """Say how long new work waits at this load."""
    share = one.load.share
    if share is None or share <= FULL:
        return ""
    factor = waiting_factor(share)
    if factor is None:
        return _("the queue grows every day")
    return _("new work waits about %(times)s handling times") % {
        "times": numbers.write_number(factor, figures.language(), digits=1)
    }


def source_words(told: Handling) -> str:
    """Say where a handling time comes from."""
    if told.source == "set":
        return _("settled here")
    if told.source == "calls":
        said = ngettext("mean of %(count)s call", "mean of %(count)s calls", told.calls)
        return said % {"count": numbers.write_number(told.calls, figures.language())}
    return _("assumed")
