"""Commands that start the product or fill it with the demo company."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from onegoal.config.processes import AlreadyRunning, serve_jobs, serve_web
from onegoal.config.processes import run as run_processes

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")]
Workers = Annotated[int, typer.Option(min=1, help="Web processes.")]


def run(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Workers = 2,
    with_demo: Annotated[bool, typer.Option("--demo", help="Make the demo company first if nothing is here.")] = False,
) -> None:
    """Start the product: web pages and jobs in one process tree, until Ctrl+C."""
    from onegoal.apps.accounts.queries import has_any_user
    from onegoal.apps.company.setup_code import setup_code

    if with_demo and not has_any_user():
        _make_demo()

    def on_ready() -> None:
        typer.echo(f"onegoal is at http://{host}:{port} (Ctrl+C stops it)")
        if not has_any_user():
            typer.echo(f"Nobody can sign in yet. Open the page above and enter this code: {setup_code()}")

    try:
        raise typer.Exit(run_processes(host=host, port=port, workers=workers, on_ready=on_ready))
    except AlreadyRunning as error:
        typer.echo(f"onegoal is already running on {error}.", err=True)
        raise typer.Exit(1) from error


def _make_demo() -> None:
    # Only now: the demo brings along all that imports need, which a second start would wait for in vain.
    from onegoal.apps.demo.services import make_demo_company_if_empty

    if make_demo_company_if_empty(now=dt.datetime.now(dt.UTC)):
        typer.echo("The demo company is ready; everybody's password is: demo")


def demo(
    seed: Annotated[int, typer.Option(help="The same seed makes the same company.")] = 1,
    scale: Annotated[
        float, typer.Option(min=0.01, max=10, help="1 is the believable developer of docs/demo.md.")
    ] = 1.0,
) -> None:
    """Make the demo company in an empty installation."""
    from onegoal.apps.demo.services import NotEmpty, make_demo_company

    try:
        summary = make_demo_company(seed=seed, scale=scale, now=dt.datetime.now(dt.UTC))
    except NotEmpty as error:
        typer.echo("There are records here already; the demo company needs an empty installation.", err=True)
        raise typer.Exit(1) from error
    for name, count in summary.items():
        typer.echo(f"{name:>14} {count:>8,}")


def web(host: Host = "127.0.0.1", port: Port = 8000, workers: Workers = 2) -> None:
    """Serve the web pages only."""
    serve_web(host=host, port=port, workers=workers)


def jobs() -> None:
    """Do queued and recurring work only."""
    serve_jobs()
