"""The functions people import: totals, units, as-of, engines, reports, and what is refused before anything is read."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from onegoal.attribution import Attribution, SourceRefused, attribution, paths
from onegoal.core.attribution.settings import MODELS

NOON = dt.datetime(2026, 3, 1, 12)
FEW = ["first", "last", "linear", "markov"]


def touches(*rows: tuple[Any, float, str | None, int | None]) -> dict[str, Any]:
    """Touches as (person, day, channel, value of the conversion or None)."""
    return {
        "person": [row[0] for row in rows], "time": [NOON + dt.timedelta(days=row[1]) for row in rows],
        "channel": pa.array([row[2] for row in rows], pa.string()), "converted": [row[3] is not None for row in rows],
        "value": pa.array([row[3] for row in rows], pa.int64()),
    }  # fmt: skip


THREE = touches(
    (1, 0, "ads", None), (1, 1, "mail", None), (1, 2, "ads", 100), (2, 0, "mail", None), (3, 5, "direct", 7),
    (3, 6, None, 50),
)  # fmt: skip


def random_touches(people: int = 300, seed: int = 3) -> dict[str, Any]:
    draw = np.random.default_rng(seed)
    count = people * 5
    return {
        "person": draw.integers(0, people, count),
        "time": np.datetime64("2026-01-01T00:00:00") + draw.integers(0, 60 * 86_400, count).astype("timedelta64[s]"),
        "channel": draw.choice(["ads", "mail", "direct", "search"], count),
        "converted": draw.random(count) < 0.1,
        "value": draw.integers(-50, 1_000, count),
    }


def reconciled(found: Attribution) -> None:
    counted = found.counted
    for credits in found.models.values():
        assert credits.value.sum() + counted.unattributed_value == counted.value
        total = credits.conversions.sum() + counted.unattributed_conversions
        assert total == pytest.approx(counted.conversions, abs=1e-9)


def test_all_models_are_told_and_reconcile() -> None:
    found = attribution(random_touches())
    assert tuple(found.models) == MODELS
    reconciled(found)


def test_the_json_is_as_documented() -> None:
    result = json.loads(attribution(THREE, models=FEW).to_json())
    assert {name: result[name] for name in ("conversions", "value", "unattributed", "window", "by", "engine")} == {
        "conversions": 3, "value": 157, "unattributed": {"conversions": 1, "value": 50}, "window": "30d",
        "by": "channel", "engine": "duckdb",
    }  # fmt: skip
    assert result["models"]["first"] == {
        "conversions": {"ads": 1.0, "direct": 1.0, "mail": 0.0}, "value": {"ads": 100, "direct": 7, "mail": 0},
    }  # fmt: skip
    assert set(result["models"]["markov"]) == {
        "conversions", "value", "removal_effects", "value_removal_effects", "normalisation",
    }  # fmt: skip
    assert result["journeys"] == {"converting": 2, "null": 0, "censored": 1}
    assert result["seconds"] >= 0


def test_a_conversion_right_after_another_has_no_touch_of_its_own() -> None:
    assert attribution(THREE, models=["last"]).counted.unattributed_conversions == 1
    overlapping = attribution(THREE, models=["last"], overlapping=True)
    assert overlapping.counted.unattributed_conversions == 0
    assert overlapping.models["last"].value.tolist() == [100, 57, 0]


def test_values_come_back_in_the_unit_they_came_in() -> None:
    given = THREE | {"value": [None, None, 0.1, None, 0.2, 0.3]}
    found = attribution(given, models=["linear"])
    assert found.as_dict()["value"] == 0.6
    assert found.as_dict()["models"]["linear"]["value"] == {"ads": 0.07, "direct": 0.2, "mail": 0.03}


def test_arrow_has_a_row_for_each_model_and_group() -> None:
    rows = attribution(THREE, models=FEW, intervals=20).to_arrow()
    assert rows.column_names == ["model", "group", "conversions", "value", "removal_effect", "low", "high"]
    assert rows.num_rows == 12
    assert rows.schema.field("value").type == pa.int64()
    markov = [row for row in rows.to_pylist() if row["model"] == "markov"]
    assert all(row["removal_effect"] is not None and row["low"] <= row["high"] for row in markov)


def test_the_order_of_rows_does_not_matter() -> None:
    given = random_touches()
    turned = {name: column[::-1] for name, column in given.items()}
    assert attribution(given, as_of="2027-01-01").to_json() == attribution(turned, as_of="2027-01-01").to_json()


def test_ties_are_ordered_by_sequence_and_then_by_name() -> None:
    given = touches((1, 0, "b", None), (1, 0, "a", None), (1, 1, None, 10))
    assert attribution(given, models=["first"]).as_dict()["models"]["first"]["value"] == {"a": 10, "b": 0}
    told = given | {"sequence": [1, 2, 3]}
    assert attribution(told, models=["first"]).as_dict()["models"]["first"]["value"] == {"a": 0, "b": 10}


def test_touches_after_the_conversion_are_an_open_journey() -> None:
    found = attribution(touches((1, 0, "ads", 10), (1, 1, "mail", None)), models=["last"])
    assert found.as_dict()["models"]["last"]["value"] == {"ads": 10, "mail": 0}
    assert found.counted.censored == 1


def test_touches_before_the_window_do_not_count() -> None:
    given = touches((1, 0, "ads", None), (1, 2, None, 10))
    assert attribution(given, models=["last"], window="2d").counted.unattributed_conversions == 1
    assert attribution(given, models=["last"], window="49h").counted.unattributed_conversions == 0


def test_refunds_are_shared_exactly() -> None:
    found = attribution(touches((1, 0, "ads", None), (1, 1, "mail", None), (1, 2, "x", -100)))
    assert found.models["linear"].value.tolist() == [-34, -33, -33]
    reconciled(found)


def test_one_row_is_enough() -> None:
    found = attribution(touches((1, 0, "ads", 5)))
    assert all(credits.value.tolist() == [5] for credits in found.models.values())


def test_no_rows_give_zeros() -> None:
    empty = pa.table(THREE).slice(0, 0)
    found = attribution(empty)
    assert found.as_dict()["conversions"] == 0
    assert found.as_dict()["models"]["markov"]["conversions"] == {}
    assert paths(empty).as_dict()["paths"] == []


def test_people_by_name_and_by_number_get_the_same() -> None:
    given = random_touches()
    named = given | {"person": [f"user-{number}" for number in given["person"]]}
    one, other = attribution(given).as_dict(), attribution(named).as_dict()
    for model in MODELS:
        assert one["models"][model]["value"] == other["models"][model]["value"]
        assert one["models"][model]["conversions"] == pytest.approx(other["models"][model]["conversions"])


def test_conversions_of_their_own_count_like_converted_rows() -> None:
    given = random_touches()
    won = np.flatnonzero(given["converted"])
    bought = {name: given[name][won] for name in ("person", "time", "value")}
    apart = attribution({name: given[name] for name in ("person", "time", "channel")}, bought)
    together = attribution(given)
    assert apart.counted.conversions == together.counted.conversions
    assert apart.models["last"].conversions.tolist() == together.models["last"].conversions.tolist()


def test_the_lead_decides_w_shaped() -> None:
    given = touches((1, 0, "a", None), (1, 1, "b", None), (1, 2, "c", None), (1, 3, "d", None), (1, 4, None, 100))
    given |= {"lead_time": [None] * 4 + [NOON + dt.timedelta(days=1, hours=1)]}
    found = attribution(given, models=["w_shaped"])
    assert found.models["w_shaped"].value.tolist() == [30, 30, 10, 30]


def test_as_of_gives_the_same_bytes_whatever_came_later() -> None:
    given = random_touches() | {"person": [f"user-{number}" for number in random_touches()["person"]]}
    recorded = given["time"] + np.timedelta64(1, "D")
    before = recorded <= np.datetime64("2026-02-15T23:59:59")
    early = {name: np.asarray(column)[before] for name, column in (given | {"recorded": recorded}).items()}
    told = {attribution(early, as_of="2026-02-15").to_json() for _ in range(3)}
    told.add(attribution(given | {"recorded": recorded}, as_of="2026-02-15").to_json())
    assert len(told) == 1
    assert "seconds" not in json.loads(told.pop())


def test_the_portable_route_agrees() -> None:
    given = random_touches(60)
    one, other = attribution(given), attribution(given, engine="ibis")
    assert other.engine == "ibis"
    assert one.counted == other.counted
    for model in MODELS:
        assert one.models[model].value.tolist() == other.models[model].value.tolist()
        assert one.models[model].conversions == pytest.approx(other.models[model].conversions, abs=1e-9)


def test_more_groups_than_sets_can_hold_leave_models_out_and_say_so() -> None:
    given = touches(*[(number, 0, f"c{number:03}", 1) for number in range(90)])
    found = attribution(given)
    assert set(MODELS) - set(found.models) == {"shapley_rate", "markov_2", "markov_3"}
    assert any(note.startswith("shapley_rate needs sets of groups") for note in found.notes)
    with pytest.raises(SourceRefused, match="there are 90"):
        attribution(given, models=["shapley_rate"])


def test_a_model_of_ones_own_shares_by_its_weights(tmp_path: Path) -> None:
    file = tmp_path / "weights.json"
    file.write_text(json.dumps({"mine": {"first": [3], "middle": 0, "last": [1]}}))
    given = touches((1, 0, "a", None), (1, 1, "b", None), (1, 2, "c", 100))
    assert attribution(given, models=["mine"], weights=str(file)).models["mine"].value.tolist() == [75, 0, 25]


def test_direct_can_have_other_names() -> None:
    given = touches((1, 0, "ads", None), (1, 1, "typed", 100))
    found = attribution(given, models=["last_non_direct"], direct=["Typed"])
    assert found.models["last_non_direct"].value.tolist() == [100, 0]


@pytest.mark.parametrize(("options", "sentence"), [
    ({"window": "soon"}, "The window 'soon' is no length of time. Write it as 30d, 12h, 90 days or P30D."),
    ({"window": "0d"}, "The window '0d' is no length of time. Write it as 30d, 12h, 90 days or P30D."),
    ({"half_life": "x"}, "The half life 'x' is no length of time. Write it as 30d, 12h, 90 days or P30D."),
    ({"models": ["lst"]}, f"There is no model 'lst'. Models are {', '.join(MODELS)}."),
    ({"engine": "pandas"}, "There is no engine 'pandas'. Use duckdb, spark or spark:MASTER."),
    ({"position": "40,40"}, "'40,40' are no shares of position."
                            " Write 3 parts that add up to 100 or 1, as 40,20,40."),
    ({"position": "90,20,40"}, "'90,20,40' are no shares of position."
                               " Write 3 parts that add up to 100 or 1, as 40,20,40."),
    ({"markov_share": "half"}, "'half' is no way to share by removal effects. Use global or per_journey."),
    ({"timezone": "Mars"}, "There is no time zone 'Mars'. Use a name such as Europe/Bucharest or UTC."),
    ({"weights": {"last": {}}}, "The weights cannot be used: 'last' is the name of a built-in model or none."
     ' Write them as {"mine": {"first": [2], "middle": 1, "last": [3], "groups": {"email": 0.5}}}.'),
    ({"weights": "nothing.json"}, "There is no file nothing.json. Check the path."),
])  # fmt: skip
def test_an_option_that_makes_no_sense_is_refused_in_one_sentence(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(SourceRefused) as caught:
        attribution(THREE, **options)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(("text", "days"), [
    ("30d", 30), ("12h", 0.5), ("90 days", 90), ("P2W", 14), ("PT36H", 1.5), ("1 week", 7), (dt.timedelta(days=3), 3),
])  # fmt: skip
def test_lengths_of_time_are_understood(text: Any, days: float) -> None:
    from onegoal.attribution.moments import parse_span

    assert parse_span(text) == days * 86_400_000_000


def test_the_report_of_paths_tells_ways_times_and_roles() -> None:
    report = paths(THREE).as_dict()
    assert report["paths"][0] == {
        "path": ["ads", "mail", "ads"], "conversions": 1, "value": 100, "nulls": None, "mean_days": 2.0,
    }  # fmt: skip
    assert report["lengths"] == [{"touches": 1, "conversions": 1}, {"touches": 3, "conversions": 1}]
    assert report["time_lag"]["first_touch_days"] == {"p10": 0.0, "p25": 0.0, "p50": 0.0, "p75": 2.0, "p90": 2.0}
    assert report["roles"]["mail"] == {"present": 1, "starts": 0, "assists": 1, "closes": 0, "alone": 0}
    assert report["unattributed"] == {"conversions": 1, "value": 50}
    assert paths(THREE).to_arrow().column("path").to_pylist()[0] == "ads > mail > ads"


def test_importing_attribution_imports_neither_the_web_part_nor_ibis() -> None:
    code = (
        "import sys, onegoal.attribution.api, onegoal.attribution.packed\n"
        "from onegoal.attribution import attribution\n"
        "attribution({'person': [1], 'time': ['2026-01-01'], 'channel': ['a'], 'converted': [True]})\n"
        "print([name for name in ('django', 'ibis') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
