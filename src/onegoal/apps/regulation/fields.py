"""What a criterion may ask of a lead: each field with its words, its kind, its choices and where it is read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from onegoal.apps.company.models import CustomEntity, CustomField, FieldKind, Project
from onegoal.apps.marketing.models import Origin
from onegoal.apps.marketing.words import CHANNEL_WORDS, channel_words
from onegoal.apps.people.models import IdentifierKind, Organisation, OrganisationKind
from onegoal.apps.sales.models import Lead, RequestType
from onegoal.core.criteria import Field, Kind

Choices = list[tuple[str, str]]
_MOST_CHOICES: Final = 200
_KINDS: Final = {
    FieldKind.TEXT: Kind.TEXT,
    FieldKind.NUMBER: Kind.NUMBER,
    FieldKind.DAY: Kind.DAY,
    FieldKind.CHOICE: Kind.CHOICE,
    FieldKind.FLAG: Kind.FLAG,
}


@dataclass(frozen=True)
class Calls:
    """What the call log says of one lead since it came."""

    answered: int = 0
    talked_seconds: int = 0


NO_CALLS: Final = Calls()


@dataclass(frozen=True)
class Surroundings:
    """What stands beside the leads' own rows, read once for all of them: sets and tables by the id of person or lead."""

    with_phone: frozenset[int] = frozenset()
    with_email: frozenset[int] = frozenset()
    returning: frozenset[int] = frozenset()
    calls: Mapping[int, Calls] | None = None


Read = Callable[[Mapping[str, Any], Surroundings], Any]


@dataclass(frozen=True)
class Asked:
    """One field: `columns` are read of the lead, `beside` of its surroundings, and `read` makes the fact of them.

    `choices` lists values with their words: all there are for a closed list, else those known so far.
    """

    field: Field
    label: str | Promise
    group: str | Promise
    columns: tuple[str, ...]
    read: Read
    beside: str = ""
    choices: Callable[[], Choices] = list

    @property
    def title(self) -> str:
        """Return the label as a form offers it."""
        return capfirst(str(self.label))


def asked_fields() -> dict[str, Asked]:
    """Return every field a criterion may ask for, by key; custom ones are called `lead:<key>` and `person:<key>`."""
    custom = CustomField.objects.filter(entity__in=(CustomEntity.LEAD, CustomEntity.PERSON))
    return {one.field.key: one for one in (*_BUILT_IN, *map(_custom, custom))}


def _of_column(key: str, kind: Kind, label: Any, column: str, choices: Callable[[], Choices] = list) -> Asked:
    def read(row: Mapping[str, Any], _beside: Surroundings) -> Any:
        value = row[column]
        return str(value) if kind is Kind.CHOICE and value is not None else value

    return Asked(Field(key, kind), label, _("lead"), (column,), read, choices=choices)


def _seen(column: str) -> Callable[[], Choices]:
    """The values that stand in a column of the leads, as suggestions."""

    def find() -> Choices:
        values = Lead.objects.exclude(**{column: ""}).order_by(column).values_list(column, flat=True).distinct()
        return [(value, value) for value in values[:_MOST_CHOICES]]

    return find


def _projects() -> Choices:
    return [(str(pk), name) for pk, name in Project.objects.order_by("name").values_list("pk", "name")]


def _agencies() -> Choices:
    found = Organisation.objects.filter(kind=OrganisationKind.AGENCY).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in found[:_MOST_CHOICES]]


def _channels() -> Choices:
    used = set(Origin.objects.order_by().values_list("channel", flat=True).distinct())
    return sorted(((one, channel_words(one)) for one in used | set(CHANNEL_WORDS)), key=lambda pair: pair[1])


def _request_types() -> Choices:
    return [(value, str(label)) for value, label in RequestType.choices]


def _custom(own: CustomField) -> Asked:
    column = "custom" if own.entity == CustomEntity.LEAD else "person__custom"
    kind = _KINDS[FieldKind(own.kind)]

    def read(row: Mapping[str, Any], _beside: Surroundings) -> Any:
        value = (row[column] or {}).get(own.key)
        return ", ".join(map(str, value)) if isinstance(value, list) else value if _is_plain(value) else None

    return Asked(
        Field(f"{own.entity}:{own.key}", kind, tuple(own.choices) if kind is Kind.CHOICE else ()), own.label,
        _("own fields of the lead") if own.entity == CustomEntity.LEAD else _("own fields of the person"),
        (column,), read, choices=lambda: [(one, one) for one in own.choices],
    )  # fmt: skip


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _flag(key: str, label: Any, group: Any, beside: str, column: str) -> Asked:
    def read(row: Mapping[str, Any], around: Surroundings) -> bool:
        return row[column] in getattr(around, beside)

    return Asked(Field(key, Kind.FLAG), label, group, (column,), read, beside=beside)


def _calls(key: str, label: Any, part: str) -> Asked:
    def read(row: Mapping[str, Any], around: Surroundings) -> int:
        return getattr((around.calls or {}).get(row["pk"], NO_CALLS), part)

    return Asked(Field(key, Kind.COUNT), label, _("calls"), ("pk",), read, beside="calls")


_BUILT_IN: Final = (
    _of_column("project", Kind.CHOICE, _("project"), "project_id", _projects),
    _of_column("product_type", Kind.TEXT, _("product type"), "product_type", _seen("product_type")),
    _of_column("region", Kind.TEXT, _("region"), "region", _seen("region")),
    _of_column("segment", Kind.TEXT, _("segment"), "segment", _seen("segment")),
    _of_column("agency", Kind.CHOICE, _("agency"), "agency_id", _agencies),
    _of_column("request_type", Kind.CHOICE, _("kind of request"), "request_type", _request_types),
    _of_column("channel", Kind.CHOICE, _("channel"), "origin__channel", _channels),
    _of_column("campaign", Kind.TEXT, _("campaign"), "origin__campaign", _seen("origin__campaign")),
    _flag("has_phone", _("has a phone"), _("person"), "with_phone", "person_id"),
    _flag("has_email", _("has an e-mail address"), _("person"), "with_email", "person_id"),
    _flag("is_returning", _("has asked before"), _("person"), "returning", "pk"),
    _calls("calls_answered", _("calls answered"), "answered"),
    _calls("talked_seconds", _("talked, seconds"), "talked_seconds"),
)
CONTACT_KINDS: Final = {
    "with_phone": (IdentifierKind.PHONE, IdentifierKind.WHATSAPP),
    "with_email": (IdentifierKind.EMAIL,),
}
"""By which identifiers a person has a phone (a WhatsApp name is one) or an e-mail address."""
