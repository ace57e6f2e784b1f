"""Parts of a KPI and their weights in words."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

from onegoal.apps.goal.models import PartKind
from onegoal.apps.goal.words import part_words, percent
from onegoal.apps.shell import numbers
from onegoal.apps.shell.figures import language
from onegoal.core.shared_kpi import PartAttainment

register = template.Library()
register.filter("hundredths", percent)


@register.filter
def part_line(part: PartAttainment) -> str:
    """Write one part as a line: `signed deals: 12 of 17, 71 %`."""
    fact, target = part_words(part)
    said = {
        "part": PartKind(part.kind).label, "fact": fact, "target": target,
        "share": numbers.write_percent(float(part.counted), language(), digits=0),
    }  # fmt: skip
    if not target:
        return _("%(part)s: %(share)s") % said
    return _("%(part)s: %(fact)s of %(target)s, %(share)s") % said
