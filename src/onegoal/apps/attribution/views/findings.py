"""What stands out in the journeys, in sentences: groups that help but never close, groups that begin."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from onegoal.apps.attribution.forms import Wanted
from onegoal.apps.attribution.queries.figures import Found
from onegoal.apps.attribution.views.measure import Measure
from onegoal.apps.attribution.views.side_by_side import Line
from onegoal.apps.attribution.words import conversions_text, group_name, model_name
from onegoal.apps.shell import figures, numbers
from onegoal.core.attribution.roles import Roles
from onegoal.core.statistics import wilson

RARELY = 0.1
"""A group closes rarely when even the upper bound of its share is below this."""
MOST = 3


def findings_of(wanted: Wanted, found: Found, measure: Measure, sides: Sequence[Line], roles: Roles) -> list[str]:
    """Sentences about groups whose part in the journeys one model alone would hide."""
    helpers = [place for place in range(len(found.journeys.groups)) if is_helper(roles, place)]
    helpers.sort(key=lambda place: -int(roles.present[place]))
    return [_helper(wanted, found, measure, sides, roles, place) for place in helpers[:MOST]]


def is_helper(roles: Roles, place: int) -> bool:
    """Whether a group closes hardly any of the journeys it stands in, or none where groups usually close some.

    Both beyond chance: the upper bound of its share is small, or below what a group that is present closes on average.
    """
    present, closes = int(roles.present[place]), int(roles.closes[place])
    if not present:
        return False
    most = wilson(closes, present).high or 1.0
    return most < RARELY or (closes == 0 and most < roles.attributed / int(roles.present.sum()))


def role_words(wanted: Wanted, group: str, roles: Roles, place: int) -> str:
    """What a group does, in one sentence."""
    present, closes = int(roles.present[place]), int(roles.closes[place])
    parts = {
        "group": group_name(wanted.asked.dimension, group),
        "present": conversions_text(wanted.asked, present),
        "all": numbers.write_number(roles.attributed, figures.language()),
        "starts": numbers.write_number(int(roles.starts[place]), figures.language()),
        "assists": numbers.write_number(int(roles.assists[place]), figures.language()),
        "closes": numbers.write_number(closes, figures.language()),
    }
    if present and not closes:
        return (
            _("%(group)s stands in %(present)s of %(all)s and closes none of them: it assists, it never closes.")
            % parts
        )
    if is_helper(roles, place):
        return _("%(group)s stands in %(present)s of %(all)s and closes only %(closes)s of them.") % parts
    said = _(
        "%(group)s stands in %(present)s of %(all)s: it starts %(starts)s, assists in %(assists)s, closes %(closes)s."
    )
    return said % parts


def _helper(wanted: Wanted, found: Found, measure: Measure, sides: Sequence[Line], roles: Roles, place: int) -> str:
    group = found.journeys.groups[place]
    line = next((one for one in sides if one.group == group and not one.is_unattributed), None)
    said = role_words(wanted, group, roles, place)
    if line is None or wanted.model == "last":
        return said
    credit = _("Last touch gives it %(last)s, %(model)s %(main)s.") % {
        "last": measure.text(line.credit("last") or 0),
        "model": model_name(wanted.model),
        "main": measure.text(line.main.value),
    }
    return f"{said} {credit}"
