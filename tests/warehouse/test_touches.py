"""Touches come in once, however often they are sent."""

from __future__ import annotations

import pyarrow as pa
from tests.warehouse.test_lake import keys, touches

from onegoal.warehouse.lake import Lake
from onegoal.warehouse.touches import TouchIntake


def rows(*pairs: tuple[int, int], batch: str = "a") -> pa.Table:
    """Touches by (key, digest of the content)."""
    table = touches(*(key for key, _ in pairs), batch=batch)
    place = table.schema.get_field_index("digest")
    return table.set_column(place, "digest", pa.array([digest for _, digest in pairs], pa.int64()))


def test_a_touch_sent_twice_is_stored_once(lake: Lake) -> None:
    intake = TouchIntake(lake)
    assert intake.take_in(rows((1, 5), (2, 5)), batch="a") == ["created", "created"]
    assert intake.take_in(rows((2, 5), (3, 5)), batch="b") == ["unchanged", "created"]
    assert TouchIntake(lake).take_in(rows((3, 5)), batch="c") == ["unchanged"]
    assert keys(lake) == [1, 2, 3]


def test_a_changed_touch_takes_the_place_of_the_old_one(lake: Lake) -> None:
    intake = TouchIntake(lake)
    intake.take_in(rows((1, 5), (2, 5)), batch="a")
    assert intake.take_in(rows((2, 6), batch="b"), batch="b") == ["updated"]
    assert intake.digests_of(rows((2, 0))["touch_key"].to_numpy()) == {2: 6}
    lake.remove_batch("touches", "b")
    assert intake.digests_of(rows((2, 0))["touch_key"].to_numpy()) == {2: 5}
    assert keys(lake) == [1, 2]


def test_the_same_touch_twice_in_one_batch_is_one(lake: Lake) -> None:
    fates = TouchIntake(lake).take_in(rows((1, 5), (1, 5), (1, 6)), batch="a")
    assert fates == ["created", "unchanged", "updated"]
    assert keys(lake) == [1]


def test_many_small_batches_keep_their_keys_through_merging(lake: Lake) -> None:
    intake = TouchIntake(lake)
    for number in range(70):
        intake.take_in(rows((number, 5)), batch=f"b{number}")
    assert len(lake.manifest().files("touches")) < 20
    assert intake.take_in(rows(*((number, 5) for number in range(70))), batch="again") == ["unchanged"] * 70
