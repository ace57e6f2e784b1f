"""Where the evening report goes, what was sent, and who is known to the Telegram bot."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import Team
from onegoal.apps.audit.sendings import Sending


class EveningSettings(models.Model):
    """When the report is due, in the company's time zone, and on which days."""

    due_at = models.TimeField(_("due at"), default="21:00")
    only_working_days = models.BooleanField(_("on working days only"), default=False)
    is_on = models.BooleanField(_("is sent"), default=True)
    active_since = models.DateTimeField(null=True, blank=True, help_text="no report that was due earlier is missing")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_set_of_evening_settings")]

    def __str__(self) -> str:
        return f"{self.due_at}"


class ChannelKind(models.TextChoices):
    TELEGRAM = "telegram", "Telegram"
    EMAIL = "email", _("e-mail")
    SLACK = "slack", "Slack"
    MATTERMOST = "mattermost", "Mattermost"


class Channel(models.Model):
    """One place the report goes to: a chat, an address or a webhook. What it tells is what `reader` may see.

    `address` is a chat id, an e-mail address or a webhook's URL; a URL is a secret: it is shown masked and not noted in
    the trail.
    """

    not_noted = frozenset({"address"})

    kind = models.CharField(_("by"), max_length=10, choices=ChannelKind.choices)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=500)
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("with the rights of"),
        help_text=_("The report tells what this person may see."),
    )  # fmt: skip
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("only this team")
    )
    due_at = models.TimeField(_("at"), null=True, blank=True, help_text=_("Empty for the company's time."))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    active_since = models.DateTimeField(help_text="no report that was due earlier is missing")
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    stopped_because = models.CharField(max_length=300, blank=True, default="", help_text="a code of words.STOPS")

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "address", "team"],
                condition=models.Q(stopped_at=None),
                name="a_place_gets_the_evening_report_of_a_team_once",
            ),
            models.UniqueConstraint(
                fields=["kind", "address"],
                condition=models.Q(stopped_at=None, team=None),
                name="a_place_gets_the_evening_report_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Delivery(Sending):
    """The report of one day to one channel; a test may be sent as often as one likes, a report once.

    The text is written once, with the figures of the moment it leaves first (`cutoff_at`); a later attempt sends the
    same text, from the part on that has not left (`parts_sent`).
    """

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="deliveries")
    day = models.DateField(_("day"))
    is_test = models.BooleanField(_("test"), default=False)
    cutoff_at = models.DateTimeField(_("figures as of"), null=True, blank=True)
    data_version = models.CharField(max_length=80, blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    parts_sent = models.PositiveSmallIntegerField(default=0)
    message_id = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-day", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "day"],
                condition=models.Q(is_test=False),
                name="a_channel_gets_one_evening_report_a_day",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="evening_report_to_send")]

    def __str__(self) -> str:
        return f"{self.channel} {self.day}"


class TelegramAccount(models.Model):
    """A colleague's chat with the bot; linked by a code that their settings show once."""

    not_noted = frozenset({"code_digest"})

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="telegram_account")
    chat_id = models.BigIntegerField(null=True, blank=True, unique=True)
    code_digest = models.CharField(max_length=64, blank=True, default="")
    code_expires_at = models.DateTimeField(null=True, blank=True)
    linked_at = models.DateTimeField(_("linked at"), null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}"


class BotCursor(models.Model):
    """The update of Telegram's that was handled last: none is answered twice, none is passed over; and the bot's name."""

    last_update_id = models.BigIntegerField(default=0)
    handled_at = models.DateTimeField(null=True, blank=True)
    bot_name = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_bot_cursor")]

    def __str__(self) -> str:
        return f"{self.last_update_id}"
