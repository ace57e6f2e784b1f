"""The command line: `onegoal run`, `demo`, `import`, `metric`, `metrics`, `export`, `check`."""

from __future__ import annotations

import os
import sys

import django
import typer

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegoal.config.settings")
django.setup()

from onegoal.config.commands import exports, figures, health, imports, service  # noqa: E402 - they need Django's apps
from onegoal.config.database import UnsafeSqlite, prepare_database  # noqa: E402

app = typer.Typer(
    help="Marketing and sales under one goal, measured by one KPI.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(service.run)
app.command("demo")(service.demo)
app.command("import")(imports.import_file)
app.command("metric")(figures.metric)
app.command("metrics")(figures.metrics)
app.command("export")(exports.export)
app.command("check")(health.check)
app.command("web", hidden=True)(service.web)
app.command("jobs", hidden=True)(service.jobs)


@app.callback()
def prepare() -> None:
    """Bring the database up to date before any command."""
    try:
        prepare_database()
    except UnsafeSqlite as error:
        typer.echo(f"SQLite {error} can corrupt data; install the package pysqlite3 or use PostgreSQL.", err=True)
        raise typer.Exit(1) from error


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="onegoal", args=sys.argv[1:])


if __name__ == "__main__":
    main()
