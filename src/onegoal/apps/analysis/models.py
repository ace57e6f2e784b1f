"""Who gets a report regularly, and what was sent to whom about which days."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.audit.sendings import Sending


class Rhythm(models.TextChoices):
    """How often a report is sent, and which days it is then about."""

    DAILY = "daily", _("every day, about the day before")
    WEEKLY = "weekly", _("on Mondays, about the week before")
    MONTHLY = "monthly", _("on the first, about the month before")


class ReportSubscription(models.Model):
    """One person who gets the sales report by e-mail; stopped rather than deleted."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_subscriptions", verbose_name=_("to whom")
    )
    rhythm = models.CharField(_("how often"), max_length=7, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    hour = models.PositiveSmallIntegerField(_("at o'clock"), default=8)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("since"))
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)

    class Meta:
        ordering = ["recipient__name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "rhythm"],
                condition=models.Q(stopped_at=None),
                name="nobody_gets_the_same_report_twice",
            ),
            models.CheckConstraint(condition=models.Q(hour__lte=23), name="a_day_has_24_hours"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient} {self.rhythm}"


class ReportDelivery(Sending):
    """One message about some days; a test may be sent as often as one likes, a report once."""

    subscription = models.ForeignKey(ReportSubscription, models.CASCADE, related_name="deliveries")
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("to"))
    is_test = models.BooleanField(_("test"), default=False)

    class Meta:
        ordering = ["-due_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "first_day", "last_day"],
                condition=models.Q(is_test=False),
                name="a_report_is_sent_once_about_the_same_days",
            )
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="report_to_send")]

    def __str__(self) -> str:
        return f"{self.subscription} {self.first_day}"
