"""What a file is by its first bytes, whatever its name says."""

from __future__ import annotations

import re

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "archive"),
    (b"Rar!", "archive"),
    (b"\xfd7zXZ", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3", "database"),
    (b"\x7fELF", "program"),
    (b"{\\rtf", "document"),
)
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta|style|script)\b", re.IGNORECASE)
_XML = re.compile(rb"<\?xml|<!DOCTYPE", re.IGNORECASE)


def container(head: bytes) -> str:
    """The kind by first bytes: zip, ole, html, xml, json, a name from the magic table, or "" for plain text."""
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return _markup(head)


def _markup(head: bytes) -> str:
    start = head[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<") and _HTML.search(start):
        return "html"
    if _XML.match(start):
        return "xml"
    if re.match(rb'\{\s*"|\[\s*\{\s*"', start):
        return "json"
    return ""
