"""Documents that show why a rejection was wrong: taken in under a name of our own after a look at what they really are."""

from __future__ import annotations

import re
import secrets
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from onegoal.apps.quality.models import Check
from onegoal.warehouse.durable import write_synced

MOST_BYTES: Final = 10_000_000
CONTENT_TYPES: Final = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "txt": "text/plain; charset=utf-8",
}
_OFFICE: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_STORED: Final = re.compile(rf"[0-9a-f]{{32}}\.({'|'.join(CONTENT_TYPES)})")
_LONGEST_NAME: Final = 120


class EvidenceRefused(Exception):
    """The document cannot be kept: `empty`, `too_big` or `kind`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class KeptDocument:
    """A document in our folder: the name it is stored under and the one people know it by."""

    stored: str
    shown: str


def keep_evidence(upload: UploadedFile) -> KeptDocument:
    """Store a document for good. Raises: EvidenceRefused."""
    if not upload.size:
        raise EvidenceRefused("empty")
    if upload.size > MOST_BYTES:
        raise EvidenceRefused("too_big")
    kind = kind_of(upload)
    if not kind:
        raise EvidenceRefused("kind")
    stored = f"{secrets.token_hex(16)}.{kind}"
    folder: Path = settings.EVIDENCE_DIRECTORY
    folder.mkdir(parents=True, exist_ok=True)
    upload.seek(0)
    write_synced(folder / stored, upload.read())
    return KeptDocument(stored, shown_name(upload.name or "", kind))


def kind_of(file: IO[bytes] | UploadedFile) -> str:
    """Return what a file is by its content, whatever it calls itself, or an empty text for what is not taken."""
    file.seek(0)
    start = file.read(16)
    for mark, kind in ((b"%PDF-", "pdf"), (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg")):
        if start.startswith(mark):
            return kind
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return "webp"
    return _office_kind(file) if start.startswith(b"PK\x03\x04") else _text_kind(file)


def shown_name(name: str, kind: str) -> str:
    """Return the name a document is shown by: the last part of its path, no invisible signs, the ending it deserves."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(sign for sign in last if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    stem = re.sub(r"\.(?:jpe?g|[a-z0-9]{1,5})$", "", seen.strip(), flags=re.IGNORECASE).strip(" .")
    return f"{stem[:_LONGEST_NAME] or 'document'}.{kind}"


def evidence_path(check: Check) -> Path | None:
    """Return the file behind a check, or None when there is none (any more)."""
    if not _STORED.fullmatch(check.document):
        return None
    path = Path(settings.EVIDENCE_DIRECTORY) / check.document
    return path if path.is_file() else None


def drop_evidence(stored: str) -> None:
    """Remove a document that nothing came to refer to."""
    if _STORED.fullmatch(stored):
        (Path(settings.EVIDENCE_DIRECTORY) / stored).unlink(missing_ok=True)


def _office_kind(file: IO[bytes] | UploadedFile) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return ""
    has_macros = any(name.endswith("vbaProject.bin") for name in names)
    return "" if has_macros else next((kind for name, kind in _OFFICE.items() if name in names), "")


def _text_kind(file: IO[bytes] | UploadedFile) -> str:
    file.seek(0)
    content = file.read()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    return "" if re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", text) else "txt"
