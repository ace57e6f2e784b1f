"""Raw touches for the measurements of attribution: drawn from a fixed seed, in the order of a log, as Parquet files.

Twelve channels from 24 % of the touches down to 1 %, four touches a person on average (geometric), 90 days, whole
seconds. About 3 % of the people convert, more often after some channels than after others, one in twenty of them twice.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 1
CHANNELS = (
    "paid_search", "organic", "direct", "social", "portal", "email",
    "display", "referral", "video", "broker", "sms", "offline",
)  # fmt: skip
SHARES = np.array([24, 18, 14, 11, 9, 7, 6, 4, 3, 2, 1, 1]) / 100
PULL = np.array([1.3, 0.9, 1.5, 0.7, 1.1, 1.2, 0.4, 1.4, 0.6, 2.0, 0.8, 1.6])
"""How readily a person converts whose last touch was this channel, beside the average."""
MEAN_PATH, CONVERTING, TWICE, ENDS_AT_LAST, SAME_SECOND = 4.0, 0.03, 0.05, 0.8, 0.01
DAYS, MEAN_SPAN_DAYS, LONGEST_SPAN_DAYS = 90, 12, 60
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
PEOPLE_AT_ONCE, FILE_ROWS = 250_000, 1_500_000
ROW = np.dtype([("second", "<u4"), ("channel", "u1"), ("converted", "u1"), ("person", "<i8"), ("value", "<i8")])
SCHEMA = pa.schema([
    ("person", pa.int64()), ("time", pa.timestamp("us")), ("channel", pa.string()), ("converted", pa.bool_()),
    ("value", pa.int64()),
])  # fmt: skip


def bench_home() -> Path:
    """Return the folder that keeps data and environments of peers between measurements."""
    default = Path(tempfile.gettempdir()) / "onegoal-bench-attribution"
    home = Path(os.environ.get("ONEGOAL_BENCH_ATTRIBUTION_HOME", default))
    home.mkdir(parents=True, exist_ok=True)
    return home


def touches_folder(touches: int, *, seed: int = SEED) -> Path:
    """Return the folder of Parquet files with exactly so many touches, made if it is not there."""
    folder = bench_home() / f"touches-{touches}-seed-{seed}"
    if not folder.exists():
        with tempfile.TemporaryDirectory(dir=bench_home()) as unfinished:
            write_touches(Path(unfinished) / "out", touches, seed=seed)
            (Path(unfinished) / "out").rename(folder)
    return folder


def write_touches(folder: Path, touches: int, *, seed: int) -> None:
    """Draw people in portions, spread their rows over slices of time, then sort each slice into a file."""
    folder.mkdir()
    slices = max(2, -(-touches // FILE_ROWS))
    edge = DAYS * 86_400 // slices + 1
    parts = [folder / f"slice-{number}" for number in range(slices)]
    for rows in portions(touches, seed=seed):
        rows = rows[np.argsort(rows["second"], kind="stable")]
        ends = np.searchsorted(rows["second"], np.arange(1, slices + 1) * edge)
        for part, start, end in zip(parts, [0, *ends], ends, strict=False):
            with part.open("ab") as file:
                rows[start:end].tofile(file)
    for number, part in enumerate(parts):
        rows = np.fromfile(part, dtype=ROW)
        part.unlink()
        write_file(folder / f"touches-{number:03d}.parquet", rows[np.argsort(rows["second"], kind="stable")])


def write_file(path: Path, rows: np.ndarray) -> None:
    """Write one slice of the log."""
    micros = rows["second"].astype(np.int64) * 1_000_000 + int(START.timestamp()) * 1_000_000
    names = pa.DictionaryArray.from_arrays(pa.array(rows["channel"].astype(np.int8)), pa.array(CHANNELS))
    columns = [rows["person"], micros, names, rows["converted"].astype(bool), rows["value"]]
    arrays = [pa.array(column).cast(field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    pq.write_table(pa.table(arrays, schema=SCHEMA), path, compression="zstd")


def portions(touches: int, *, seed: int) -> Iterator[np.ndarray]:
    """Yield rows of whole people until there are exactly `touches` of them; the last person may be cut short."""
    left, first = touches, 0
    while left:
        rows = people(np.random.default_rng([seed, first]), first, min(PEOPLE_AT_ONCE, int(left / MEAN_PATH) + 1000))
        first += PEOPLE_AT_ONCE
        yield rows[:left]
        left -= min(left, len(rows))


def people(draw: np.random.Generator, first: int, count: int) -> np.ndarray:
    """Draw the touches of `count` people, those of one person together and oldest first."""
    lengths = draw.geometric(1 / MEAN_PATH, count)
    owner = np.repeat(np.arange(count), lengths)
    ends = np.cumsum(lengths)
    rows = np.zeros(len(owner), dtype=ROW)
    rows["person"] = first + owner
    rows["channel"] = draw.choice(len(CHANNELS), len(owner), p=SHARES)
    span = np.minimum(draw.exponential(MEAN_SPAN_DAYS, count), LONGEST_SPAN_DAYS)
    start = draw.random(count) * (DAYS - span)
    seconds = ((start[owner] + draw.random(len(owner)) * span[owner]) * 86_400).astype(np.int64)
    seconds = seconds[np.lexsort((seconds, owner))]
    tied = 1 + np.flatnonzero((draw.random(len(owner) - 1) < SAME_SECOND) & (owner[1:] == owner[:-1]))
    seconds[tied] = seconds[tied - 1]
    rows["second"] = seconds
    at = conversions(draw, lengths, PULL[rows["channel"][ends - 1]] / (SHARES @ PULL))
    rows["converted"][at] = 1
    rows["value"][at] = np.round(draw.lognormal(9.2, 0.6, len(at))).astype(np.int64)
    return rows


def conversions(draw: np.random.Generator, lengths: np.ndarray, readiness: np.ndarray) -> np.ndarray:
    """Draw the rows on which people convert: mostly their last touch; a second time on another one."""
    ends = np.cumsum(lengths)
    buyers = np.flatnonzero(draw.random(len(lengths)) < CONVERTING * readiness)
    length = lengths[buyers]
    back = np.where(draw.random(len(buyers)) < ENDS_AT_LAST, 0, (draw.random(len(buyers)) * length).astype(np.int64))
    twice = (length > 1) & (draw.random(len(buyers)) < TWICE / (1 - 1 / MEAN_PATH))
    other = (back + 1 + (draw.random(len(buyers)) * (length - 1)).astype(np.int64)) % length
    return np.concatenate([ends[buyers] - 1 - back, (ends[buyers] - 1 - other)[twice]])


def new_day(people_known: int, *, day: int = 1, rows: int = 100_000, seed: int = SEED) -> pa.Table:
    """Return one more day after the others (1 the first): three in four touches of people already known."""
    draw = np.random.default_rng([seed, 2**31 + day])
    known = draw.integers(0, people_known, rows)
    person = np.where(draw.random(rows) < 0.75, known, people_known * (day + 1) + draw.integers(0, rows, rows))
    second = np.sort(draw.integers(0, 86_400, rows)) + (DAYS + day - 1) * 86_400
    converted = draw.random(rows) < CONVERTING / MEAN_PATH
    columns = [
        person, second * 1_000_000 + int(START.timestamp()) * 1_000_000,
        np.array(CHANNELS)[draw.choice(len(CHANNELS), rows, p=SHARES)], converted,
        np.where(converted, draw.integers(2_000, 30_000, rows), 0),
    ]  # fmt: skip
    return pa.table([pa.array(c).cast(f.type) for c, f in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def main() -> None:
    """`python -m bench.attribution_data 1000000` makes the touches and prints where they are; `clear` removes all."""
    for word in sys.argv[1:]:
        if word == "clear":
            shutil.rmtree(bench_home())
        else:
            print(touches_folder(int(word)))


if __name__ == "__main__":
    main()
