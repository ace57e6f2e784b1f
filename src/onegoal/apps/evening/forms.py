"""Forms of the evening report: when it is due, where it goes, and when one gets it oneself."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.evening.models import Channel, ChannelKind
from onegoal.apps.evening.queries.channels import door, evening_settings, possible_readers
from onegoal.connectors.outgoing import NotReached, Refused

_CHAT = re.compile(r"-?\d{1,19}|@[A-Za-z]\w{3,31}", re.ASCII)


def _time(**options: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(widget=widget, **options)


class EveningForm(forms.Form):
    """When the report is due."""

    due_at = _time(label=_("Due at"), help_text=_("On the company's clock. A channel may have a time of its own."))
    only_working_days = forms.BooleanField(label=_("On working days only"), required=False)
    is_on = forms.BooleanField(label=_("The report is sent"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        found = evening_settings()
        kwargs["initial"] = {
            "due_at": found.due_at, "only_working_days": found.only_working_days, "is_on": found.is_on,
        }  # fmt: skip
        super().__init__(*args, **kwargs)


class ChannelForm(forms.Form):
    """One place the report goes to."""

    kind = forms.ChoiceField(choices=ChannelKind.choices, label=_("By"))
    name = forms.CharField(max_length=120, label=_("Name"), help_text=_("As colleagues call this chat or person."))
    address = forms.CharField(
        max_length=500, label=_("Address"), widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=_("Telegram: the chat's number. E-mail: an address. Slack and Mattermost: the webhook's address."),
    )  # fmt: skip
    reader: forms.ModelChoiceField[User] = forms.ModelChoiceField(
        User.objects.none(), label=_("With the rights of"), help_text=_("The report tells what this person may see.")
    )
    team: forms.ModelChoiceField[Team] = forms.ModelChoiceField(
        Team.objects.order_by("name"), label=_("Only this team"), required=False, empty_label=_("everybody they see")
    )
    due_at = _time(label=_("At"), required=False, help_text=_("Empty for the company's time."))
    language = forms.ChoiceField(
        choices=[("", _("as the person's")), *settings.LANGUAGES], required=False, label=_("Language")
    )

    def __init__(self, *args: Any, channel: Channel | None = None, **kwargs: Any) -> None:
        self.channel = channel
        if channel is not None:
            names = ("kind", "name", "reader", "team", "due_at", "language")
            kwargs["initial"] = {name: getattr(channel, name) for name in names}
            if channel.kind in _SHOWN:
                kwargs["initial"]["address"] = channel.address
        super().__init__(*args, **kwargs)
        self.fields["reader"].queryset = possible_readers()  # type: ignore[attr-defined]
        if channel is not None and channel.kind not in _SHOWN:
            self.fields["address"].required = False
            self.fields["address"].help_text = _("The webhook is a secret and not shown. Empty keeps it.")

    def clean(self) -> dict[str, Any]:
        """Check the address by the kind of channel; the secret of a webhook is kept when nothing else is given."""
        data = self.cleaned_data
        kind, address = data.get("kind", ""), data.get("address", "").strip()
        if not address and self.channel is not None and self.channel.kind == kind:
            address = self.channel.address
        data["address"] = address
        if "address" not in self.errors:
            self._check(kind, address)
        return data

    def _check(self, kind: str, address: str) -> None:
        if kind == ChannelKind.TELEGRAM and not _CHAT.fullmatch(address):
            self.add_error(
                "address", _("A chat of Telegram's is a number, like -1001234567890. The bot tells it in the group.")
            )
        elif kind == ChannelKind.EMAIL:
            try:
                validate_email(address)
            except forms.ValidationError as error:
                self.add_error("address", error)
        elif kind in (ChannelKind.SLACK, ChannelKind.MATTERMOST):
            self._check_hook(address)

    def _check_hook(self, address: str) -> None:
        try:
            door().check(address)
        except (Refused, NotReached) as problem:
            self.add_error("address", _("This address cannot be asked: %(why)s") % {"why": problem})


_SHOWN = (ChannelKind.TELEGRAM, ChannelKind.EMAIL)


class OwnForm(forms.Form):
    """By what, and when, one gets the report oneself."""

    kind = forms.ChoiceField(choices=[(kind.value, kind.label) for kind in _SHOWN], widget=forms.HiddenInput)
    due_at = _time(label=_("At"), required=False, help_text=_("Empty for the company's time."))
