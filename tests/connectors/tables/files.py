"""Builds the files that the tests upload: tables in every encoding, workbooks sound and hostile."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
ROOT = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    '<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>'
)
SHEET_OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
SHEET_CLOSE = "</sheetData></worksheet>"


def inline(place: str, text: str) -> str:
    """One cell of text as a workbook stores it."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def small_sheet() -> str:
    """A header and one row."""
    head = "<row r='1'>" + inline("A1", "Name") + inline("B1", "Phone") + "</row>"
    return (
        SHEET_OPEN
        + head
        + "<row r='2'>"
        + inline("A2", "Anna")
        + '<c r="B2"><v>79161234567</v></c></row>'
        + SHEET_CLOSE
    )


def workbook_parts(sheet: str = "", **more: str) -> dict[str, str]:
    """The parts of a smallest workbook, by name; `more` replaces or adds parts."""
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": ROOT,
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": sheet or small_sheet(),
        "xl/sharedStrings.xml": '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
        **more,
    }


def zipped(path: Path, parts: dict[str, str | bytes]) -> Path:
    """A zip file of the given parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def zipped_zeros(path: Path, part: str, megabytes: int, *, opening: str = "", closing: str = "") -> Path:
    """A workbook one part of which unpacks to the given size, written piece by piece."""
    rest = {name: content for name, content in workbook_parts().items() if name != part}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in rest.items():
            archive.writestr(name, content)
        with archive.open(part, "w", force_zip64=True) as stream:
            stream.write(opening.encode())
            for _ in range(megabytes):
                stream.write(b" " * (1 << 20))
            stream.write(closing.encode())
    return path


def understated(path: Path, part: str, claimed: int) -> Path:
    """The same zip file with the part's declared size replaced by a smaller claim, in both of its headers."""
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(part)
    struct.pack_into("<L", content, info.header_offset + 22, claimed)
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        length = struct.unpack_from("<H", content, at + 28)[0]
        if content[at + 46 : at + 46 + length] == part.encode():
            struct.pack_into("<L", content, at + 24, claimed)
        at += 4
    path.write_bytes(content)
    return path


def ods(path: Path, rows: list[list[str]], *, manifest: str = "<manifest/>") -> Path:
    """A smallest OpenDocument spreadsheet of text cells."""
    body = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in rows
    )
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" '
        f'xmlns:text="{names}text:1.0"><office:body><office:spreadsheet><table:table table:name="List">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", manifest)
    return path


def ole(*streams: str) -> bytes:
    """The first bytes of an old compound file that lists the given streams."""
    out = io.BytesIO()
    out.write(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504)
    for name in streams:
        out.write(name.encode("utf-16-le").ljust(128, b"\0"))
    return out.getvalue().ljust(4096, b"\0")
