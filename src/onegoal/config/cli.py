"""The command line: `onegoal run`, `demo`, `import`, `metric`, `metrics`, `export`, `check`."""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import django
import typer
from typer.core import TyperGroup

# name -> (module, function, is it for people); a module is loaded only when its command is asked for.
COMMANDS = {
    "run": ("service", "run", True),
    "demo": ("service", "demo", True),
    "import": ("imports", "import_file", True),
    "metric": ("figures", "metric", True),
    "metrics": ("figures", "metrics", True),
    "export": ("exports", "export", True),
    "check": ("health", "check", True),
    "web": ("service", "web", False),
    "jobs": ("service", "jobs", False),
}


class Commands(TyperGroup):
    """Loads a command's module when it is called, so that starting the server does not load what imports need."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of the commands that people use."""
        return [name for name, (_module, _function, is_public) in COMMANDS.items() if is_public]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return one command, or None if there is no such."""
        if cmd_name not in COMMANDS:
            return None
        prepare_django()
        module, function, _is_public = COMMANDS[cmd_name]
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
    """Bring the database up to date before any command; `run` has done it for its children."""
    prepare_django()
    if context.invoked_subcommand in {"web", "jobs"}:
        return
    from onegoal.config.database import UnsafeSqlite, prepare_database

    try:
        prepare_database()
    except UnsafeSqlite as error:
        typer.echo(f"SQLite {error} can corrupt data; install the package pysqlite3 or use PostgreSQL.", err=True)
        raise typer.Exit(1) from error


def prepare_django() -> None:
    """Load the settings and the apps."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onegoal.config.settings")
    django.setup()


def main() -> None:
    """Run the command that the arguments name."""
    app(prog_name="onegoal", args=sys.argv[1:])


if __name__ == "__main__":
    main()
