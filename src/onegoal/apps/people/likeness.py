"""Reads of people who are likely the same: for one person, and among those who came last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from onegoal.apps.accounts.models import User
from onegoal.apps.people.models import Identifier, IdentifierKind, Person
from onegoal.apps.people.queries import visible_people
from onegoal.core.likeness import Described, Likeness, likeness, name_key, name_words, shares_of, slips_of, spellings
from onegoal.core.search import search_key

MOST_COMPARED = 5_000  # people of the page of likely duplicates: those who came last
_MOST_CANDIDATES = 60
_MOST_ALIKE = 5
_MOST_OF_A_KEY = 12  # people with one name or number: of more, only these are compared with each other
_SAMPLE = 3_000
_COUNTRY_DIGITS = 3  # of "+40722000001" the plus and the country stand as they are
_PHONES = (IdentifierKind.PHONE, IdentifierKind.WHATSAPP)
_HIDDEN = (IdentifierKind.CRM, IdentifierKind.VISITOR)

REASONS: dict[str, str | Promise] = {
    "same_contact": _("the same phone or address"),
    "near_phone": _("phones that differ by one digit"),
    "near_email": _("addresses that differ by one letter"),
    "same_mailbox": _("the same mailbox name at another provider"),
    "same_name": _("the same name"),
    "name_in_other_letters": _("the same name in other letters"),
    "names_swapped": _("the same name, first and last swapped"),
    "near_name": _("almost the same name"),
    "same_fact": _("the same region"),
    "near_fact": _("almost the same region"),
    "other_name": _("another name"),
    "other_contact": _("other contacts"),
    "other_fact": _("another region"),
}


@dataclass(frozen=True)
class Alike:
    """A person who is likely the same as another."""

    person: Person
    likeness: Likeness

    @property
    def words(self) -> list[str]:
        """Return what speaks for and against it."""
        return [str(REASONS[code]) for code in self.likeness.reasons]


@dataclass(frozen=True)
class Pair:
    """Two people who are likely the same; the one known longer first."""

    one: Person
    other: Person
    likeness: Likeness

    @property
    def words(self) -> list[str]:
        """Return what speaks for and against it."""
        return [str(REASONS[code]) for code in self.likeness.reasons]


def likely_the_same(user: User, person: Person) -> list[Alike]:
    """Return the people the user may see who are likely this one, the likeliest first."""
    marks = _marks([person.pk])
    near = Q(pk__in=_near_contacts(marks[person.pk])) | _named_alike(person.name)
    others = list(visible_people(user).filter(near).exclude(pk=person.pk).order_by("-created_at")[:_MOST_CANDIDATES])
    shares = _shares()
    described = _described([person, *others], shares)
    found = [Alike(other, likeness(described[person.pk], described[other.pk])) for other in others]
    likely = [one for one in found if one.likeness.is_likely]
    return sorted(likely, key=lambda one: -one.likeness.probability)[:_MOST_ALIKE]


def known_by(user: User, marks: Iterable[tuple[str, str]]) -> list[Person]:
    """Return the people who have one of these contacts already, as far as the user may see them."""
    owners = Q()
    for kind, value in marks:
        owners |= Q(identifiers__kind=kind, identifiers__value=value)
    return list(visible_people(user).filter(owners).distinct()) if owners else []


def likely_pairs(user: User, *, limit: int = 100) -> list[Pair]:
    """Return likely pairs among the people who came last and whom the user may see, the likeliest first."""
    people = list(visible_people(user).order_by("-created_at", "-pk")[:MOST_COMPARED])
    by_id = {person.pk: person for person in people}
    described = _described(people, shares_of(person.name for person in people))
    pairs = {tuple(sorted(pair)) for pair in _blocked(people, described)}
    found = [(one, other, likeness(described[one], described[other])) for one, other in pairs]
    likely = sorted((one for one in found if one[2].is_likely), key=lambda one: (-one[2].probability, one[0], one[1]))
    return [_pair(by_id[one], by_id[other], alike) for one, other, alike in likely[:limit]]


def _pair(one: Person, other: Person, alike: Likeness) -> Pair:
    first, second = sorted((one, other), key=lambda person: (person.created_at, person.pk))
    return Pair(first, second, alike)


def _blocked(people: list[Person], described: dict[int, Described]) -> Iterator[tuple[int, int]]:
    """Pairs worth comparing: of one name however spelled, of phones that share all but one digit, of one mailbox."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for person in people:
        about = described[person.pk]
        if len(name_words(person.name)) > 1:
            blocks[f"name:{name_key(person.name)}"].append(person.pk)
        for phone in about.phones:
            for at in range(_COUNTRY_DIGITS, len(phone)):
                blocks[f"phone:{phone[:at]}_{phone[at + 1 :]}"].append(person.pk)
        for email in about.emails:
            blocks[f"mailbox:{email.partition('@')[0]}"].append(person.pk)
    for ids in blocks.values():
        few = ids[:_MOST_OF_A_KEY]
        yield from ((one, other) for place, one in enumerate(few) for other in few[place + 1 :])


def _near_contacts(marks: list[tuple[str, str]]) -> set[int]:
    """People with the same contact under another kind, a phone one digit away, or the same mailbox elsewhere."""
    phones = [value for kind, value in marks if kind in _PHONES]
    near = {slip for phone in phones for slip in slips_of(phone, fixed=_COUNTRY_DIGITS)} | set(phones)
    found = set(Identifier.objects.filter(kind__in=_PHONES, value__in=near).values_list("person_id", flat=True))
    for mailbox in {value.partition("@")[0] for kind, value in marks if kind == IdentifierKind.EMAIL}:
        # A range uses the index, where LIKE would not: "A" comes right after "@".
        same = Identifier.objects.filter(kind=IdentifierKind.EMAIL, value__gte=f"{mailbox}@", value__lt=f"{mailbox}A")
        found |= set(same.values_list("person_id", flat=True)[:_MOST_CANDIDATES])
    return found


def _named_alike(name: str) -> Q:
    """The condition that each word of the name occurs, in either alphabet; nobody for a name of fewer than two words."""
    words = [word for word in search_key(name).split() if len(word) > 2][:4]
    if len(words) < 2:
        return Q(pk__in=())
    condition = Q()
    for word in words:
        written = Q()
        for spelling in (word, *spellings(word)):
            written |= Q(search_text__contains=spelling)
        condition &= written
    return condition


def _described(people: Iterable[Person], shares: dict[str, float]) -> dict[int, Described]:
    people = list(people)
    marks = _marks([person.pk for person in people])
    return {person.pk: _describe(person, marks[person.pk], shares) for person in people}


def _describe(person: Person, marks: list[tuple[str, str]], shares: dict[str, float]) -> Described:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in marks:
        by_kind[kind].add(value)
    networks = {f"{kind}:{value}" for kind, value in marks if kind not in (*_PHONES, IdentifierKind.EMAIL)}
    return Described(
        name=person.name,
        phones=frozenset(by_kind[IdentifierKind.PHONE] | by_kind[IdentifierKind.WHATSAPP]),
        emails=frozenset(by_kind[IdentifierKind.EMAIL]),
        handles=frozenset(networks),
        name_shares=shares,
    )


def _marks(ids: list[int]) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows: QuerySet[Identifier] = Identifier.objects.exclude(kind__in=_HIDDEN)
    for start in range(0, len(ids), 10_000):
        of_some = rows.filter(person_id__in=ids[start : start + 10_000])
        for person_id, kind, value in of_some.values_list("person_id", "kind", "value"):
            found[person_id].append((kind, value))
    return found


def _shares() -> dict[str, float]:
    """How common the words of names are, judged by the people who came last."""
    return shares_of(Person.objects.order_by("-created_at").values_list("name", flat=True)[:_SAMPLE])
