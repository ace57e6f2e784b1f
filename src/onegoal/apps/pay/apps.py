"""Registers the pay app: its room, the panel of a deal and the notices."""

from __future__ import annotations

from django.apps import AppConfig


class PayConfig(AppConfig):
    name = "onegoal.apps.pay"
    label = "pay"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.control.queries.desk import register_hindrances
        from onegoal.apps.pay import hindrances, waiting
        from onegoal.apps.pay.panel import PANEL
        from onegoal.apps.shell.navigation import Room, register
        from onegoal.apps.shell.notices import register_notice
        from onegoal.apps.shell.panels import register_panels

        register(
            Room(
                "pay", url_name="pay:home", right=Right.SEE_OWN_PAY,
                children=(
                    Room("pay_mine", _("My statements"), url_name="pay:mine", right=Right.SEE_OWN_PAY, order=1),
                    Room("pay_runs", _("Runs"), url_name="pay:runs", right=Right.SEE_PAY, order=2),
                    Room("pay_schemes", _("Schemes"), url_name="pay:schemes", right=Right.SEE_PAY, order=3),
                    Room("pay_disputes", _("Disputes"), url_name="pay:disputes", right=Right.SEE_OWN_PAY, order=4),
                    Room("pay_adjustments", _("Adjustments"), url_name="pay:adjustments", right=Right.SEE_PAY, order=5),
                    Room("pay_deals", _("Shares of deals"), url_name="pay:deals", right=Right.SEE_PAY, order=6),
                ),
            )
        )  # fmt: skip
        register_panels(PANEL)
        register_hindrances("pay_disputes", hindrances.open_disputes)
        register_notice("pay_statement", waiting.new_statement)
        register_notice("pay_answered", waiting.answered_dispute)
        register_notice("pay_disputes", waiting.open_disputes)
        register_notice("pay_run", waiting.runs_to_approve)
        register_notice("pay_adjustments", waiting.adjustments_to_approve)
        register_notice("pay_scheme", waiting.schemes_to_approve)
