"""The command that takes a file in: `onegoal import`."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from onegoal.apps.imports.fields import Kind
from onegoal.apps.imports.maps import ImportMap
from onegoal.apps.imports.models import ImportProgress
from onegoal.apps.imports.words import say_problem, say_refusal


def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX, XLS or ODS file.")],
    kind: Annotated[str, typer.Option(help="What the rows are: " + " | ".join(Kind.values))],
    preset: Annotated[str, typer.Option(help="A ready map by its name, such as amocrm.")] = "",
    map_file: Annotated[Path | None, typer.Option("--map", help="A map of your own, see docs/imports.md.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count everything, write nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Take a file in: rows read = created + updated + unchanged + rejected."""
    from onegoal.apps.imports.services import Refused

    if kind not in Kind.values:
        raise typer.BadParameter(f"{kind} is none of {', '.join(Kind.values)}", param_hint="--kind")
    if preset and map_file:
        raise typer.BadParameter("give a preset or a map, not both", param_hint="--preset")
    try:
        summary = _import(file, kind, preset, map_file, dry_run)
    except Refused as refusal:
        _refuse(refusal.code, refusal.params, as_json)
        raise typer.Exit(1) from refusal
    typer.echo(json.dumps(summary, ensure_ascii=False) if as_json else _told(summary))


def _refuse(code: str, params: dict[str, Any], as_json: bool) -> None:
    said = say_refusal(code, params)
    answer = {"error": {"code": code, "message": said, "params": params}}
    typer.echo(json.dumps(answer, ensure_ascii=False) if as_json else said, err=True)


def _import(file: Path, kind: str, preset: str, map_file: Path | None, dry_run: bool) -> dict[str, Any]:
    from onegoal.apps.facts.services import publish_now
    from onegoal.apps.imports import services

    with services.refusing():
        mapping = _mapping(file, kind, preset, map_file)
    details: dict[str, Any] = {"kind": kind, "mapping": mapping, "name": file.name, "size": file.stat().st_size}
    with services.the_only_import():
        if dry_run:
            progress, problems, warnings = services.try_file(path=file, clock=_now, **details)
        else:
            progress, problems, warnings = services.import_file(path=file, clock=_now, **details)
    if not dry_run:
        publish_now()
    return _summary(kind, progress, problems, warnings, dry_run)


def _mapping(file: Path, kind: str, preset: str, map_file: Path | None) -> ImportMap:
    from onegoal.apps.imports.guessing import guess_map
    from onegoal.apps.imports.map_files import read_map_file
    from onegoal.connectors.tables.detect import detect

    known = read_map_file(map_file) if map_file else None
    mapping = known or guess_map(kind, detect(file).columns, preset_name=preset)
    return mapping if mapping.source else mapping.named(file.stem[:60])


def _summary(
    kind: str, progress: ImportProgress, problems: Path | None, warnings: Path | None, dry_run: bool
) -> dict[str, Any]:
    summary: dict[str, Any] = {**progress.counts[kind], "errors_file": str(problems) if problems else None}
    summary["warnings_file"] = str(warnings) if warnings else None
    summary["totals_skipped"] = progress.totals
    also = {other: counts for other, counts in progress.counts.items() if other != kind}
    if also:
        summary["also"] = also
    if dry_run:
        summary["dry_run"] = True
        summary["problems"] = [said_problem(one) for one in progress.sample]
    return summary


def said_problem(sample: dict[str, Any]) -> str:
    """One sentence on a refused row of the sample."""
    from onegoal.apps.imports.reading import Problem

    return say_problem(Problem(**{key: value for key, value in sample.items() if key != "kind"}))


def _told(summary: dict[str, Any]) -> str:
    lines = [f"{name:>10} {summary[name]:>10,}" for name in ("read", "created", "updated", "unchanged", "rejected")]
    if summary["errors_file"]:
        lines.append(f"Refused rows, to be mended and sent again: {summary['errors_file']}")
    if summary["warnings"]:
        lines.append(f"{summary['warnings']} values were left out of rows taken in: {summary['warnings_file']}")
    if summary["totals_skipped"]:
        lines.append(f"{summary['totals_skipped']} lines of totals were passed over")
    for kind, counts in summary.get("also", {}).items():
        lines.append(f"also {kind}: " + ", ".join(f"{name} {count:,}" for name, count in counts.items() if count))
    lines += summary.get("problems", [])
    if summary.get("dry_run"):
        lines.append("This was a trial: nothing was written.")
    return "\n".join(lines)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
