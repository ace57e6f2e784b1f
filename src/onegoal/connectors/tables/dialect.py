"""Which separator and quote a text table uses, told from its first lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

# In order of preference: prose and decimal commas put stray commas into tables of every other kind.
DELIMITERS = ("\t", ";", "|", ",")
_SAMPLE_RECORDS = 200
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?\s*(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


class Dialect(NamedTuple):
    """The separator and quote character, and whether the first line is a `sep=` line that says so."""

    delimiter: str
    quote: str = '"'
    has_sep_line: bool = False


def guess_dialect(sample: str) -> Dialect:
    """The dialect of whole lines of text; a table of one column is read as if separated by commas."""
    told = _SEP_LINE.match(sample)
    if told and told.group(1) not in '"\r\n' + " ":
        return Dialect(told.group(1), _quote(sample[told.end() :], told.group(1)), True)
    best = max(DELIMITERS, key=lambda delimiter: _fit(sample, delimiter))
    if _fit(sample, best) <= (0.0, 0.0):
        best = ","
    return Dialect(best, _quote(sample, best))


def sample_records(sample: str, dialect: Dialect, count: int = _SAMPLE_RECORDS) -> list[list[str]]:
    """The first records of the sample, read leniently; the `sep=` line is left out."""
    lines = io.StringIO(sample, newline="")
    if dialect.has_sep_line:
        next(lines, None)
    reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote)
    records: list[list[str]] = []
    with suppress(csv.Error):
        records.extend(islice(reader, count))
    return records


def _fit(sample: str, delimiter: str) -> tuple[float, float]:
    """How steady the rows are when split so: the share of rows as wide as most, then that width."""
    if delimiter not in sample:
        return 0.0, 0.0
    widths = [len(record) for record in sample_records(sample, Dialect(delimiter)) if any(record)]
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0, 0.0
    width, hits = max(wide.items(), key=lambda item: (item[1], item[0]))
    return round(hits / len(widths), 1), float(min(width, 3)) if hits > 1 else 2.0


def _quote(sample: str, delimiter: str) -> str:
    if '"' in sample:
        return '"'
    lines = [line for line in sample.splitlines()[:50] if line.strip()]
    edge = re.compile(rf"'[^']*'(?:{re.escape(delimiter)}|\Z)")
    quoted = sum(bool(edge.match(line)) and line.rstrip().endswith("'") for line in lines)
    return "'" if len(lines) > 1 and quoted >= 0.8 * len(lines) else '"'
