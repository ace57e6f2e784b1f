"""Marts on disk, held against cutting everything anew after every change."""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.attribution.given import conversions as given_conversions
from tests.attribution.given import converting_touches, source_of
from tests.attribution.given import touches as given_touches

from onegoal.attribution.marts import (
    ChangeRefused,
    Changes,
    Converted,
    Dropped,
    JourneyMart,
    Known,
    MartDiffers,
    MartSettings,
    Touched,
    changes_of,
    loading,
    merging,
    opened,
)
from onegoal.attribution.marts.manifest import MartFolder
from onegoal.attribution.packed import Wanted, read_journeys
from onegoal.attribution.sources import TouchSource
from onegoal.core.attribution.cutting import NO_LEAD, Conversions, Touches, cut_journeys
from onegoal.core.attribution.journeys import DAY, JourneyRule, Journeys, NullJourneys
from onegoal.core.attribution.models import Credits, attribute
from onegoal.core.attribution.nulls import combined
from onegoal.core.attribution.settings import MODELS

WINDOW = 50
BIG = -(2**62)
ROW = tuple[int, int, int, str]


def touched(rows: list[ROW]) -> Touched:
    names = tuple(dict.fromkeys(row[3] for row in rows))
    return Touched(
        np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64),
        np.array([names.index(row[3]) for row in rows], np.int64), names, np.array([row[2] for row in rows], np.int64),
    )  # fmt: skip


def converted(rows: list[tuple[int, int, int, int, int | None]]) -> Converted:
    columns = [np.array(column, np.int64) for column in zip(*[row[:4] for row in rows], strict=True)]
    lead_at = np.array([NO_LEAD if row[4] is None else row[4] for row in rows], np.int64)
    return Converted(*columns, lead_at) if rows else Converted()


class Plain:
    """What the mart should hold, as Python rows, and the journeys cut from all of them."""

    def __init__(self, built: MartSettings) -> None:
        self.settings = built
        self.touches: list[ROW] = []
        self.conversions: dict[int, tuple[int, int, int, int, int | None]] = {}
        self.people: dict[int, int] = {}
        self.names: set[str] = set()
        self.ends_at = 0

    def cut(self, window: int) -> tuple[Journeys, NullJourneys]:
        names = tuple(sorted(self.names))
        rows = sorted((self.people.get(row[0], row[0]), row[1], row[2], names.index(row[3])) for row in self.touches)
        done = sorted(
            (self.people.get(row[0], row[0]), row[1], row[3], row[2], NO_LEAD if row[4] is None else row[4])
            for row in self.conversions.values()
        )
        t = np.array(rows, np.int64).reshape(-1, 4).T
        c = np.array(done, np.int64).reshape(-1, 5).T
        journeys, nulls = cut_journeys(
            Touches(t[0], t[1], t[3].astype(np.int32)), Conversions(c[0], c[1], c[3], c[4], c[2]), groups=names,
            rule=JourneyRule(window, self.settings.rule.is_overlapping), ends_at=self.ends_at,
            orders=self.settings.orders, coalitions=self.settings.coalitions,
        )  # fmt: skip
        return journeys, combined([(nulls, 1)])


def same(found: tuple[Journeys, NullJourneys], expected: tuple[Journeys, NullJourneys]) -> None:
    for name in Journeys.__dataclass_fields__:
        assert np.array_equal(getattr(found[0], name), getattr(expected[0], name)), name
    nulls, others = found[1], expected[1]
    assert (nulls.paths, nulls.censored) == (others.paths, others.censored)
    assert set(nulls.moves) == set(others.moves)
    for order, moves in nulls.moves.items():
        for name in ("source", "target", "count", "bucket"):
            assert np.array_equal(getattr(moves, name), getattr(others.moves[order], name)), (order, name)
    for name in ("mask", "count", "bucket"):
        assert np.array_equal(getattr(nulls.coalitions, name), getattr(others.coalitions, name)), name


IDENTITIES = st.sampled_from([1, 2, 3, 4, 9, BIG, BIG + 1, 2**62])
MOMENTS = st.integers(0, 12).map(lambda step: step * 10) | st.integers(0, 130)
NAMES = st.sampled_from(["mail", "ads", "direct", "zine", "b"])
ROWS = st.lists(st.tuples(IDENTITIES, MOMENTS, st.integers(0, 1), NAMES), max_size=8)
DONE = st.lists(st.tuples(IDENTITIES, MOMENTS, st.integers(-50, 500), st.none() | MOMENTS), max_size=3)


class MartMachine(RuleBasedStateMachine):
    """Any changes in any order; after each the mart equals the plain rows cut anew, for every window."""

    @initialize(overlapping=st.booleans(), at_once=st.sampled_from([0, 10, 1000]), most=st.sampled_from([2, 24]))
    def start(self, overlapping: bool, at_once: int, most: int) -> None:
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("os.fsync", lambda handle: None)
        self._patch.setattr(merging, "AT_ONCE", at_once)
        self._patch.setattr(merging, "MOST_PARTS", most)
        self.folder = tempfile.TemporaryDirectory()
        self.settings = MartSettings(JourneyRule(WINDOW, overlapping))
        self.mart = JourneyMart.open(Path(self.folder.name), self.settings)
        self.plain = Plain(self.settings)
        self.key = 0
        self.version = 0

    def teardown(self) -> None:
        if hasattr(self, "_patch"):
            self._patch.undo()
            self.folder.cleanup()

    def apply(self, changes: Changes, **_: object) -> None:
        plain = self.plain
        plain.names |= {*changes.touches.names}
        plain.ends_at = max(plain.ends_at, changes.latest()) if changes.ends_at is None else changes.ends_at
        self.version = self.mart.update(changes)

    @rule(rows=ROWS, done=DONE, ends_at=st.none() | st.integers(60, 200))
    def new_rows(self, rows, done, ends_at) -> None:
        added = [(*row[:3], self.key + place, row[3]) for place, row in enumerate(done)]
        self.key += len(added)
        self.plain.touches += rows
        self.plain.conversions |= {row[3]: row for row in added}
        self.apply(Changes(touched(rows), converted=converted(added), ends_at=ends_at))

    @precondition(lambda self: self.plain.touches)
    @rule(data=st.data(), new=ROWS)
    def touches_that_never_were(self, data, new) -> None:
        places = data.draw(st.sets(st.integers(0, len(self.plain.touches) - 1), min_size=1))
        gone = [self.plain.touches[place] for place in places]
        self.plain.touches = [row for place, row in enumerate(self.plain.touches) if place not in places] + new
        self.apply(Changes(touched(new), gone=touched(gone)))

    @precondition(lambda self: self.plain.conversions)
    @rule(data=st.data(), identity=IDENTITIES, at=MOMENTS, value=st.integers(-9, 99), is_changed=st.booleans())
    def a_conversion_changed(self, data, identity, at, value, is_changed) -> None:
        before = self.plain.conversions.pop(data.draw(st.sampled_from(sorted(self.plain.conversions))))
        after = [(identity, at, value, before[3], None)] if is_changed else []
        self.plain.conversions |= {row[3]: row for row in after}
        dropped = Dropped(np.array([before[0]]), np.array([before[3]]))
        self.apply(Changes(converted=converted(after), dropped=dropped))

    @rule(identity=IDENTITIES, at=MOMENTS)
    def all_conversions_of_one_are_told_again(self, identity, at) -> None:
        kept = {key: row for key, row in self.plain.conversions.items() if row[0] != identity}
        row = (identity, at, 7, self.key, at - 3)
        self.key += 1
        self.plain.conversions = kept | {row[3]: row}
        self.apply(Changes(converted=converted([row]), forgotten=np.array([identity])))

    @rule(pairs=st.lists(st.tuples(IDENTITIES, IDENTITIES), min_size=1, max_size=4), rows=ROWS)
    def identities_merge_and_split(self, pairs, rows) -> None:
        self.plain.people |= dict(pairs)
        self.plain.touches += rows
        known = Known(*(np.array(column, np.int64) for column in zip(*pairs, strict=True)))
        self.apply(Changes(touched(rows), known=known))

    @rule()
    def tidied(self) -> None:
        self.mart.tidy()

    @rule()
    def opened_again(self) -> None:
        # With its settings, because a mart to which nothing was written has none on disk.
        self.mart = JourneyMart.open(Path(self.folder.name), self.settings)

    @invariant()
    def equals_the_rows_cut_anew(self) -> None:
        if not hasattr(self, "mart"):
            return
        for window in (WINDOW, 25, 10):
            same(self.mart.reading().journeys(window), self.plain.cut(window))


TestMart = MartMachine.TestCase
TestMart.settings = settings(
    max_examples=25, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


BUILT = MartSettings(JourneyRule(WINDOW))
FIRST: list[ROW] = [(1, 10, 0, "mail"), (1, 20, 0, "ads"), (2, 15, 0, "ads"), (3, 18, 0, "direct")]
NEXT: list[ROW] = [(1, 30, 0, "zine"), (4, 40, 0, "ads")]
DEAL = (1, 25, 300, 7, None)


@pytest.fixture
def mart(tmp_path: Path) -> JourneyMart:
    found = JourneyMart.open(tmp_path / "mart", BUILT)
    found.update(Changes(touched(FIRST), converted=converted([DEAL])))
    return found


def expected(touches: list[ROW], conversions: list[tuple], names: set[str] | None = None, people=None) -> Plain:
    plain = Plain(BUILT)
    plain.touches, plain.conversions = touches, {row[3]: row for row in conversions}
    plain.names = names or {row[3] for row in touches}
    plain.people = people or {}
    plain.ends_at = max([row[1] for row in touches] + [row[1] for row in conversions])
    return plain


@pytest.mark.parametrize("breaks", ["write", "commit", "replace"])
def test_a_crash_within_an_update_leaves_the_version_before(mart, monkeypatch, breaks):
    def crash(*_: object, **__: object) -> None:
        raise OSError("power cut")

    where = Path if breaks == "replace" else MartFolder
    with monkeypatch.context() as patch:
        patch.setattr(where, breaks, crash)
        with pytest.raises(OSError, match="power cut"):
            mart.update(Changes(touched(NEXT)))
    for found in (mart, JourneyMart.open(mart._folder.directory)):
        assert found.version == 1
        same(found.reading().journeys(), expected(FIRST, [DEAL]).cut(WINDOW))
    assert mart.update(Changes(touched(NEXT))) == 2
    same(mart.reading().journeys(), expected(FIRST + NEXT, [DEAL]).cut(WINDOW))
    named = mart._folder.manifest().names()
    assert {path.name for path in mart._folder.directory.glob("*.columns")} == named


def test_a_crash_after_the_manifest_leaves_the_new_version(mart, monkeypatch):
    calls = itertools.count()

    def crash_at_the_end(*_: object) -> None:
        if next(calls):
            raise OSError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(MartFolder, "sweep", crash_at_the_end)
        with pytest.raises(OSError, match="power cut"):
            mart.update(Changes(touched(NEXT)))
    assert JourneyMart.open(mart._folder.directory).version == 2
    same(mart.reading().journeys(), expected(FIRST + NEXT, [DEAL]).cut(WINDOW))


def test_a_reader_keeps_the_version_it_has_taken(mart, monkeypatch):
    monkeypatch.setattr(merging, "MOST_PARTS", 1)
    taken = JourneyMart.open(mart._folder.directory).reading()
    before = mart._folder.manifest().names()
    mart.update(Changes(touched(NEXT), converted=converted([(4, 41, 9, 8, None)])))
    assert not any((mart._folder.directory / name).exists() for name in before)
    same(taken.journeys(), expected(FIRST, [DEAL]).cut(WINDOW))
    assert (taken.version, mart.version) == (1, 2)


def test_a_reader_whose_files_were_swept_takes_the_newer_version(mart, monkeypatch):
    monkeypatch.setattr(merging, "MOST_PARTS", 1)
    late = JourneyMart.open(mart._folder.directory)
    opens = late._folder.opened

    def too_late(manifest):
        monkeypatch.setattr(late._folder, "opened", opens)
        mart.update(Changes(touched(NEXT)))
        return opens(manifest)

    monkeypatch.setattr(late._folder, "opened", too_late)
    assert late.reading().version == 2


def test_readers_see_whole_versions_while_one_writes(mart, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda handle: None)
    seen: list[tuple[int, int, int]] = []
    is_over = threading.Event()

    def read() -> None:
        own = JourneyMart.open(mart._folder.directory)
        while not is_over.is_set():
            reading = own.reading()
            journeys, nulls = reading.journeys()
            seen.append((reading.version, len(journeys.at), nulls.paths + nulls.censored))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for number in range(40):
        rows = [(100 + number, 50, 0, "mail"), (200 + number, 51, 0, "ads")]
        mart.update(Changes(touched(rows), converted=converted([(100 + number, 60, 5, 50 + number, None)])))
    is_over.set()
    for reader in readers:
        reader.join()
    assert len(seen) > 2
    assert [row for row in seen if row != (row[0], row[0], 2 + row[0] - 1)] == []


def test_an_empty_mart_answers_with_nothing(tmp_path):
    mart = JourneyMart.open(tmp_path / "none", BUILT)
    journeys, nulls = mart.reading().journeys()
    assert (mart.version, len(journeys.at), nulls.paths, nulls.censored) == (0, 0, 0, 0)
    assert mart.update(Changes()) == 0
    assert mart.tidy() == 0
    mart.update(Changes(converted=converted([DEAL])))
    assert mart.reading().journeys()[0].lengths.tolist() == [0]


def test_a_change_that_does_not_fit_is_refused_whole(mart):
    for code, changes in {
        "unknown_touches": Changes(touched(NEXT), gone=touched([FIRST[0], FIRST[0]])),
        "unknown_conversion": Changes(touched(NEXT), dropped=Dropped(np.array([1]), np.array([99]))),
        "too_many_groups": Changes(touched([(1, 1, 0, f"group {number}") for number in range(57)])),
    }.items():
        with pytest.raises(ChangeRefused) as refused:
            mart.update(changes)
        assert (refused.value.code, mart.version) == (code, 1)
    with pytest.raises(ChangeRefused):
        JourneyMart.open(mart._folder.directory.parent / "other", BUILT).update(Changes(gone=touched(FIRST)))
    same(mart.reading().journeys(), expected(FIRST, [DEAL]).cut(WINDOW))


def test_unknown_identities_change_nothing_for_others(mart):
    known = Known(np.array([77, 78]), np.array([5, 5]))
    mart.update(Changes(known=known))
    same(mart.reading().journeys(), expected(FIRST, [DEAL]).cut(WINDOW))
    mart.update(Changes(touched([(77, 30, 0, "ads"), (78, 31, 0, "mail")])))
    rows = [*FIRST, (77, 30, 0, "ads"), (78, 31, 0, "mail")]
    same(mart.reading().journeys(), expected(rows, [DEAL], people={77: 5, 78: 5}).cut(WINDOW))


def test_settings_and_windows_are_kept_to(mart):
    with pytest.raises(MartDiffers):
        JourneyMart.open(mart._folder.directory, MartSettings(JourneyRule(WINDOW + 1)))
    with pytest.raises(ValueError, match="windows up to"):
        mart.reading().journeys(WINDOW + 1)


def test_touches_come_as_arrow_tables():
    moments = pa.array([row[1] for row in FIRST], pa.timestamp("us"))
    columns = {"identity": [row[0] for row in FIRST], "at": moments, "channel": [row[3] for row in FIRST]}
    found, rows = Touched.from_arrow(pa.table(columns)), touched(FIRST)
    for name in ("identity", "at", "group"):
        assert np.array_equal(getattr(found, name), getattr(rows, name))
    assert (found.names, found.sequence) == (rows.names, None)


@pytest.mark.parametrize("step", [1_000_000, 10**15])
@pytest.mark.parametrize("far", [1, 0x1E3779B97F4A7C15])
def test_a_long_history_is_loaded_as_if_it_had_come_in_pieces(tmp_path, monkeypatch, step, far):
    monkeypatch.setattr(loading, "_BLOCK", 50)
    monkeypatch.setattr(opened, "_BLOCK", 30)
    monkeypatch.setattr(opened, "_FLUSH", 70)
    rng = np.random.default_rng(3)
    built = MartSettings(JourneyRule(20 * step))
    plain = Plain(built)
    people = [int(number) * far % 2**62 for number in range(90)]
    plain.touches = [
        (people[rng.integers(90)], int(rng.integers(60)) * step, int(rng.integers(2)), "abcd"[rng.integers(4)])
        for _ in range(700)
    ]
    done = [
        (people[rng.integers(90)], int(rng.integers(60)) * step, int(rng.integers(99)), key, None) for key in range(60)
    ]
    plain.conversions = {row[3]: row for row in done}
    plain.people = {people[number]: people[number + 9] for number in range(0, 30, 3)}
    plain.names, plain.ends_at = set("abcd"), 59 * step
    mart = JourneyMart.open(tmp_path / "mart", built)
    known = Known(*(np.array(column, np.int64) for column in zip(*plain.people.items(), strict=True)))
    mart.update(Changes(touched(plain.touches), converted=converted(done), known=known, ends_at=plain.ends_at))
    same(mart.reading().journeys(), plain.cut(20 * step))


def test_credits_of_some_days_are_those_of_their_journeys(mart):
    mart.update(
        Changes(touched(NEXT), converted=converted([(1, 32, 50, 8, None), (4, 45, 80, 9, 41), (2, 70, 5, 10, None)]))
    )
    whole, nulls = expected(FIRST + NEXT, [DEAL, (1, 32, 50, 8, None), (4, 45, 80, 9, 41), (2, 70, 5, 10, None)]).cut(
        20
    )
    found = mart.reading().between(30, 60, window=20)
    assert found.key.tolist() == [8, 9]
    assert found.person.tolist() == whole.person[(whole.at >= 30) & (whole.at < 60)].tolist()
    for start, journeys in ((None, whole), (30, found)):
        credits = mart.reading().credits(MODELS, start=start, end=start and 60, window=20)
        same_credits(credits, attribute(journeys, nulls, MODELS))


def same_credits(found: Mapping[str, Credits], everything: Mapping[str, Credits]) -> None:
    for model, credits in found.items():
        np.testing.assert_allclose(credits.conversions, everything[model].conversions, atol=1e-12)
        assert credits.value.tolist() == everything[model].value.tolist()


def test_parts_stay_few_and_small_ones_are_merged_first():
    sizes: list[int] = [1_000_000]
    rewritten = 0
    for _ in range(400):
        sizes.append(1_000)
        if count := merging.newest_to_merge(sizes, limit=100_000):
            sizes[-count:] = [sum(sizes[-count:])]
            rewritten += sizes[-1]
    assert len(sizes) < merging.MOST_PARTS
    assert rewritten < 400_000 * 10


@given(st.tuples(converting_touches, st.none()) | st.tuples(given_touches, given_conversions))
@settings(max_examples=20, deadline=None)
def test_a_mart_filled_from_a_source_holds_what_the_fast_route_reads(drawn):
    source = source_of(*drawn)
    built = MartSettings(JourneyRule(10 * DAY))
    with tempfile.TemporaryDirectory() as folder:
        mart = JourneyMart.open(Path(folder) / "mart", built)
        mart.update(changes_of(source))
        journeys, nulls = read_journeys(source, built.rule, Wanted((1, 2, 3), coalitions=True, buckets=True))
        same(mart.reading().journeys() if mart.version else (journeys, nulls), (journeys, combined([(nulls, 1)])))


def test_people_named_by_text_keep_their_numbers_from_one_source_to_the_next(tmp_path):
    def named(sql: str) -> TouchSource:
        columns = (
            'p AS person, make_timestamp(t) AS "at", NULL::BIGINT AS sequence, c AS channel, b AS converted, v AS value'
        )
        return TouchSource(
            duckdb.connect(), f"SELECT {columns} FROM (VALUES {sql}) rows(p, t, c, b, v)", None, ("ads", "mail"),
            ends_at=99, has_text_persons=True,
        )  # fmt: skip

    mart = JourneyMart.open(tmp_path / "mart", BUILT)
    mart.update(changes_of(named("('ann', 10, 'ads', false, 0), ('bob', 11, 'mail', false, 0)")))
    mart.update(changes_of(named("('eve', 20, 'ads', false, 0), ('ann', 30, 'mail', true, 70)"), first_key=100))
    journeys, nulls = mart.reading().journeys()
    assert [journeys.groups[code] for code in journeys.group] == ["ads", "mail"]
    assert (journeys.value.tolist(), journeys.key.tolist(), nulls.paths + nulls.censored) == ([70], [100], 2)
