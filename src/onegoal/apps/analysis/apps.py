"""Registers the analysis app."""

from __future__ import annotations

from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "onegoal.apps.analysis"
    label = "analysis"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

        sees = Right.SEE_FIGURES
        register(
            Room("chain", url_name="analysis:chain", right=sees, children=(
                Room("time_to_sale", _("Time to sale"), url_name="analysis:time_to_sale", right=sees, order=1),
                Room("cohorts", _("Cohorts"), url_name="analysis:cohorts", right=sees, order=2),
            )),
            Room("channels", url_name="analysis:channels", right=sees, children=(
                Room("creatives", _("Creatives"), url_name="analysis:creatives", right=sees, order=1),
                Room("hours", _("Hours"), url_name="analysis:hours", right=sees, order=2),
                Room("sales_report", _("Sales report"), url_name="analysis:sales_report", right=sees, order=6),
                Room("feedback_report", _("What sales says"), url_name="analysis:feedback", right=sees, order=7),
            )),
            Room("rejections_report", _("Rejections report"), url_name="analysis:rejections", right=sees,
                 parent="quality", order=81),
            Room("reviews_report", _("Reviews report"), url_name="analysis:reviews", right=sees,
                 parent="quality", order=82),
            Room("completeness", _("Completeness"), url_name="analysis:completeness", right=sees,
                 parent="leads", order=83),
        )  # fmt: skip
