"""Attribution as tables: on the screen for people, in files for everything else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from onegoal.attribution.refusals import SourceRefused
from onegoal.attribution.report import PATH_FIELDS, PathReport
from onegoal.attribution.results import FIELDS, Attribution, Counted, Unit

Rows = tuple[tuple[str, ...], list[tuple[Any, ...]]]
_COLUMN, _FIRST_COLUMN = 17, 24


def credit_rows(found: Attribution) -> Rows:
    """Return header and rows of all credits; values are in the unit of the input."""
    return FIELDS, list(found.rows())


def path_rows(found: PathReport) -> Rows:
    """Return header and rows of the top paths."""
    return PATH_FIELDS, found.rows()


def write_rows(path: Path, kind: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Write rows as CSV, a workbook or Parquet.

    Raises:
        SourceRefused: the ending of the file is another.  OSError: it cannot be written.
    """
    from onegoal.connectors.tables.writer import write_csv, write_xlsx

    if kind == ".csv":
        write_csv(path, header, rows)
    elif kind == ".xlsx":
        write_xlsx(path, header, rows)
    elif kind in {".parquet", ".pq"}:
        import pyarrow as pa
        from pyarrow import parquet

        columns = list(zip(*rows, strict=True)) or [()] * len(header)
        parquet.write_table(pa.table({name: list(column) for name, column in zip(header, columns, strict=True)}), path)
    else:
        raise SourceRefused(
            "ending", f"{path.name} ends in no known kind of table.", str(path), remedy="Use .csv, .xlsx or .parquet."
        )


def show_attribution(found: Attribution) -> None:
    """Print conversions and values of every group by every model, and what stands beside them."""
    console = Console(markup=False, highlight=False)
    _print_models(console, found, "Conversions", lambda credits, place: f"{credits.conversions[place]:,.2f}")
    if found.counted.value:
        _print_models(console, found, "Value", lambda credits, place: _amount(credits.value[place], found.unit))
    _print_totals(console, found.counted, found.unit, found.notes)


def show_paths(found: PathReport) -> None:
    """Print top paths, lengths, times and roles."""
    console = Console(markup=False, highlight=False)
    table = Table("Path", *(("Conversions", "Value", "Not converted")), title="Paths", title_justify="left")
    for path in found.paths:
        table.add_row(
            " > ".join(path.path), f"{path.conversions:,}", _amount(path.value, found.unit),
            "–" if path.nulls is None else f"{path.nulls:,}",
        )  # fmt: skip
    console.print(table)
    console.print(f"{found.different:,} different paths in all.")
    lengths = ", ".join(f"{touches}: {count:,}" for touches, count in found.lengths[:10])
    console.print(f"Conversions by number of touches: {lengths or 'none'}.")
    for name, lag in (("first", found.first_lag), ("last", found.last_lag)):
        if lag:
            days = ", ".join(f"{percent} %: {number:g}" for percent, number in lag.items())
            console.print(f"Days from the {name} touch to the conversion, at most, for {days}.")
    roles = Table("", "Present", "Starts", "Assists", "Closes", "Alone", title="Roles", title_justify="left")
    for role in found.roles:
        counts = (role.present, role.starts, role.assists, role.closes, role.alone)
        roles.add_row(role.group, *(f"{count:,}" for count in counts))
    console.print(roles)
    _print_totals(console, found.counted, found.unit, found.notes)


def _print_models(console: Console, found: Attribution, title: str, cell: Any) -> None:
    """Print one table, or several below each other where the screen is narrow."""
    fitting = max(1, (console.width - _FIRST_COLUMN) // _COLUMN)
    names = list(found.models)
    for start in range(0, len(names), fitting):
        some = names[start : start + fitting]
        table = Table("", title=title, title_justify="left")
        for name in some:
            table.add_column(name, justify="right")
        for place, group in enumerate(found.groups):
            table.add_row(group, *(cell(found.models[name], place) for name in some))
        console.print(table)


def _print_totals(console: Console, counted: Counted, unit: Unit, notes: Sequence[str]) -> None:
    lines: Iterable[str] = (
        f"{counted.conversions:,} conversions, value {_amount(counted.value, unit)};"
        f" {counted.unattributed_conversions:,} conversions without a touch,"
        f" value {_amount(counted.unattributed_value, unit)}.",
        f"{counted.null:,} open journeys, and {counted.censored:,} whose window is not over yet.",
        *notes,
    )
    for line in lines:
        console.print(line, soft_wrap=True)


def _amount(units: float | int, unit: Unit) -> str:
    amount = unit.of(units)
    return f"{amount:,}" if unit.is_whole else f"{amount:,.{unit.digits}f}"
