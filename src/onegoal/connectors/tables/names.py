"""Names for uploaded files: what is kept on disk is named by us, what the person called it is only shown."""

from __future__ import annotations

import re
import unicodedata
import uuid

_SUFFIXES = frozenset({"csv", "xlsx", "xls", "ods"})
_SHOWN_LENGTH = 120


def stored_name(kind: str = "") -> str:
    """A fresh server-made file name, 32 hex digits and the suffix of a known kind; nothing of the upload's name."""
    suffix = f".{kind}" if kind in _SUFFIXES else ""
    return uuid.uuid4().hex + suffix


def shown_name(name: str) -> str:
    """The person's own file name made fit to print: last path part, no control or direction marks, 120 characters."""
    last = re.split(r"[/\\]", name)[-1]
    visible = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip()
    if len(visible) > _SHOWN_LENGTH:
        visible = visible[: _SHOWN_LENGTH - 12] + "…" + visible[-11:]
    return visible.strip(". ") or "file"
