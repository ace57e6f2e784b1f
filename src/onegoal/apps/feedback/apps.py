"""Registers the feedback app."""

from __future__ import annotations

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "onegoal.apps.feedback"
    label = "feedback"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.feedback import waiting
        from onegoal.apps.feedback.panel import PANEL
        from onegoal.apps.feedback.timeline import SOURCE
        from onegoal.apps.people.timeline import register_moments
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.panels import register_panels

        register(
            Room(
                "questions", _("Questions"), icon="messages", url_name="feedback:questions",
                right=Right.GIVE_FEEDBACK, parent="quality", order=50,
            )
        )  # fmt: skip
        register_panels(PANEL)
        register_notice("questions", waiting.questions_to_answer)
        register_notice("late_questions", waiting.questions_too_late)
        register_notice("marks", waiting.leads_to_mark)
        register_moments(SOURCE)
