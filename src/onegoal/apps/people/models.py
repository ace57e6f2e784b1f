"""Persons, what they are known by, and organisations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.records import Record


class OrganisationKind(models.TextChoices):
    CLIENT = "client", _("client")
    AGENCY = "agency", _("agency")
    PARTNER = "partner", _("partner")


class Organisation(Record):
    """A company the company deals with: a client, an agency, a partner."""

    name = models.CharField(_("name"), max_length=300)
    kind = models.CharField(_("kind"), max_length=7, choices=OrganisationKind.choices, default=OrganisationKind.CLIENT)
    sector = models.CharField(_("sector"), max_length=120, blank=True, default="")
    region = models.CharField(_("region"), max_length=200, blank=True, default="")
    search_text = models.CharField(max_length=400, blank=True, default="", db_index=True)
    custom = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        pass

    def __str__(self) -> str:
        return self.name


class Person(Record):
    """A human; `search_text` holds name and identifiers without case and diacritics.

    One that was found to be another (`merged_into`) has given everything to that one and stays only as a signpost.
    """

    name = models.CharField(_("name"), max_length=300, blank=True, default="")
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="people", verbose_name=_("organisation")
    )
    region = models.CharField(_("region"), max_length=200, blank=True, default="")
    segment = models.CharField(_("segment"), max_length=120, blank=True, default="")
    created_at = models.DateTimeField(_("known since"))
    search_text = models.CharField(max_length=900, blank=True, default="")
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="absorbed", verbose_name=_("merged into")
    )
    custom = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        # With the text in it a search reads the index alone, the newest first, and never the rows it does not show.
        indexes = [models.Index(fields=["-created_at", "-id", "search_text"], name="person_by_time_and_text")]

    def __str__(self) -> str:
        return self.name or f"#{self.pk}"


class IdentifierKind(models.TextChoices):
    PHONE = "phone", _("phone")
    EMAIL = "email", _("e-mail")
    TELEGRAM = "telegram", "Telegram"
    WHATSAPP = "whatsapp", "WhatsApp"
    VK = "vk", "VK"
    INSTAGRAM = "instagram", "Instagram"
    FACEBOOK = "facebook", "Facebook"
    CRM = "crm", _("id in another system")
    VISITOR = "visitor", _("device on the site")


class Identifier(models.Model):
    """One thing a person is known by, normalised (phones E.164); CRM ids are written `source:id`."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers")
    kind = models.CharField(_("kind"), max_length=10, choices=IdentifierKind.choices)
    value = models.CharField(_("value"), max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="one_person_for_each_identifier")]

    def __str__(self) -> str:
        return self.value
