"""Registers the attribution app and its pages below the room of channels."""

from __future__ import annotations

from django.apps import AppConfig


class AttributionConfig(AppConfig):
    name = "onegoal.apps.attribution"
    label = "attribution"

    def ready(self) -> None:
        from django.utils.translation import gettext_lazy as _

        from onegoal.apps.accounts.rights import Right
        from onegoal.apps.shell.navigation import Room, register

        sees = Right.SEE_FIGURES
        register(
            Room("attribution", _("Attribution"), url_name="attribution:models", right=sees, parent="channels", order=3,
                 children=(
                Room("windows", _("Windows"), url_name="attribution:windows", right=sees, order=1),
                Room("published", _("Published figures"), url_name="attribution:published", right=sees, order=2),
                Room("attribution_limits", _("What attribution cannot tell"), url_name="attribution:limits", right=sees,
                     order=3),
            )),
            Room("paths", _("Paths"), url_name="attribution:paths", right=sees, parent="channels", order=4, children=(
                Room("steps", _("Steps"), url_name="attribution:steps", right=sees, order=1),
                Room("lag", _("Time lag"), url_name="attribution:lag", right=sees, order=2),
            )),
        )  # fmt: skip
