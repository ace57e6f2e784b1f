"""A deal's card on the board as HTML, written at once: a template would look up every word of two hundred cards anew."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from onegoal.apps.board.queries.board import Card
from onegoal.apps.shell.figures import show_days, show_moment, show_money
from onegoal.apps.shell.templatetags.shell import icon


def cards_html(cards: Iterable[Card]) -> SafeString:
    """Return the cards one after the other."""
    writer = _Writer()
    return mark_safe("".join(map(writer.write, cards)))  # noqa: S308 - every part is escaped where it is made


class _Writer:
    """Looks up once what stands on every card."""

    def __init__(self) -> None:
        self._before, self._after = reverse("board:deal", args=[0]).rsplit("0", 1)
        self._move = _("Move %(name)s")
        self._in_stage, self._nobody, self._late = _("in this stage"), _("nobody"), _("late")
        self._waits, self._until = _("discount waits"), _("until %(until)s")
        self._arrows, self._lock = icon("arrows-right-left"), icon("lock", "small")
        self._discount = icon("discount", "small")
        self._clock, self._checkbox = icon("clock-exclamation", "small"), icon("checkbox", "small")

    def write(self, card: Card) -> str:
        """Return one card."""
        deal, name = card.deal, conditional_escape(str(card.deal.person))
        address = f"{self._before}{deal.pk}{self._after}"
        about = conditional_escape(str(deal.product or deal.product_type or deal.title))
        project = format_html('<span class="faint">{}</span>', deal.project) if deal.project else ""
        amount = show_money(deal.amount_minor, deal.currency) if deal.amount_minor is not None else ""
        seller = conditional_escape(str(deal.seller or self._nobody))
        return (
            f'<li class="deal-card" id="deal-{deal.pk}" data-deal="{deal.pk}" data-stage="{deal.stage_id or 0}"'
            f' data-move="{address}move/" data-name="{name}">\n'
            f'  <div class="deal-line"><a class="deal-name" href="{address}">{name}</a>'
            f'<button type="button" class="btn btn-quiet btn-small btn-icon" data-move-menu'
            f' aria-label="{conditional_escape(self._move % {"name": str(deal.person)})}">{self._arrows}</button></div>\n'
            f'  <div class="deal-line soft">{about}{project}</div>\n'
            f'  <div class="deal-line"><strong>{amount}</strong><span class="faint push">{seller} · '
            f'<span title="{conditional_escape(self._in_stage)}">{show_days(card.days)}</span></span></div>\n'
            f"{self._marks(card)}</li>\n"
        )

    def _marks(self, card: Card) -> str:
        marks = [self._task(card)] if card.task else []
        if card.reserved_until:
            until = conditional_escape(self._until) % {"until": show_moment(card.reserved_until)}
            marks.append(f'<span class="deal-mark">{self._lock}{until}</span>')
        if card.is_discount_asked:
            marks.append(f'<span class="deal-mark">{self._discount}{conditional_escape(self._waits)}</span>')
        return f'  <div class="deal-marks">{"".join(marks)}</div>\n' if marks else ""

    def _task(self, card: Card) -> str:
        look, drawn, said = "deal-mark", self._checkbox, SafeString("")
        if card.is_late:
            look, drawn = "deal-mark is-late", self._clock
            said = format_html('<span class="visually-hidden">{}: </span>', self._late)
        title = conditional_escape(card.task.title) if card.task else ""
        due = f" {show_moment(card.task.due_at)}" if card.task and card.task.due_at else ""
        return f'<span class="{look}">{drawn}{said}<span class="deal-task">{title}</span>{due}</span>'
