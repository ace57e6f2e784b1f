"""The one-time code that proves that whoever sets up an installation also sees its console."""

from __future__ import annotations

import contextlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings


def setup_code_path() -> Path:
    """Return where the code is kept until the installation is set up."""
    return Path(settings.HOME) / "setup-code"


def setup_code() -> str:
    """Return the code, made on first use and readable by the installation's owner only."""
    path = setup_code_path()
    if not path.exists():
        draft = path.with_name(f".setup-code-{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(8))
        with contextlib.suppress(FileExistsError):  # another process was first: its code stands
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()


def is_setup_code(text: str) -> bool:
    """Tell whether `text` is the code, in the same time whatever it is."""
    return hmac.compare_digest(setup_code().encode(), text.strip().lower().encode(errors="replace"))


def forget_setup_code() -> None:
    """Delete the code once it has been used."""
    setup_code_path().unlink(missing_ok=True)
