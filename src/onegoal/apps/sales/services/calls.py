"""Calls as rows from outside tell of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.services import find_or_create_sellers
from onegoal.apps.audit.bulk import Batch, fate_of, find_by_any_source, find_by_source, name_key, one_writer, take_in
from onegoal.apps.audit.checks import INTEGER, SMALLINT, check_texts, check_whole, limits
from onegoal.apps.audit.intake import RowFate, RowRefused
from onegoal.apps.people.services import PersonNeed, check_ref, settle_people
from onegoal.apps.sales.intake import CallRow
from onegoal.apps.sales.models import Call, Direction, Lead

_TEXTS = (
    *limits(Call, source="source", source_id="source_id", topic="topic", recording="recording"),
    *limits(User, seller="name"),
    *limits(Lead, lead="source_id"),
)


@one_writer
def take_in_calls(*, rows: Sequence[CallRow], now: dt.datetime) -> list[RowFate]:
    """Create or change calls by source id; the person is found by the phone, else taken from the lead."""
    return take_in(rows, check=_check, settle=lambda sound: _settle(sound, now))


def _check(row: CallRow) -> None:
    check_texts(row, _TEXTS)
    check_ref(row.person)
    check_whole("wait_seconds", row.wait_seconds, low=0, high=INTEGER)
    check_whole("talk_seconds", row.talk_seconds, low=0, high=INTEGER)
    check_whole("rating", row.rating, low=0, high=SMALLINT)
    if row.direction not in Direction.values:
        raise RowRefused("direction", "unknown_direction", value=row.direction)


def _settle(rows: list[CallRow], now: dt.datetime) -> list[RowFate | RowRefused]:
    known = find_by_source(Call, [(row.source, row.source_id) for row in rows])
    leads = find_by_any_source(Lead, [(row.source, row.lead) for row in rows])
    found = [row for row in rows if not row.lead or (row.source, row.lead) in leads]
    sellers = find_or_create_sellers(teams={row.seller: None for row in found if row.seller.strip()}, now=now)
    persons = _persons(found, leads, now)
    batch = Batch(Call, now=now)
    done: list[tuple[Call, bool, bool] | RowRefused] = []
    for row in rows:
        if row.lead and (row.source, row.lead) not in leads:
            done.append(RowRefused("lead", "unknown_lead", value=row.lead))
            continue
        call = known.get((row.source, row.source_id))
        is_new = call is None
        if call is None:
            call = batch.add(Call(source=row.source, source_id=row.source_id))
            if row.source_id:
                known[row.source, row.source_id] = call
        lead, seller = leads.get((row.source, row.lead)), sellers.get(name_key(row.seller))
        person_id = persons.get(id(row)) or (lead.person_id if lead else None)
        told = {
            "person_id": person_id,
            "lead_id": lead.pk if lead else None,
            "seller_id": seller.pk if seller else None,
        }
        done.append((call, is_new, batch.apply(call, _values(row) | {key: one for key, one in told.items() if one})))
    batch.save()
    return [
        one if isinstance(one, RowRefused) else fate_of(one[0].pk, is_new=one[1], is_changed=one[2]) for one in done
    ]


def _persons(rows: list[CallRow], leads: dict[tuple[str, str], Lead], now: dt.datetime) -> dict[int, int]:
    """Persons of the rows that name one, by the identity of the row."""
    naming = [row for row in rows if row.person.identifiers]
    needs = []
    for row in naming:
        lead = leads.get((row.source, row.lead))
        known_id = lead.person_id if lead else None
        needs.append(PersonNeed(ref=row.person, at=row.started_at, own=("crm", ""), known_id=known_id))
    settled = settle_people(needs=needs, now=now) if needs else []
    return {id(row): one.person.pk for row, one in zip(naming, settled, strict=True)}


def _values(row: CallRow) -> dict[str, Any]:
    told: dict[str, Any] = {
        "wait_seconds": row.wait_seconds,
        "talk_seconds": row.talk_seconds,
        "rating": row.rating,
        "topic": row.topic.strip() or None,
        "recording": row.recording.strip() or None,
    }
    values = {name: value for name, value in told.items() if value is not None}
    return values | {"started_at": row.started_at, "direction": row.direction, "is_answered": row.is_answered}
