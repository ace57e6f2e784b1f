"""`onegoal attribution` and `onegoal paths`: on files of one's own, without the product's records."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from onegoal.attribution.columns import parse_columns
from onegoal.attribution.refusals import SourceRefused

REFUSED = 1

Touches = Annotated[
    str | None, typer.Option("--touches", help="A Parquet or CSV file, a folder of them, or a pattern.")
]
ConversionsFile = Annotated[
    str | None, typer.Option("--conversions", help="Conversions, where touches do not say which converted.")
]
Paths = Annotated[str | None, typer.Option("--paths", help="A file of aggregated paths instead of touches.")]
Separator = Annotated[str, typer.Option("--separator", help="What stands between the steps of a path.")]
ColumnsOf = Annotated[
    str,
    typer.Option(
        "--columns",
        help="PART=COLUMN,...: person, time, channel, converted, value, sequence, lead_time, recorded;"
        " of --paths: path, conversions, value, nulls. Usual names are guessed.",
    ),
]
Window = Annotated[str | None, typer.Option("--window", help="How long a touch counts: 30d, 12h, P30D. [default: 30d]")]
By = Annotated[str | None, typer.Option("--by", help="The column to group by; several as a,b. [default: channel]")]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        help="Only what was known at this day (its end) or moment. Of records without a file: latest, a day, or the number"
        " or data version of published figures.",
    ),
]
Timezone = Annotated[str, typer.Option("--timezone", help="Of moments without an offset.")]
Overlapping = Annotated[bool, typer.Option("--overlapping", help="Journeys may reach beyond an earlier conversion.")]
Top = Annotated[int, typer.Option("--top", help="Groups that stand for themselves; the smallest others are one.")]
Drop = Annotated[bool, typer.Option("--drop-duplicates", help="Leave out rows that repeat another one exactly.")]
Skip = Annotated[bool, typer.Option("--skip-bad-rows", help="Leave out rows that cannot be read, and say how many.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer as JSON.")]
To = Annotated[Path | None, typer.Option("--to", help="Write rows to a .csv, .xlsx or .parquet file.")]
AsCsv = Annotated[Path | None, typer.Option("--csv", help="Write rows to a CSV file.")]


def attribution(
    touches: Touches = None,
    conversions: ConversionsFile = None,
    paths: Paths = None,
    separator: Separator = " > ",
    columns: ColumnsOf = "",
    model: Annotated[list[str] | None, typer.Option("--model", help="A model; may be repeated. All if none.")] = None,
    window: Window = None,
    by: By = None,
    engine: Annotated[str, typer.Option("--engine", help="duckdb, spark or spark:MASTER.")] = "duckdb",
    as_of: AsOf = None,
    timezone: Timezone = "UTC",
    overlapping: Overlapping = False,
    half_life: Annotated[str, typer.Option("--half-life", help="Of time_decay.")] = "7d",
    position: Annotated[str, typer.Option("--position", help="Percent of first, middle and last touch.")] = "40,20,40",
    w_shape: Annotated[
        str, typer.Option("--w-shape", help="Percent of first touch, lead, last touch and others.")
    ] = "30,30,30,10",
    direct: Annotated[
        list[str] | None, typer.Option("--direct", help="A group that is no marketing, beside direct; may be repeated.")
    ] = None,
    markov_share: Annotated[
        str, typer.Option("--markov-share", help="global or per_journey: how removal effects become credits.")
    ] = "global",
    weights: Annotated[
        str | None, typer.Option("--weights", help="A JSON file of models of one's own, see docs/attribution.md.")
    ] = None,
    top: Top = 200,
    drop_duplicates: Drop = False,
    skip_bad_rows: Skip = False,
    intervals: Annotated[
        int, typer.Option("--intervals", min=0, help="How often people are drawn anew for intervals; 0: none.")
    ] = 0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of these draws.")] = 1,
    as_json: AsJson = False,
    to: To = None,
    csv: AsCsv = None,
) -> None:
    """Share conversions and money over channels by every model.

    With --as-of and no file, figures of the product's own records: of a publication, a day or `latest`.
    """
    if as_of is not None and touches is None and paths is None:
        _answer_of_records(as_of, model or (), window, by, overlapping, half_life, markov_share, as_json)
        return
    shared: dict[str, Any] = {
        "models": model, "half_life": half_life, "position": position, "direct": direct or (),
        "markov_share": markov_share, "weights": weights, "top": top,
    }  # fmt: skip

    def run() -> Any:
        from onegoal.attribution import api

        named = parse_columns(columns) if columns else None
        if paths is not None:
            _refuse_beside_paths(
                touches=touches, conversions=conversions, window=window, by=by, as_of=as_of, intervals=intervals,
                overlapping=overlapping, drop_duplicates=drop_duplicates, skip_bad_rows=skip_bad_rows,
                engine=engine != "duckdb",
            )  # fmt: skip
            return api.attribution_of_paths(paths, columns=named, separator=separator, **shared)
        return api.attribution(
            _touches(touches), conversions, columns=named, window=window or "30d", by=by or "channel", engine=engine,
            as_of=as_of, timezone=timezone, overlapping=overlapping, w_shape=w_shape, drop_duplicates=drop_duplicates,
            skip_bad_rows=skip_bad_rows, intervals=intervals, seed=seed, **shared,
        )  # fmt: skip

    from onegoal.config.commands.attribution_shown import credit_rows, show_attribution

    _answer(run, credit_rows, show_attribution, as_json, csv, to)


def paths(
    touches: Touches = None,
    conversions: ConversionsFile = None,
    paths: Paths = None,
    separator: Separator = " > ",
    columns: ColumnsOf = "",
    window: Window = None,
    by: By = None,
    as_of: AsOf = None,
    timezone: Timezone = "UTC",
    overlapping: Overlapping = False,
    top: Top = 200,
    drop_duplicates: Drop = False,
    skip_bad_rows: Skip = False,
    most: Annotated[int, typer.Option("--most", min=1, help="How many paths are told one by one.")] = 20,
    collapse: Annotated[bool, typer.Option("--collapse", help="Repeats of a channel in a row are one step.")] = False,
    as_json: AsJson = False,
    to: To = None,
    csv: AsCsv = None,
) -> None:
    """Tell the ways people took: top paths, their length, the time they took, and who starts, assists and closes."""

    def run() -> Any:
        from onegoal.attribution import api

        named = parse_columns(columns) if columns else None
        if paths is not None:
            _refuse_beside_paths(
                touches=touches, conversions=conversions, window=window, by=by, as_of=as_of, overlapping=overlapping,
                drop_duplicates=drop_duplicates, skip_bad_rows=skip_bad_rows,
            )  # fmt: skip
            return api.paths_of_file(paths, columns=named, separator=separator, top=top, most=most, collapse=collapse)
        return api.paths(
            _touches(touches), conversions, columns=named, window=window or "30d", by=by or "channel", as_of=as_of,
            timezone=timezone, overlapping=overlapping, top=top, drop_duplicates=drop_duplicates,
            skip_bad_rows=skip_bad_rows, most=most, collapse=collapse,
        )  # fmt: skip

    from onegoal.config.commands.attribution_shown import path_rows, show_paths

    _answer(run, path_rows, show_paths, as_json, csv, to)


def _answer_of_records(
    as_of: str, models: Sequence[str], window: str | None, by: str | None, overlapping: bool, half_life: str,
    markov_share: str, as_json: bool,
) -> None:  # fmt: skip
    from onegoal.config.commands.attribution_records import print_figures_as_of

    try:
        print_figures_as_of(
            as_of, models=models, window=window, by=by, overlapping=overlapping, half_life=half_life,
            markov_share=markov_share,
        )  # fmt: skip
    except SourceRefused as refusal:
        _refuse(refusal, as_json)


def _touches(touches: str | None) -> str:
    """The touches that were named."""
    if touches is None:
        raise SourceRefused(
            "touches", "Nothing is named to read.", remedy="Use --touches FILE_OR_FOLDER, or --paths FILE."
        )
    return touches


def _refuse_beside_paths(**options: Any) -> None:
    used = [f"--{name.replace('_', '-')}" for name, value in options.items() if value]
    if used:
        raise SourceRefused(
            "options",
            f"A file of paths has no touches for {', '.join(used)}.",
            remedy="Leave it out, or use --touches.",
        )


def _answer(
    run: Callable[[], Any],
    rows: Callable[[Any], tuple[tuple[str, ...], list[tuple[Any, ...]]]],
    show: Callable[[Any], None],
    as_json: bool,
    csv: Path | None,
    to: Path | None,
) -> None:
    try:
        found = run()
        written = [_write(path, kind, *rows(found)) for path, kind in ((csv, ".csv"), (to, "")) if path is not None]
    except SourceRefused as refusal:
        _refuse(refusal, as_json)
    if as_json:
        typer.echo(found.to_json())
    elif written:
        typer.echo("\n".join(written))
    else:
        show(found)


def _refuse(refusal: SourceRefused, as_json: bool) -> NoReturn:
    said = json.dumps({"error": refusal.as_json()}, ensure_ascii=False) if as_json else str(refusal)
    typer.echo(said, err=True)
    raise typer.Exit(REFUSED) from refusal


def _write(path: Path, kind: str, header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    """Write rows to a file by its ending; return a sentence on it."""
    from onegoal.config.commands.attribution_shown import write_rows

    try:
        write_rows(path, kind or path.suffix.lower(), header, rows)
    except OSError as error:
        raise SourceRefused(
            "not_writable", f"{path} cannot be written: {error.strerror}.", str(path), remedy="Check the folder."
        ) from error
    return f"{len(rows):,} rows in {path}"
