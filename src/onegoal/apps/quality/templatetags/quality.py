"""What templates ask about calls: where the sound is, and how a place in it is written."""

from __future__ import annotations

from django import template
from django.utils.translation import get_language

from onegoal.apps.quality.forms.reviews import RemarkForm, write_seconds
from onegoal.apps.quality.models import CallRemark
from onegoal.apps.quality.queries.recordings import Recording, recording_of
from onegoal.apps.sales.models import Call
from onegoal.apps.shell import numbers

register = template.Library()


@register.filter
def recording(call: Call) -> Recording:
    """Return the sound of a call."""
    return recording_of(call)


@register.filter
def remarks_id(call: Call) -> str:
    """Return the id of the element that holds a call's remarks, which its player marks on the bar."""
    return f"remarks-{call.pk}"


@register.filter
def clock(seconds: int | None) -> str:
    """Write a place in a call as `1:23`."""
    return "" if seconds is None else write_seconds(seconds)


@register.filter
def alpha(value: float | None) -> str:
    """Write an alpha with two decimals and a real minus."""
    return "–" if value is None else numbers.write_number(value, get_language() or "en", digits=2)


@register.filter
def share(hundredths: int | None) -> float | None:
    """Return hundredths of a per cent as a share of one."""
    return None if hundredths is None else hundredths / 10_000


@register.simple_tag
def remark_form(remark: CallRemark) -> RemarkForm:
    """Return the form that changes a remark."""
    told = {name: getattr(remark, name) for name in ("second", "end_second", "text", "objection", "topic")}
    return RemarkForm(initial=told, auto_id=f"remark-{remark.pk}-%s")
