"""The list of the suppressed as files: readable for own use, hashed for advertising platforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.people.models import Identifier, IdentifierKind
from onegoal.apps.regulation.models import Suppression
from onegoal.core.customer_match import hashed_email, hashed_phone_for_google, hashed_phone_for_meta


@dataclass(frozen=True)
class Export:
    """One kind of file: its name, words, header, and how a phone and an e-mail stand in it (None: as they are)."""

    key: str
    label: str | Promise
    header: tuple[str, ...]
    phone: Callable[[str], str] | None = None
    email: Callable[[str], str] | None = None


EXPORTS: Final = {
    one.key: one
    for one in (
        Export("plain", _("CSV for own use"), ("name", "email", "phone", "since", "reason")),
        # The column titles are those of the platforms' templates for customer lists.
        Export("google", _("Hashed, for Google"), ("Email", "Phone"), hashed_phone_for_google, hashed_email),
        Export("meta", _("Hashed, for Meta"), ("email", "phone"), hashed_phone_for_meta, hashed_email),
    )
}


def rows_of(what: str, entries: QuerySet[Suppression]) -> Iterator[list[Any]]:
    """Yield the rows of a file: a line for each of a person's contacts, hashed ones each once and in no order of persons."""
    chosen = EXPORTS[what]
    contacts = _contacts(entries)
    if chosen.phone is None or chosen.email is None:
        for entry in entries.select_related("person"):
            emails, phones = contacts.get(entry.person_id, ([], []))
            yield [str(entry.person), ", ".join(emails), ", ".join(phones), entry.created_at.isoformat(), entry.reason]
        return
    hashed = {
        (chosen.email(email) if email else "", chosen.phone(phone) if phone else "")
        for emails, phones in contacts.values()
        for email, phone in zip_longest(emails, phones, fillvalue="")
    }
    yield from (list(pair) for pair in sorted(hashed))


def _contacts(entries: QuerySet[Suppression]) -> dict[int, tuple[list[str], list[str]]]:
    """The e-mail addresses and phones of the people on the list."""
    found: dict[int, tuple[list[str], list[str]]] = {}
    wanted = Identifier.objects.filter(person_id__in=entries.order_by().values("person_id")).order_by("pk")
    kinds = {IdentifierKind.EMAIL: 0, IdentifierKind.PHONE: 1}
    for person_id, kind, value in wanted.filter(kind__in=kinds).values_list("person_id", "kind", "value"):
        found.setdefault(person_id, ([], []))[kinds[IdentifierKind(kind)]].append(value)
    return found
