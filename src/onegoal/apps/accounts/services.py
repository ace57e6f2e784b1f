"""Colleagues and teams as rows from outside name them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from onegoal.apps.accounts.intake import ColleagueRow
from onegoal.apps.accounts.models import Role, Team, User
from onegoal.apps.audit.bulk import Batch, fate_of, find_or_create, name_key, one_writer, take_in
from onegoal.apps.audit.checks import check_texts, limits
from onegoal.apps.audit.intake import RowFate, RowRefused

_TEXTS = (
    *limits(User, source="source", source_id="source_id", name="name", email="email"),
    *limits(Team, team="name"),
)


@one_writer
def take_in_colleagues(*, rows: Sequence[ColleagueRow], now: dt.datetime) -> list[RowFate]:
    """Create or change colleagues by source id, else by e-mail or name; none of them can sign in before an invitation."""
    return take_in(rows, check=_check, settle=lambda sound: _settle(sound, now))


def find_or_create_teams(*, names: Iterable[str], now: dt.datetime) -> dict[str, int]:
    """Return team ids by `name_key`, making the teams that are not there."""
    return find_or_create(
        Team, names=names, known=Team.objects.order_by("id").values_list("name", "id"),
        make=lambda name: Team(name=name), now=now,
    )  # fmt: skip


def find_or_create_sellers(*, teams: Mapping[str, int | None], now: dt.datetime) -> dict[str, User]:
    """Return colleagues by `name_key` of a name, e-mail or source id; unknown ones become sellers of the given team."""
    users = list(User.objects.order_by("id"))
    made: list[User] = []
    team_of = {name_key(name): team_id for name, team_id in teams.items()}

    def make(name: str) -> User:
        made.append(_stranger(name, Role.SELLER, team_of.get(name_key(name))))
        return made[-1]

    known = [(text, user.pk) for user in users for text in (user.name, user.email or "")]
    known += [(user.source_id, user.pk) for user in users if user.source_id]
    ids = find_or_create(User, names=teams, known=known, make=make, now=now)
    by_id = {user.pk: user for user in (*users, *made)}
    return {key: by_id[user_id] for key, user_id in ids.items()}


def _stranger(name: str, role: str, team_id: int | None) -> User:
    user = User(name=name, role=role, team_id=team_id, is_active=False)
    user.set_unusable_password()
    return user


def _check(row: ColleagueRow) -> None:
    check_texts(row, _TEXTS)
    if not row.name.strip() and not row.email.strip():
        raise RowRefused("name", "missing")
    if row.role and row.role not in Role.values:
        raise RowRefused("role", "unknown_role", value=row.role)


def _settle(rows: list[ColleagueRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    teams = find_or_create_teams(names=[row.team for row in rows], now=now)
    users = list(User.objects.order_by("id"))
    by_source = {(user.source, user.source_id): user for user in users if user.source_id}
    by_email = {user.email.casefold(): user for user in users if user.email}
    by_name: dict[str, User] = {}
    for one in users:
        by_name.setdefault(name_key(one.name), one)
    batch, fates = Batch(User, now=now), []
    for row in rows:
        email = row.email.strip().lower()
        name = " ".join(row.name.split()) or email
        user: User | None = by_source.get((row.source, row.source_id)) or (by_email.get(email) if email else None)
        user = user or _known_by_id(by_name, row)
        if user is None and (namesake := by_name.get(name_key(name))) and _may_be(namesake, row, email):
            user = namesake
        is_new = user is None
        if user is None:
            user = batch.add(_stranger(name, row.role or Role.SELLER, None))
        values = _values(row, user, name, email, teams)
        if email in by_email and by_email[email] is not user:
            values.pop("email", None)
        fates.append((user, is_new, batch.apply(user, values)))
        by_source[(row.source, row.source_id)] = user
        by_name.setdefault(name_key(name), user)
        if user.email:
            by_email.setdefault(user.email.casefold(), user)
    batch.save()
    return [fate_of(user.pk, is_new=is_new, is_changed=is_changed) for user, is_new, is_changed in fates]


def _known_by_id(by_name: Mapping[str, User], row: ColleagueRow) -> User | None:
    """The seller whom leads or deals that came before this row could name by nothing but their id."""
    found = by_name.get(name_key(row.source_id)) if row.source_id.strip() else None
    return found if found and not found.source_id and not found.is_active else None


def _may_be(namesake: User, row: ColleagueRow, email: str) -> bool:
    """A namesake with another id of the same source, or another address, is another colleague."""
    same_source = namesake.source_id and namesake.source == row.source and row.source_id
    return not same_source and not (email and namesake.email and namesake.email.casefold() != email)


def _values(row: ColleagueRow, user: User, name: str, email: str, teams: Mapping[str, int]) -> dict[str, object]:
    """What the row says; who can sign in keeps the role and address that were given to them."""
    values: dict[str, object] = {"name": name}
    if team_id := teams.get(name_key(row.team)):
        values["team_id"] = team_id
    if row.source_id and not user.source_id:
        values |= {"source": row.source, "source_id": row.source_id}
    if not user.is_active:
        values |= {"role": row.role} if row.role else {}
        values |= {"email": email} if email else {}
    return values
