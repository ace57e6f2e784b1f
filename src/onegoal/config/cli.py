"""The command line: `onegoal run`, `demo`, `import`, `metric`, `metrics`, `attribution`, `paths`, `export`, `check`."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup


class Command(NamedTuple):
    """Where a command lives, whether people use it, and whether it works on the product's own records."""

    module: str
    function: str
    is_public: bool = True
    needs_records: bool = True


# A module is loaded only when its command is asked for.
COMMANDS = {
    "run": Command("service", "run"),
    "demo": Command("service", "demo"),
    "import": Command("imports", "import_file"),
    "metric": Command("figures", "metric"),
    "metrics": Command("figures", "metrics"),
    "attribution": Command("attribution", "attribution", needs_records=False),
    "paths": Command("attribution", "paths", needs_records=False),
    "export": Command("exports", "export"),
    "check": Command("health", "check"),
    # Its workers load the settings and the apps themselves.
    "web": Command("service", "web", is_public=False, needs_records=False),
    "jobs": Command("service", "jobs", is_public=False),
}


class Commands(TyperGroup):
    """Loads a command's module when it is called, so that starting the server does not load what imports need."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands that people use."""
        return [name for name, command in COMMANDS.items() if command.is_public]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return one command, or None if there is no such."""
        if cmd_name not in COMMANDS:
            return None
        module, function, _is_public, needs_records = COMMANDS[cmd_name]
        if needs_records:
            prepare_django()
        command = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        command.command(cmd_name)(getattr(importlib.import_module(f"onegoal.config.commands.{module}"), function))
        return typer.main.get_command(command)


app = typer.Typer(
    cls=Commands,
    help="Marketing and sales under one goal, measured by one KPI.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def prepare(context: typer.Context) -> None:
    """Bring the database up to date before a command on records; `run` has done it for its children."""
    command = COMMANDS.get(context.invoked_subcommand or "")
    if command is not None and not command.needs_records:
        return
    prepare_records(is_child=context.invoked_subcommand == "jobs")


def prepare_records(*, is_child: bool = False) -> None:
    """Load the settings and the apps, and bring the database up to date unless the parent process did."""
    prepare_django()
    if is_child:
        return
    from onegoal.config.database import UnsafeSqlite, prepare_database

    try:
        prepare_database()
    except UnsafeSqlite as error:
        typer.echo(f"SQLite {error} can corrupt data; install the package pysqlite3 or use PostgreSQL.", err=True)
        raise typer.Exit(1) from error


def prepare_django() -> None:
    """Load the settings and the apps."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegoal.config.settings")
    # All of it stays: there is nothing to collect meanwhile.
    gc.disable()
    try:
        django.setup()
    finally:
        gc.enable()


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="onegoal", args=sys.argv[1:])


if __name__ == "__main__":
    main()
