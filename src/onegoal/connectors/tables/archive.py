"""Looks into a workbook's container before any parser does: what it is, how far it unpacks, what it dares to name."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from onegoal.connectors.tables.errors import FileProblem
from onegoal.connectors.tables.model import Limits

_CHUNK = 1 << 16
_OUTPUT = 1 << 20
_ENTRY_BYTES = 512
_DECLARATIONS = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\0!\0(?:D\0O\0C\0T|E\0N\0T)|\0<\0!\0(?:D\0O\0C\0T|E\0N\0T)")
_MARKUP = (".xml", ".rels", ".vml")
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def check_archive(path: Path, limits: Limits) -> str:
    """The kind of workbook in a zip container, xlsx or ods, after counting what it really unpacks to.

    Raises FileProblem for anything but a sound, modest, unlocked workbook without entity declarations. Macros and
    links to other files are let in, since nothing here ever runs or follows them.
    """
    size = path.stat().st_size
    if size > limits.max_workbook_bytes:
        raise FileProblem("file_too_large", size=size, limit=limits.max_workbook_bytes)
    try:
        with path.open("rb") as stream:
            _check_directory_size(stream, size, limits)
            with zipfile.ZipFile(stream) as archive:
                return _checked_kind(archive, stream, limits)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError, OSError):
        raise FileProblem("not_a_workbook") from None


def check_ole(path: Path, limits: Limits) -> str:
    """The kind "xls" for an old binary workbook; the same container also holds locked workbooks and documents."""
    size = path.stat().st_size
    if size > limits.max_workbook_bytes:
        raise FileProblem("file_too_large", size=size, limit=limits.max_workbook_bytes)
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileProblem("encrypted")
    if "Workbook".encode("utf-16-le") in content or "Book\0".encode("utf-16-le") in content:
        return "xls"
    raise FileProblem("not_a_table", kind="document")


def _check_directory_size(stream: BinaryIO, size: int, limits: Limits) -> None:
    """Refuse a huge list of parts before zipfile makes an object of each."""
    tail_size = min(size, 66_000)
    stream.seek(size - tail_size)
    tail = stream.read(tail_size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise FileProblem("not_a_workbook")
    directory = struct.unpack_from("<L", tail, at + 12)[0]
    if at >= 76 and tail[at - 20 : at - 16] == b"PK\x06\x07" and tail[at - 76 : at - 72] == b"PK\x06\x06":
        directory = struct.unpack_from("<Q", tail, at - 76 + 40)[0]
    if directory > limits.max_parts * _ENTRY_BYTES:
        raise FileProblem("too_many_parts", limit=limits.max_parts)


def _checked_kind(archive: zipfile.ZipFile, stream: BinaryIO, limits: Limits) -> str:
    parts = archive.infolist()
    names = [part.filename for part in parts]
    if len(parts) > limits.max_parts:
        raise FileProblem("too_many_parts", limit=limits.max_parts)
    kind = _kind(archive, set(names))
    for part in parts:
        _check_part(part)
    if len(set(names)) < len(names):
        raise FileProblem("not_a_workbook")
    if sum(part.file_size for part in parts) > limits.max_inflated_bytes:
        raise FileProblem("zip_bomb", limit=limits.max_inflated_bytes)
    _count_everything(parts, stream, limits)
    return kind


def _kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        raise FileProblem("not_a_table", kind="xlsb")
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        return "xlsx"
    if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
        return _document_kind(archive, names)
    raise FileProblem("not_a_table", kind="archive")


def _document_kind(archive: zipfile.ZipFile, names: set[str]) -> str:
    if archive.read("mimetype").strip() != _ODS_TYPE:
        raise FileProblem("not_a_table", kind="document")
    manifest = "META-INF/manifest.xml"
    if (
        manifest in names
        and archive.getinfo(manifest).file_size < 1 << 20
        and b"encryption-data" in archive.read(manifest)
    ):
        raise FileProblem("encrypted")
    return "ods"


def _check_part(part: zipfile.ZipInfo) -> None:
    name = part.orig_filename
    steps = re.split(r"[/\\]", name)
    if ".." in steps or name.startswith(("/", "\\")) or ":" in steps[0] or "\0" in name:
        raise FileProblem("unsafe_part", part=name[:100])
    if part.flag_bits & 0x1:
        raise FileProblem("encrypted")
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileProblem("not_a_workbook")


def _count_everything(parts: list[zipfile.ZipInfo], stream: BinaryIO, limits: Limits) -> None:
    """Unpack every part without keeping it, since the sizes a file declares are only a claim."""
    total = packed = 0
    for part in parts:
        counted = 0
        tail = b""
        packed += part.compress_size
        for piece in _unpacked(part, stream):
            counted += len(piece)
            total += len(piece)
            _check_growth(total, packed, counted > part.file_size, limits)
            if part.filename.lower().endswith(_MARKUP):
                if _DECLARATIONS.search(tail + piece):
                    raise FileProblem("unsafe_xml", part=part.filename[:100])
                tail = piece[-32:]


def _check_growth(total: int, packed: int, is_lie: bool, limits: Limits) -> None:
    steep = total > limits.ratio_matters_above and total > limits.max_ratio * packed
    if is_lie or steep or total > limits.max_inflated_bytes:
        raise FileProblem("zip_bomb", limit=limits.max_inflated_bytes)


def _unpacked(part: zipfile.ZipInfo, stream: BinaryIO) -> Iterator[bytes]:
    """What the part's own bytes unpack to, in pieces; unlike zipfile this does not stop where the header says."""
    stream.seek(part.header_offset)
    header = stream.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile
    name_length, extra_length = struct.unpack_from("<HH", header, 26)
    stream.seek(name_length + extra_length, 1)
    left = part.compress_size
    inflater = None if part.compress_type == zipfile.ZIP_STORED else zlib.decompressobj(-15)
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        left -= len(chunk)
        if inflater is None:
            yield chunk
            continue
        while chunk:
            yield inflater.decompress(chunk, _OUTPUT)
            chunk = inflater.unconsumed_tail
