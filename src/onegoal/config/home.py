"""The directory that holds everything an installation keeps: records, warehouse, files, its secret."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def home_directory() -> Path:
    """Return `ONEGOAL_HOME` (default `./var`) as an absolute path, made with its folders if it is missing."""
    home = Path(os.environ.get("ONEGOAL_HOME", "var")).resolve()
    for folder in (home, home / "files", home / "incoming", home / "warehouse", home / "watched"):
        folder.mkdir(parents=True, exist_ok=True, mode=0o750)
    return home


def secret_key(home: Path) -> str:
    """Return the installation's own secret, made on first use and readable by its owner only."""
    path = home / "secret.key"
    if not path.exists():
        draft = home / f".secret-{secrets.token_hex(8)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(60))
        with contextlib.suppress(FileExistsError):  # another process was first: its secret stands
            os.link(draft, path)
        draft.unlink()
    return path.read_text()
