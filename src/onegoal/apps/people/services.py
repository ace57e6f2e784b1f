"""Persons and organisations as rows from outside name them: found by any identifier, made when unknown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from onegoal.apps.audit.bulk import Batch, distinct_names, fate_of, find_or_create, name_key, one_writer, take_in
from onegoal.apps.audit.checks import check_custom, check_text, check_texts, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.people.intake import PersonRef, PersonRow
from onegoal.apps.people.models import Identifier, IdentifierKind, Organisation, OrganisationKind, Person
from onegoal.core.search import search_key

# The strongest kind decides when the identifiers of one row belong to different persons.
_STRENGTH = {kind: place for place, kind in enumerate(("crm", "phone", "email"))}
_WEAKER = len(_STRENGTH)
# A device may be shared by a family: it finds a person only where nothing else is known.
_SHARED = IdentifierKind.VISITOR.value
_REF_TEXTS = (
    *limits(Person, name="name", region="region", segment="segment"),
    *limits(Organisation, organisation="name"),
)
_ROW_TEXTS = limits(Person, source="source", source_id="source_id")
_IDENTIFIER_LIMIT = Identifier._meta.get_field("value").max_length or 0
_SEARCH_LIMIT = Person._meta.get_field("search_text").max_length or 0
_KINDS = frozenset(IdentifierKind.values)

Mark = tuple[str, str]


@dataclass(frozen=True, slots=True)
class PersonNeed:
    """What a record needs to know of its person.

    `own` is the CRM id that stands in when the row names nobody (an empty value: none), `known_id` the person the
    record has already, `at` the moment the row tells of.
    """

    ref: PersonRef
    at: dt.datetime
    own: Mark
    known_id: int | None = None


@dataclass(slots=True)
class Settled:
    """The person of one need; `is_changed` when the row told something new of them."""

    person: Person
    is_new: bool = False
    is_changed: bool = False


@one_writer
def take_in_people(*, rows: Sequence[PersonRow], now: dt.datetime) -> list[RowFate]:
    """Create or change customers; a row's own source id counts as an identifier beside those it names."""
    return take_in(rows, check=_check_row, settle=lambda sound: _settle_rows(sound, now))


def check_ref(ref: PersonRef) -> None:
    """Check what a row says of a person. Raises: RowRefused `too_long`, `unreadable_text`, `unknown_identifier`."""
    check_texts(ref, _REF_TEXTS)
    for kind, value in ref.identifiers:
        if kind not in _KINDS:
            raise RowRefused("identifiers", "unknown_identifier", value=kind)
        check_text(kind, value, _IDENTIFIER_LIMIT)


def settle_people(*, needs: Sequence[PersonNeed], now: dt.datetime) -> list[Settled]:
    """Return the stored person of each need, in order; the same identifier in two needs is the same person."""
    book = PersonBook(needs=needs, now=now)
    settled = [book.settle(need) for need in needs]
    book.save()
    return settled


def find_or_create_organisations(*, names: Iterable[str], kind: str, now: dt.datetime) -> dict[str, int]:
    """Return organisation ids by `name_key`, making those that are not there as `kind`; one of the kind is preferred."""
    wanted = distinct_names(names)
    if not wanted:
        return {}
    keys = {search_key(name)[:400] for name in wanted.values()}
    found = sorted(Organisation.objects.filter(search_text__in=keys), key=lambda one: (one.kind != kind, one.pk))
    return find_or_create(
        Organisation, names=wanted.values(), known=[(one.name, one.pk) for one in found],
        make=lambda name: Organisation(name=name, kind=kind, search_text=search_key(name)[:400]), now=now,
    )  # fmt: skip


class PersonBook:
    """The persons a batch of rows may mean, looked up once; rows later in the batch find those of earlier ones."""

    def __init__(self, *, needs: Sequence[PersonNeed], now: dt.datetime) -> None:
        self._persons = Batch(Person, now=now)
        self._identifiers = Batch(Identifier, now=now)
        marks = {mark for need in needs for mark in (*need.ref.identifiers, need.own)}
        ids_by_mark = dict(_stored_identifiers(marks))
        wanted = set(ids_by_mark.values()) | {need.known_id for need in needs if need.known_id}
        self._by_id = {person.pk: person for person in Person.objects.filter(pk__in=wanted)}
        self._by_mark = {mark: self._by_id[person_id] for mark, person_id in ids_by_mark.items()}
        self._by_own: dict[Mark, Person] = {}
        self._gained: dict[int, tuple[Person, list[Mark]]] = {}
        names = [need.ref.organisation for need in needs if need.ref.organisation]
        self._organisations = find_or_create_organisations(names=names, kind=OrganisationKind.CLIENT, now=now)

    def settle(self, need: PersonNeed) -> Settled:
        """Find or make the person of a need and add what the row tells of them."""
        marks = sorted((mark for mark in need.ref.identifiers if mark[1]), key=_strength)
        person = self._match(marks, need)
        settled = Settled(person or self._persons.add(Person(created_at=need.at)), is_new=person is None)
        settled.is_changed = self._attach(settled.person, marks or [need.own] if person is None else marks)
        settled.is_changed |= self.fill(settled.person, need.ref, need.at)
        if need.own[1]:
            self._by_own[need.own] = settled.person
        return settled

    def fill(self, person: Person, ref: PersonRef, at: dt.datetime) -> bool:
        """Fill what is empty; a name once known is not replaced, else two spellings would alternate for ever."""
        told = {"name": " ".join(ref.name.split()), "region": ref.region.strip(), "segment": ref.segment.strip()}
        values: dict[str, Any] = {name: text for name, text in told.items() if text and not getattr(person, name)}
        if ref.organisation and not person.organisation_id:
            values["organisation_id"] = self._organisations[name_key(ref.organisation)]
        if at < person.created_at:
            values["created_at"] = at
        return self.change(person, values)

    def change(self, person: Person, values: Mapping[str, Any]) -> bool:
        """Set fields of a person; tell whether any differed."""
        if "name" in values:
            self._gained.setdefault(id(person), (person, []))
        return self._persons.apply(person, values)

    def save(self) -> None:
        """Store persons, then their identifiers."""
        self._renew_search_texts()
        self._persons.save()
        for person, marks in self._gained.values():
            for kind, value in marks:
                self._identifiers.add(Identifier(person_id=person.pk, kind=kind, value=value))
        self._identifiers.save()

    def _match(self, marks: list[Mark], need: PersonNeed) -> Person | None:
        known = self._by_id.get(need.known_id) if need.known_id else self._by_own.get(need.own)
        matching = [mark for mark in marks if mark[0] != _SHARED] or ([] if known else marks)
        for mark in matching:
            if person := self._by_mark.get(mark):
                return person
        return known or (None if marks else self._by_mark.get(need.own))

    def _attach(self, person: Person, marks: list[Mark]) -> bool:
        free = [mark for mark in dict.fromkeys(marks) if mark not in self._by_mark]
        if free:
            self._by_mark |= dict.fromkeys(free, person)
            self._gained.setdefault(id(person), (person, []))[1].extend(free)
        return bool(free)

    def _renew_search_texts(self) -> None:
        ids = [person.pk for person, _ in self._gained.values() if person.pk]
        stored: dict[int, list[Mark]] = {}
        if ids:
            rows = Identifier.objects.filter(person_id__in=ids).order_by("id")
            for person_id, kind, value in rows.values_list("person_id", "kind", "value"):
                stored.setdefault(person_id, []).append((kind, value))
        for person, marks in self._gained.values():
            text = search_text(person.name, stored.get(person.pk or 0, []) + marks)
            self._persons.apply(person, {"search_text": text})


def search_text(name: str, marks: Iterable[Mark]) -> str:
    """Return what a person is searched by: name and identifiers, without devices, as far as the column reaches."""
    return search_key(" ".join([name, *(value for kind, value in marks if kind != _SHARED)]))[:_SEARCH_LIMIT]


def _strength(mark: Mark) -> int:
    return _WEAKER + 1 if mark[0] == _SHARED else _STRENGTH.get(mark[0], _WEAKER)


def _stored_identifiers(marks: Iterable[Mark]) -> Iterable[tuple[Mark, int]]:
    by_kind: dict[str, list[str]] = {}
    for kind, value in marks:
        if value:
            by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        found = Identifier.objects.filter(kind=kind, value__in=values)
        yield from (((kind, value), person_id) for value, person_id in found.values_list("value", "person_id"))


def _check_row(row: PersonRow) -> None:
    check_texts(row, _ROW_TEXTS)
    check_ref(row.person)
    check_custom(row.custom)
    if not row.source_id and not row.person.identifiers:
        raise RowRefused("id", "missing")


def _settle_rows(rows: list[PersonRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    needs = [_need(row, now) for row in rows]
    book = PersonBook(needs=needs, now=now)
    settled = []
    for row, need in zip(rows, needs, strict=True):
        one = book.settle(need)
        one.is_changed |= book.change(one.person, _own_values(row, one.person))
        settled.append(one)
    book.save()
    return [fate_of(one.person.pk, is_new=one.is_new, is_changed=one.is_changed) for one in settled]


def _need(row: PersonRow, now: dt.datetime) -> PersonNeed:
    own = ("crm", f"{row.source}:{row.source_id}") if row.source_id else ("crm", "")
    marks = (own, *row.person.identifiers) if row.source_id else row.person.identifiers
    ref = PersonRef(row.person.name, marks, row.person.organisation, row.person.region, row.person.segment)
    return PersonNeed(ref=ref, at=now, own=own)


def _own_values(row: PersonRow, person: Person) -> dict[str, Any]:
    """What the row may set: the row a person came from has the last word on name and region, others only fill gaps."""
    values: dict[str, Any] = {}
    if row.source_id and not person.source_id:
        values |= {"source": row.source, "source_id": row.source_id}
    if (row.source, row.source_id) == (person.source, person.source_id) or values:
        told = {"name": " ".join(row.person.name.split()), "region": row.person.region, "segment": row.person.segment}
        values |= {name: text.strip() for name, text in told.items() if text.strip()}
        values["custom"] = {**person.custom, **row.custom}
    else:
        values["custom"] = {**row.custom, **person.custom}
    return values
