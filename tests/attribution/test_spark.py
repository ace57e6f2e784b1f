"""Spark finds what DuckDB finds; skipped where the extra `spark` or Java is not installed."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.attribution import reference
from tests.attribution.given import DAY, source_of
from tests.attribution.reference import Conversion, Touch

from onegoal.attribution.portable import Found, read_credits
from onegoal.attribution.sources import PlainParquet, TouchSource
from onegoal.core.attribution.journeys import JourneyRule
from onegoal.core.attribution.settings import MODELS, CustomWeights, ModelSettings

pytest.importorskip("pyspark", reason="the extra `spark` is not installed")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java, which is not installed", allow_module_level=True)
pytestmark = [pytest.mark.spark, pytest.mark.timeout(600)]

CLUSTER = os.environ.get("ONEGOAL_SPARK_MASTER")
OWN = CustomWeights("own", (3.0,), (2.0, 1.0), 0.5, (("mail", 2.0),))

TOUCHES = [
    Touch(1, 1 * DAY, "ads", 1), Touch(1, 2 * DAY, "mail"), Touch(1, 2 * DAY, "Direct"), Touch(1, 2 * DAY, "ads", 1),
    Touch(1, 9 * DAY, "search"), Touch(1, 40 * DAY, "ads"), Touch(1, 41 * DAY, "it's `odd`\\"), Touch(1, 45 * DAY, "mail"),
    Touch(2, 3 * DAY, "mail"), Touch(2, 4 * DAY, "Direct"), Touch(2, 4 * DAY, "mail"), Touch(3, 4 * DAY, "Direct"),
    Touch(3, 5 * DAY, "Direct"), Touch(4, 44 * DAY, "search"), Touch(5, 5 * DAY, "ads"), Touch(5, 5 * DAY, "mail"),
]  # fmt: skip
CONVERSIONS = [
    Conversion(1, 9 * DAY, 1_001, 2 * DAY, 1), Conversion(1, 41 * DAY, -337, None, 2), Conversion(1, 41 * DAY, 50, None, 3),
    Conversion(2, 4 * DAY, 10**12 + 1, 1 * DAY, 4), Conversion(3, 5 * DAY, 99, 5 * DAY, 5), Conversion(6, DAY, 7, None, 6),
]  # fmt: skip


def same(spark: Found, duck: Found) -> None:
    """Hold two answers against each other value by value."""
    for name in ("groups", "conversions", "value", "attributed_conversions", "attributed_value"):
        assert getattr(spark, name) == getattr(duck, name)
    assert (spark.nulls.paths, spark.nulls.censored) == (duck.nulls.paths, duck.nulls.censored)
    for model, credit in duck.credits.items():
        other = spark.credits[model]
        np.testing.assert_allclose(other.conversions, credit.conversions, rtol=1e-12, atol=1e-9, err_msg=model)
        np.testing.assert_array_equal(other.value, credit.value, err_msg=model)
        if credit.removal_effects is not None:
            np.testing.assert_allclose(other.removal_effects, credit.removal_effects, atol=1e-12)
            np.testing.assert_allclose(other.value_removal_effects, credit.value_removal_effects, atol=1e-12)


@pytest.mark.parametrize(
    ("is_overlapping", "share"), [(False, "per_journey"), (True, "global")], ids=["cut", "overlapping"]
)
def test_spark_finds_what_duckdb_finds(is_overlapping: bool, share: str) -> None:
    source, rule = source_of(TOUCHES, CONVERSIONS), JourneyRule(is_overlapping=is_overlapping)
    settings = ModelSettings(markov_share=share, custom=(OWN,))  # type: ignore[arg-type]
    duck, spark = (
        read_credits(source, rule, (*MODELS, "own"), settings, engine=engine)
        for engine in ("duckdb", f"spark:{CLUSTER or 'local[2]'}")
    )
    same(spark, duck)
    expected = reference.cut(TOUCHES, CONVERSIONS, window=rule.window, is_overlapping=is_overlapping)
    assert spark.attributed_value == sum(journey.conversion.value for journey in expected.attributed)


def test_spark_reads_plain_files_where_they_lie(tmp_path: Path) -> None:
    same(*both(planted(20_000, tmp_path)))


@pytest.mark.skipif(CLUSTER is None, reason="a million touches are for the cluster: make test-spark")
def test_a_cluster_finds_in_a_million_touches_what_duckdb_finds(tmp_path: Path) -> None:
    source = planted(1_000_000, tmp_path)
    spark, duck = both(source)
    assert duck.attributed_conversions > 1_000
    same(spark, duck)


def both(source: TouchSource) -> tuple[Found, Found]:
    """Return what Spark and DuckDB find in a source."""
    spark, duck = (
        read_credits(source, JourneyRule(), MODELS, ModelSettings(), engine=engine)
        for engine in (f"spark:{CLUSTER or 'local[2]'}", "duckdb")
    )
    return spark, duck


def planted(rows: int, folder: Path) -> TouchSource:
    """Return touches in log order, four to a person, three people in a hundred converting, as plain Parquet files."""
    source = source_of([])
    channels = [f"channel {number:02}" for number in range(12)]
    drawn = f"""
        SELECT n, hash(n + 1) % {rows // 4} AS person, hash(n) % 1000 < 8 AS converted, (n * 40503 + n // 7) % 78 AS lot,
            TIMESTAMP '2026-01-01' + to_seconds(n * 7776000 // {rows}) AS "at" FROM range({rows}) AS t(n)"""
    for part in range(4):
        source.connection.execute(f"""
            COPY (SELECT person, "at", converted, CASE WHEN converted THEN 1000 + n % 977 ELSE 0 END AS value,
                    printf('channel %02d', CAST(11 - floor((sqrt(8 * lot + 1) - 1) / 2) AS INTEGER)) AS channel
                FROM ({drawn}) WHERE n % 4 = {part}) TO '{folder}/part{part}.parquet' (FORMAT parquet)""")
    listed = tuple(sorted(str(path) for path in folder.glob("*.parquet")))
    sql = f'SELECT person, "at", NULL::BIGINT AS sequence, channel, converted, value FROM read_parquet({list(listed)})'
    [(ends,)] = source.connection.execute(f'SELECT epoch_us(max("at")) FROM ({sql})').fetchall()
    plain = PlainParquet(listed, "person", "at", "channel", "converted", "value")
    return replace(source, touches_sql=sql, groups=tuple(channels), ends_at=ends, rows=rows, plain=plain)
