"""Everything that can be wrong with a file or a row, as codes that the screens translate."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem: the names of its parameters and what it means in plain English."""

    params: tuple[str, ...]
    meaning: str
    is_warning: bool = False


FILE_PROBLEMS = MappingProxyType(
    {
        "empty": Code((), "The file holds no rows."),
        "missing": Code((), "The file is not there."),
        "file_too_large": Code(("size", "limit"), "The file is larger than allowed, in bytes."),
        "not_a_table": Code(("kind",), "The file is something else: a web page, a picture, a PDF, an archive."),
        "not_a_workbook": Code((), "The file looks like a workbook and cannot be opened: it is damaged or cut off."),
        "encrypted": Code((), "The workbook is locked with a password."),
        "encoding_unknown": Code(("encoding",), "The text cannot be read in this encoding."),
        "line_too_long": Code(("row", "limit"), "One line is longer than any table row."),
        "unclosed_quote": Code(("row",), "Too many quotes are opened and never closed; the last one in this row."),
        "too_many_columns": Code(("columns", "limit"), "The table is wider than allowed."),
        "too_many_rows": Code(("limit",), "The table is longer than allowed."),
        "too_many_cells": Code(("cells", "limit"), "The sheet reaches further than allowed, mostly over empty cells."),
        "cell_too_long": Code(("row", "limit"), "A cell of the workbook is longer than any spreadsheet allows."),
        "no_such_sheet": Code(("sheet",), "The workbook has no sheet of this name."),
        "zip_bomb": Code(("limit",), "The workbook unpacks to more than allowed, or lies about its size."),
        "too_many_parts": Code(("limit",), "The workbook consists of more parts than any real one."),
        "unsafe_part": Code(("part",), "A part of the workbook is named so that it would leave its folder."),
        "unsafe_xml": Code(("part",), "A part of the workbook declares entities, which no spreadsheet program writes."),
        "timeout": Code(("seconds",), "The workbook took too long to open."),
        "memory": Code((), "The workbook needs more memory than allowed; often one stray cell far below the table."),
    }
)

ROW_PROBLEMS = MappingProxyType(
    {
        "too_few_cells": Code((), "The row ends early; the missing cells are empty.", is_warning=True),
        "too_many_cells": Code((), "The row has more cells than the header."),
        "bad_quotes": Code((), "The quotes of the row are not doubled; the cells are a best guess.", is_warning=True),
        "unclosed_quote": Code((), "A quote is opened in this row and never closed."),
        "cell_too_long": Code((), "A cell is too long to be real; the row is shown without its cells."),
        "bad_encoding": Code((), "Some characters of the row cannot be read."),
        "nul_bytes": Code((), "The row holds NUL bytes; they are left out."),
    }
)


class FileProblem(Exception):
    """The file as a whole is refused: `code` is a key of FILE_PROBLEMS, `params` what its sentence needs."""

    def __init__(self, code: str, **params: object) -> None:
        if set(params) != set(FILE_PROBLEMS[code].params):
            raise ValueError(f"{code} takes {FILE_PROBLEMS[code].params}, not {tuple(params)}")
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code
