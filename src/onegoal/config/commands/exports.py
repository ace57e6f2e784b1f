"""`onegoal export`: all records of a kind as a file that can be imported again."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from onegoal.apps.imports.leaving import header_of, kinds, rows_of
from onegoal.connectors.tables.writer import write_csv, write_xlsx

REFUSED, WRONG_USAGE = 1, 2


def export(
    kind: Annotated[str, typer.Argument(help="leads, deals, payments, spend, products, calls, tasks or people.")],
    to: Annotated[Path | None, typer.Option("--to", help="A .csv or .xlsx file; left out, CSV to the screen.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Say what was done as JSON (with --to).")] = False,
) -> None:
    """Write all records of a kind to a file."""
    if kind not in kinds():
        raise typer.BadParameter(f"{kind!r} is none of {', '.join(kinds())}.")
    if to is None:
        write_csv(sys.stdout.buffer, header_of(kind), rows_of(kind))
        return
    if to.suffix.lower() not in {".csv", ".xlsx"}:
        raise typer.BadParameter("The file must end in .csv or .xlsx.")
    write = write_xlsx if to.suffix.lower() == ".xlsx" else write_csv
    try:
        count = write(to, header_of(kind), rows_of(kind))
    except OSError as error:
        reason = f"{to} cannot be written: {error.strerror}"
        typer.echo(json.dumps({"error": {"code": "not_writable", "message": reason}}) if as_json else reason, err=True)
        raise typer.Exit(REFUSED) from error
    typer.echo(json.dumps({"kind": kind, "rows": count, "file": str(to)}) if as_json else f"{count} rows in {to}")
