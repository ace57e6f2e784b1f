"""The tags of every page: numbers, tables, charts, the chain, the period, and small parts."""

from __future__ import annotations

import functools
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from onegoal.apps.shell import figures, numbers
from onegoal.apps.shell.charts import Chart
from onegoal.apps.shell.period import COMPARE_LABELS, PRESET_LABELS, PeriodChoice
from onegoal.apps.shell.queries import visible_views
from onegoal.apps.shell.table_rows import rows_html
from onegoal.apps.shell.tables import BoundTable
from onegoal.apps.shell.toasts import describe

register = template.Library()
register.filter("number", figures.show_number)
register.filter("money", figures.show_money)
register.filter("percent", figures.show_percent)
register.filter("day", figures.show_day)
register.filter("moment", figures.show_moment)
register.filter("days", figures.show_days)
register.filter("duration", figures.show_duration)
register.simple_tag(figures.show_change, name="change")
register.simple_tag(rows_html, name="table_rows")
register.filter("counts", figures.show_counts)


@register.simple_tag
@functools.cache  # a page draws hundreds of few
def icon(name: str, size: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"/></svg>',
        f" icon-{size}" if size else "",
        static("shell/dist/icons.svg"),
        name,
    )


@register.simple_tag
def rate(numerator: Any, denominator: int | None = None, low: Any = None, high: Any = None) -> SafeString:
    """Show a rate from its parts, or from one object that carries them."""
    is_object = hasattr(numerator, "denominator") and not isinstance(numerator, int)
    shown = numerator if is_object or numerator is None else figures.Rate(numerator, denominator or 0, low, high)
    return figures.show_rate(shown)


@register.simple_tag
def too_few(numerator: int, denominator: int) -> SafeString:
    """Show counts too small to tell anything."""
    return figures.show_rate(figures.Rate(numerator, denominator), is_too_few=True)


@register.simple_tag
def against_plan(status: str, text: str = "") -> SafeString:
    """Show a verdict against plan: good, fair or poor, each with its sign; anything else is grey and without one."""
    if status == "good":
        sign, words = icon("circle-check"), _("on plan")
    elif status == "fair":
        sign, words = icon("alert-triangle"), _("behind the plan")
    elif status == "poor":
        sign, words = icon("alert-octagon"), _("far behind the plan")
    else:
        return format_html('<span class="against-plan">{}</span>', text or _("too few to tell"))
    return format_html('<span class="against-plan is-{}">{}{}</span>', status, sign, text or words)


@register.inclusion_tag("shell/figure.html")
def figure(label: Any, value: Any, url: str = "", note: Any = "", hint: Any = "") -> dict[str, Any]:
    """Show one figure with its words; `value` is what a filter such as `money` made."""
    return {"label": label, "value": value, "url": url, "note": note, "hint": hint}


@register.inclusion_tag("shell/table.html", takes_context=True)
def table(context: template.Context, bound: BoundTable) -> dict[str, Any]:
    """Show a bound table with its bar, rows and pages."""
    return {"table": bound, "request": context.get("request"), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def total_cell(column: Any, totals: dict[str, Any]) -> Any:
    """Show the column's cell of the line of totals; empty where there is no total."""
    return column.show_value(totals[column.key]) if column.key in totals else ""


@register.simple_tag
def sort_link(bound: BoundTable, column: Any) -> str:
    """Return the address that sorts by a column: numbers from the largest, then the other way round."""
    key, is_descending = bound.sort
    first = "-" if column.is_right else ""
    if key != column.key:
        return bound.url(sort=first + column.key)
    return bound.url(sort=column.key if is_descending else f"-{column.key}")


@register.simple_tag
def sort_state(bound: BoundTable, column: Any) -> str:
    """Return how a column is sorted, in the words of aria-sort."""
    key, is_descending = bound.sort
    if key != column.key:
        return "none"
    return "descending" if is_descending else "ascending"


@register.simple_tag
def table_url(bound: BoundTable, parameter: str, value: Any) -> str:
    """Return the table's address with one parameter changed; an empty value takes it away."""
    return bound.url(**{parameter: str(value) if value else None})


@register.simple_tag
def hidden_parameters(bound: BoundTable, *own: str) -> list[tuple[str, str]]:
    """Return what a form of the table must carry along."""
    return bound.hidden_parameters(*own)


@register.filter
def parameter(bound: BoundTable, name: str) -> str:
    """Return the name of one of the table's parameters."""
    return bound.name(name)


@register.simple_tag
def saved_views(user: Any, page: str) -> list[Any]:
    """Return the saved views of a page that the reader sees."""
    return list(visible_views(user, page)) if getattr(user, "is_authenticated", False) else []


@register.inclusion_tag("shell/chart.html")
def chart(described: Chart) -> dict[str, Any]:
    """Show a chart with its finding, tools and table."""
    return {"chart": described, "spec": described.spec()}


@register.inclusion_tag("shell/chain.html")
def chain(links: Any, label: Any = "") -> dict[str, Any]:
    """Show the chain as cards joined by arrows."""
    return {"links": links, "label": label}


@register.inclusion_tag("shell/heat_table.html")
def heat_table(described: Any) -> dict[str, Any]:
    """Show a table of shares, such as a triangle of cohorts."""
    return {"heat": described}


@register.inclusion_tag("shell/period_picker.html", takes_context=True)
def period_picker(context: template.Context, choice: PeriodChoice) -> dict[str, Any]:
    """Show the picker of the period and of what to compare with; other parameters of the page are kept."""
    request = context["request"]
    own = {"from", "to", "period", "compare", "page", "export"}
    kept = [(key, value) for key, values in request.GET.lists() if key not in own for value in values]
    return {
        "choice": choice,
        "text": PRESET_LABELS.get(choice.preset) or _period_text(choice.period),
        "presets": [(key, label) for key, label in PRESET_LABELS.items() if key not in {"today", "yesterday"}],
        "compares": COMPARE_LABELS.items(),
        "kept": kept,
        "path": request.path,
    }


@register.filter
def period_text(period: Any) -> str:
    """Write a period in few words."""
    return _period_text(period)


@register.inclusion_tag("shell/empty.html")
def empty(title: Any, text: Any = "", icon: str = "inbox", url: str = "", action: Any = "") -> dict[str, Any]:
    """Say what will be here and the one step that fills it."""
    return {"title": title, "text": text, "icon": icon, "url": url, "action": action}


@register.inclusion_tag("shell/skeleton.html")
def skeleton(kind: str = "table", rows: int = 8) -> dict[str, Any]:
    """Hold the place of a table, chart or number that is still being fetched."""
    return {"kind": kind, "rows": range(rows)}


@register.inclusion_tag("shell/field.html")
def field(bound: Any) -> dict[str, Any]:
    """Show a form's field with its label, help and errors, all of them tied together for a screen reader."""
    described = [f"{bound.auto_id}-hint"] if bound.help_text else []
    described += [f"{bound.auto_id}-error"] if bound.errors else []
    kind = getattr(bound.field.widget, "input_type", "")
    looks = {"select": "form-select", "checkbox": "form-check-input"}
    is_group = getattr(bound.field.widget, "allow_multiple_selected", False) and kind in ("checkbox", "radio")
    look = "form-choices" if is_group else looks.get(kind, "form-control")
    attributes = {"class": look}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    # Several boxes of one question: each has a label of its own, the question names them together.
    widget = bound.as_widget(attrs=attributes)
    return {"field": bound, "widget": widget, "is_check": kind == "checkbox" and not is_group, "is_group": is_group}


@register.inclusion_tag("shell/job.html")
def job(url: str, label: Any, done: int = 0, total: int = 0, note: Any = "", is_running: bool = True) -> dict[str, Any]:
    """Show how far a job is; while it runs the part fetches itself anew from `url` every second."""
    return {"url": url, "label": label, "done": done, "total": total, "note": note, "is_running": is_running}


@register.inclusion_tag("shell/drop.html")
def file_drop(
    name: str = "file", accept: str = "", hint: Any = "", is_multiple: bool = False, error: Any = ""
) -> dict[str, Any]:
    """Show the place to drop or choose a file."""
    return {"name": name, "accept": accept, "hint": hint, "is_multiple": is_multiple, "error": error}


@register.simple_tag(takes_context=True)
def toasts(context: template.Context) -> list[dict[str, str]]:
    """Return the waiting messages as the page shows them."""
    request = context.get("request")
    return [describe(message) for message in get_messages(request)] if request else []


def _period_text(period: Any) -> str:
    return numbers.write_days_between(period.start, period.end, get_language() or "en")
