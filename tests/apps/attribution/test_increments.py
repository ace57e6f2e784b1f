"""What follows the present version, step by step, equals reading everything in full, value by value."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.apps.attribution.story import ALL, MARKS, deal, lead, payment, person, touch
from tests.world import NOW, at, make_trade, person_ref

from onegoal.apps.attribution.queries import data, figures, following, streams, web, web_base
from onegoal.apps.attribution.queries.asked import Asked
from onegoal.apps.attribution.queries.columns import changed_rows, unmatched
from onegoal.apps.attribution.queries.data import present_data
from onegoal.apps.attribution.queries.figures import Found
from onegoal.apps.attribution.queries.following import followers
from onegoal.apps.attribution.queries.streams import Stream, stream_of
from onegoal.apps.attribution.queries.web import web_of
from onegoal.apps.attribution.warm import read_ahead
from onegoal.apps.audit.services import mark_stale, record_change, snapshot
from onegoal.apps.facts.engine import lake
from onegoal.apps.facts.services import publish_now
from onegoal.apps.marketing.intake import TouchRow
from onegoal.apps.marketing.models import Origin
from onegoal.apps.marketing.services import remove_touches, take_in_touches
from onegoal.apps.people.models import Identifier, Person
from onegoal.apps.sales.intake import CallRow
from onegoal.apps.sales.models import Deal, Lead
from onegoal.apps.sales.services import take_in_calls

pytestmark = pytest.mark.django_db
SEEDS, ROUNDS = (int(os.environ.get(f"INCREMENT_{name}", most)) for name, most in (("SEEDS", 2), ("ROUNDS", 8)))
NAMES = ("Ion", "Ana", "Eva", "Oana", "Dan", "Ilie")
QUESTIONS = (
    Asked(),
    Asked(conversion="lead", overlapping=True),
    Asked(conversion="lead", start=at("2026-01-05").date(), end=at("2026-01-20").date()),
    Asked(conversion="money", window_days=7),
    Asked(conversion="lead", steps=True),
    Asked(conversion="qualified", dimension="campaign"),
    Asked(conversion="lead", dimension="source_medium", end=at("2026-01-12").date()),
)


def in_full(asked: Asked) -> Found:
    """The same question without anything that was computed before."""
    data.kept._kept.clear()
    return figures._journeys(asked, ALL, replace(present_data(), is_present=False))


def followed(asked: Asked) -> Found:
    """The question as a page asks it."""
    return figures._journeys(asked, ALL, present_data())


def assert_equal(asked: Asked) -> None:
    """Hold what followed against reading in full: every column of journeys, moves and sets."""
    mine, whole = followed(asked), in_full(asked)
    assert (mine.journeys.groups, mine.folded, mine.unseen) == (whole.journeys.groups, whole.folded, whole.unseen)
    for name in ("starts", "group", "age", "at", "value", "conversions", "lead_age", "key", "person", "bucket"):
        np.testing.assert_array_equal(getattr(mine.journeys, name), getattr(whole.journeys, name), name)
    assert (mine.nulls.paths, mine.nulls.censored) == (whole.nulls.paths, whole.nulls.censored)
    for order, moves in whole.nulls.moves.items():
        for name in ("source", "target", "count", "bucket"):
            np.testing.assert_array_equal(getattr(mine.nulls.moves[order], name), getattr(moves, name), name)
    assert mine.nulls.coalitions is not None
    assert whole.nulls.coalitions is not None
    for name in ("mask", "count", "bucket"):
        np.testing.assert_array_equal(getattr(mine.nulls.coalitions, name), getattr(whole.nulls.coalitions, name), name)


def stream() -> Stream:
    """The touches by channel as they stand."""
    return stream_of(Asked(), present_data())


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading in full takes nothing from what followed."""
    monkeypatch.setattr(followers, "at", lambda key, state: None)


@pytest.fixture
def company(world: Any, alone: None) -> None:
    """Some trade and touches, asked about once, so that everything after follows."""
    make_trade()
    for number, name in enumerate(NAMES):
        touch(name, "display", "2026-01-02")
        touch(name, "search", f"2026-01-0{number + 3}")
        touch(name, "mail", "2026-01-04", device=f"second-{name}")
    for name in NAMES[:4]:
        lead(name, "search", "2026-01-10")
    lead("Caller", "phone", "2026-01-10")
    for name in NAMES[:2]:
        deal(name, "2026-01-15")
        payment(name, "2026-01-20", 400_00)
    publish_now()
    for asked in QUESTIONS:
        followed(asked)


def merge(kept: str, gone: str) -> None:
    """Make two persons one."""
    keep, lose = (Person.objects.get(name=name) for name in (kept, gone))
    for model in (Identifier, Lead, Deal):
        for record in model._default_manager.filter(person=lose):
            record.person = keep
            record.save()
            mark_stale(entity=model._meta.model_name or "", ids=[record.pk])


def regroup(source: str, channel: str) -> None:
    """Put an origin into another channel."""
    for origin in Origin.objects.filter(utm_source=source):
        before = snapshot(origin)
        origin.channel = channel
        origin.save()
        record_change(record=origin, before=before, now=NOW)


def delete_deal(name: str) -> None:
    """Take a deal away as if it had never been."""
    for one in Deal.objects.filter(source_id=f"d-{name}"):
        mark_stale(entity="deal", ids=[one.pk])
        one.payments.all().delete()
        one.delete()


def batch(name: str, marks: str, day: str) -> None:
    """Three touches of one batch, one of them in the place of a touch that was there."""
    rows = [
        TouchRow("site", f"{name}-{number}", at(day, f"1{number}:00"), MARKS[marks], person_ref(visitor=f"v-{name}"))
        for number in range(3)
    ]
    rows[0] = replace(rows[0], source_id=f"{name}-display-2026-01-02-10:00--0")
    take_in_touches(rows=rows, now=NOW, batch=f"batch-{name}")


def undone_batch() -> None:
    """A batch that replaces a touch, taken back after it was read."""
    batch("Ion", "mail", "2026-01-09")
    publish_now()
    followed(Asked())
    remove_touches(batch="batch-Ion")


STEPS: dict[str, Callable[[], Any]] = {
    "a late touch": lambda: touch("Ana", "mail", "2026-01-01"),
    "a touch of somebody new": lambda: touch("Nobody", "search", "2026-01-30"),
    "a touch at the very moment of another": lambda: touch("Ion", "mail", "2026-01-02"),
    "a new device of somebody known": lambda: lead("Dan", "phone", "2026-01-09"),
    "a lead without touches": lambda: lead("Stranger", "phone", "2026-01-11"),
    "a merge of persons": lambda: merge("Ion", "Ana"),
    "a batch with a changed touch": lambda: batch("Eva", "mail", "2026-01-09"),
    "a batch that is taken back": undone_batch,
    "another grouping": lambda: regroup("letter", "display"),
    "a new deal": lambda: deal("Eva", "2026-01-18"),
    "a deleted deal": lambda: delete_deal("Ion"),
    "a payment": lambda: payment("Ana", "2026-02-01", 100_00, 2),
    "small files made one": lambda: lake().compact("touches", at_least=2),
}  # fmt: skip


@pytest.mark.parametrize("step", STEPS)
def test_a_step_gives_what_reading_in_full_gives(company: None, step: str) -> None:
    before = stream()
    STEPS[step]()
    publish_now()
    for asked in QUESTIONS:
        assert_equal(asked)
    assert step == "another grouping" or stream().lineage is before.lineage


def test_a_channel_that_is_no_more_and_one_that_is_new_are_read_in_full(company: None) -> None:
    before = stream()
    regroup("letter", "Letters")
    publish_now()
    for asked in QUESTIONS:
        assert_equal(asked)
    assert stream().lineage is not before.lineage


def any_step(chance: random.Random) -> None:
    name, day = chance.choice(NAMES), f"2026-01-{chance.randrange(1, 29):02}"
    marks, other = chance.choice(list(MARKS)), chance.choice(NAMES)
    device = chance.choice(["", f"second-{name}", f"second-{other}", "nobody's"])
    chance.choice([
        lambda: touch(name, marks, day, f"{chance.randrange(24):02}:00", device=device, sequence=chance.randrange(3)),
        lambda: touch(name, marks, day, device=device),
        lambda: lead(name, marks, day),
        lambda: deal(name, day) if Lead.objects.filter(source_id=f"l-{name}").exists() else None,
        lambda: delete_deal(name),
        lambda: merge(name, other) if Person.objects.filter(name__in={name, other}).count() == 2 else None,
        lambda: batch(name, marks, day),
        lambda: remove_touches(batch=f"batch-{name}"),
        lambda: regroup("letter", chance.choice(["display", "email"])),
        lambda: take_in_calls(rows=[CallRow("pbx", f"{name}-{day}", at(day), person(name))], now=NOW),
        lambda: lake().compact("touches", at_least=2),
        read_ahead,
    ])()  # fmt: skip


@pytest.mark.parametrize("seed", range(SEEDS))
def test_any_steps_in_any_order_give_what_reading_in_full_gives(
    company: None, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(following, "FEW", 60)
    monkeypatch.setattr(web, "MOST_WORK", 30)
    monkeypatch.setattr(streams, "MOST_GROUPS", 2 + seed % 2 * 58)
    followers.clear()
    followed_once = 0
    for _ in range(ROUNDS):
        for _ in range(chance.randrange(1, 4)):
            any_step(chance)
        publish_now()
        for asked in chance.sample(QUESTIONS, 3):
            assert_equal(asked)
        followed_once += stream().number > 0
    assert followed_once


def test_a_step_back_gives_what_was_there_before(company: None) -> None:
    old = present_data()
    lake().pin(old.manifest)
    touch("Ion", "mail", "2026-01-08")
    publish_now()
    followed(Asked())
    figures._journeys(Asked(), ALL, old)
    assert_equal(Asked())


@pytest.mark.parametrize("harm", ["gone", "short", "torn", "no list"])
def test_a_damaged_base_is_read_again(company: None, harm: str) -> None:
    touch("Ion", "mail", "2026-01-08")
    publish_now()
    followers.clear()
    web_base._mapped.clear()
    folder = lake().directory / web_base.FOLDER
    (path,) = folder.glob("*.columns")
    content = path.read_bytes()
    if harm == "gone":
        path.unlink()
    elif harm == "no list":
        (folder / "present.json").write_text("{")
    else:
        path.unlink()  # others have it mapped
        path.write_bytes(content[:-100] if harm == "short" else content[:-100] + bytes(100)[:-1] + b"1")
    assert_equal(Asked())
    assert len(list(folder.glob("*.columns"))) == 1


def test_a_crash_between_the_columns_and_their_list_leaves_the_base_before(
    company: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    touch("Ion", "mail", "2026-01-08")
    publish_now()
    base = web_of(present_data()).base

    def crash(folder: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(web_base, "sync_folder", crash)
        web_base.renew_base(lake(), present_data().manifest, instead_of=base.name)
    followers.clear()
    assert web_of(present_data()).base.name == base.name
    assert_equal(Asked())


def test_what_has_become_much_makes_a_new_base_that_others_follow_later(
    company: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = web_of(present_data()).base.name
    monkeypatch.setattr(web, "MOST_WORK", 0)
    for day in ("2026-01-08", "2026-01-09"):
        touch("Ion", "mail", day)
    publish_now()
    read_ahead()
    followers.clear()
    assert web_of(present_data()).base.name != base
    assert_equal(Asked())


def test_a_file_that_is_swept_away_before_it_was_read_is_no_harm(company: None) -> None:
    touch("Ion", "mail", "2026-01-08")
    publish_now()
    followed(Asked())
    old = {file.name for file in lake().manifest().files("touches")}
    lake().compact("touches", at_least=2)
    for name in old - {file.name for file in lake().manifest().files("touches")}:
        (lake().directory / name).unlink()
    touch("Ion", "search", "2026-01-09")
    publish_now()
    assert_equal(Asked())


columns = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=12)


@given(columns, columns)
def test_unmatched_rows_are_what_counting_leaves(old: list[tuple[int, int]], new: list[tuple[int, int]]) -> None:
    sides = [np.array(rows, np.int64).reshape(-1, 2) for rows in (old, new)]
    was, now = unmatched(*(list(side.T) for side in sides))
    both = {row: min(old.count(row), new.count(row)) for row in {*old, *new}}
    for rows, alone in ((old, was), (new, now)):
        left = [row for row, is_alone in zip(rows, alone.tolist(), strict=True) if is_alone]
        assert sorted(left) == sorted(row for row in {*old, *new} for _ in range(rows.count(row) - both[row]))


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 1)), st.dictionaries(st.integers(0, 9), st.integers(0, 1)))
def test_changed_rows_are_those_that_the_other_side_has_not(old: dict[int, int], new: dict[int, int]) -> None:
    sides = [
        [np.array(sorted(side), np.int64), np.array([side[key] for key in sorted(side)], np.int64)]
        for side in (old, new)
    ]
    was, now = changed_rows(*sides)
    assert {key for key, flag in zip(sorted(old), was.tolist(), strict=True) if flag} == {
        key for key in old if (key, old[key]) not in new.items()
    }
    assert {key for key, flag in zip(sorted(new), now.tolist(), strict=True) if flag} == {
        key for key in new if (key, new[key]) not in old.items()
    }
