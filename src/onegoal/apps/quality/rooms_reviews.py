"""What call review adds to other pages: its rooms, its panel on a lead's card, its notices."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Role
from onegoal.apps.accounts.rights import Right
from onegoal.apps.quality import waiting_reviews
from onegoal.apps.quality.panel_calls import PANEL
from onegoal.apps.shell.navigation import Room, register
from onegoal.apps.shell.notices import register_notice
from onegoal.apps.shell.panels import register_panels


def register_reviews() -> None:
    """Register everything; called once, when the app is ready."""
    register(
        Room("call_reviews", _("Call review"), url_name="quality:reviews", right=Right.REVIEW_CALLS,
             parent="quality", order=10),
        Room("own_reviews", _("Reviews of my calls"), url_name="quality:own_reviews",
             roles=frozenset({Role.SELLER, Role.SUPERVISOR}), parent="quality", order=15),
        Room("snippets", _("Snippets of calls"), url_name="quality:snippets", right=Right.HEAR_CALLS,
             parent="quality", order=20),
        Room("objections", _("Objections"), url_name="quality:objections", right=Right.SET_REVIEWS,
             parent="quality", order=80),
        Room("settings_objections", _("Objections"), icon="message-off", url_name="quality:objections",
             roles=frozenset({Role.ADMINISTRATOR}), parent="settings", order=40),
    )  # fmt: skip
    register_panels(PANEL)
    register_notice("calls_to_review", waiting_reviews.calls_to_review)
    register_notice("calls_to_compare", waiting_reviews.calls_others_ask_about)
    register_notice("reviews_to_read", waiting_reviews.reviews_to_read)
    register_notice("coaching", waiting_reviews.coaching_to_look_at)
