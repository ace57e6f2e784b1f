"""Reservations of products, discounts that somebody must approve, and clients that agencies registered."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import Project
from onegoal.apps.people.models import Organisation, Person
from onegoal.apps.products.models import Product
from onegoal.apps.sales.models import Deal


class Reservation(models.Model):
    """A product kept for a deal until a moment; at most one holds at a time."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="reservations", verbose_name=_("product"))
    deal = models.ForeignKey(Deal, models.CASCADE, related_name="reservations")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    reserved_at = models.DateTimeField(_("reserved at"))
    until = models.DateTimeField(_("kept until"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    end = models.CharField(max_length=10, blank=True, default="", help_text="expired, released or sold")

    class Meta:
        ordering = ["-reserved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["product"], condition=models.Q(ended_at=None), name="a_product_is_reserved_once"
            )
        ]
        indexes = [models.Index(fields=["until"], name="reservation_that_ends", condition=models.Q(ended_at=None))]

    def __str__(self) -> str:
        return f"{self.product} {self.deal}"


class DiscountState(models.TextChoices):
    ASKED = "asked", _("waits for approval")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("taken back")


class Discount(models.Model):
    """A discount on a deal: who asked, how much in minor units of the deal's currency, and who decided."""

    deal = models.ForeignKey(Deal, models.CASCADE, related_name="discounts")
    amount_minor = models.BigIntegerField(_("discount"))
    currency = models.CharField(max_length=3)
    reason = models.CharField(_("why"), max_length=300)
    state = models.CharField(_("state"), max_length=9, choices=DiscountState.choices, default=DiscountState.ASKED)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked at"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"], condition=models.Q(state="asked"), name="one_discount_waits_for_approval"
            ),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="a_discount_takes_something_off"),
        ]

    def __str__(self) -> str:
        return f"{self.deal} {self.amount_minor}"


class BoardSettings(models.Model):
    """How long a reservation holds, how much a seller may take off alone, how long an agency's client is protected."""

    reservation_days = models.PositiveSmallIntegerField(_("a reservation holds, days"), default=5)
    free_discount_bp = models.PositiveIntegerField(
        _("discount without approval, hundredths of a per cent"), default=100
    )
    protection_days = models.PositiveSmallIntegerField(_("an agency's client is protected, days"), default=90)
    repeat_prolongs = models.BooleanField(
        _("registering again prolongs"), default=False,
        help_text=_("An agency that registers its protected client again starts the protection anew."),
    )  # fmt: skip

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_set_of_board_settings")]

    def __str__(self) -> str:
        return "board settings"


class RegistrationState(models.TextChoices):
    PROTECTED = "protected", _("protected")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed")
    BOUGHT = "bought", _("bought")


class Registration(models.Model):
    """A client whom an agency registered: whose client it is until `protected_until`, or why it was refused."""

    agency = models.ForeignKey(Organisation, models.PROTECT, related_name="registrations", verbose_name=_("agency"))
    person = models.ForeignKey(Person, models.PROTECT, related_name="registrations", verbose_name=_("client"))
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("project")
    )
    state = models.CharField(_("state"), max_length=9, choices=RegistrationState.choices)
    registered_at = models.DateTimeField(_("registered at"))
    protected_until = models.DateTimeField(_("protected until"), null=True, blank=True)
    conflict = models.CharField(_("why refused"), max_length=20, blank=True, default="")
    conflicts_with = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-registered_at"]
        indexes = [models.Index(fields=["person", "state"], name="registration_by_person")]

    def __str__(self) -> str:
        return f"{self.agency} {self.person}"
