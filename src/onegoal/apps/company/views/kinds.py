"""The kinds of settings that are kept as lists: what each is called, edited with and used by."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.forms import (
    CustomFieldForm,
    DayOffForm,
    ExchangeRateForm,
    ProjectForm,
    StageForm,
)
from onegoal.apps.company.models import CustomField, DayOff, ExchangeRate, Project, Stage


@dataclass(frozen=True)
class Kind:
    """One list of settings."""

    name: str
    model: type[models.Model]
    form: type[forms.ModelForm]
    title: Promise
    add: Promise
    template: str
    is_ordered: bool = False

    def is_used(self, record: models.Model) -> bool:
        """Tell whether records of other kinds name this one."""
        relations = [
            relation
            for relation in record._meta.get_fields(include_hidden=True)
            if relation.auto_created and not relation.concrete
        ]
        return any(
            relation.related_model._default_manager.filter(**{relation.field.name: record}).exists()  # type: ignore[union-attr]
            for relation in relations
            if relation.related_model and not relation.related_model._meta.auto_created
        )


KINDS = {
    kind.name: kind
    for kind in (
        Kind("projects", Project, ProjectForm, _("Projects"), _("Add a project"), "company/projects.html"),
        Kind("stages", Stage, StageForm, _("Stages"), _("Add a stage"), "company/stages.html", is_ordered=True),
        Kind(
            "fields",
            CustomField,
            CustomFieldForm,
            _("Own fields"),
            _("Add a field"),
            "company/fields.html",
            is_ordered=True,
        ),
        Kind("rates", ExchangeRate, ExchangeRateForm, _("Exchange rates"), _("Add a rate"), "company/rates.html"),
        Kind("days-off", DayOff, DayOffForm, _("Days off"), _("Add a day off"), "company/days_off.html"),
    )
}
