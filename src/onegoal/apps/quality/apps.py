"""Registers the quality app: its room and the pages below it."""

from __future__ import annotations

from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "onegoal.apps.quality"
    label = "quality"

    def ready(self) -> None:
        self._register_room()
        self._register_checks()
        self._register_reviews()

    def _register_room(self) -> None:
        from onegoal.apps.accounts.models import Role
        from onegoal.apps.shell.navigation import Room, register

        takes_part = frozenset({Role.HEAD, Role.MARKETER, Role.SUPERVISOR, Role.SELLER, Role.QUALITY})
        register(Room("quality", url_name="quality:home", roles=takes_part))

    def _register_checks(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.models import Role
        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.people.timeline import register_moments
        from onegoal.apps.quality import waiting_checks
        from onegoal.apps.quality.panel_checks import PANEL
        from onegoal.apps.quality.queries.wrong_rejections import wrongly_rejected_leads
        from onegoal.apps.quality.timeline_checks import CHECKS
        from onegoal.apps.scoring.outcomes import register_wrong_rejections
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.panels import register_panels

        judged = frozenset({Role.SELLER, Role.SUPERVISOR})
        register(
            Room("rejected_leads", _("Rejected leads"), url_name="quality:checks", right=Right.CHECK_REJECTIONS,
                 parent="quality", order=1),
            Room("own_rejections", _("Rejections found wrong"), url_name="quality:own_checks", roles=judged,
                 parent="quality", order=2),
            Room("quality_settings", _("What was agreed"), url_name="quality:settings", right=Right.SET_REVIEWS,
                 parent="quality", order=90),
        )  # fmt: skip
        register_panels(PANEL)
        register_moments(CHECKS)
        register_wrong_rejections(wrongly_rejected_leads)
        register_notice("findings", waiting_checks.findings)
        register_notice("disputes", waiting_checks.disputes)
        register_notice("rejections", waiting_checks.rejections)

    def _register_reviews(self) -> None:
        from onegoal.apps.quality.rooms_reviews import register_reviews

        register_reviews()
