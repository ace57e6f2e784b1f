"""Template tags of the board."""

from __future__ import annotations

from django import template

from onegoal.apps.board.deal_card import cards_html

register = template.Library()
register.simple_tag(cards_html, name="deal_cards")
