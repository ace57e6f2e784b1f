"""Puts the coded problems of values, rows, files and maps into sentences that say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from onegoal.apps.imports.reading import Problem

_NUMBER = _("This is not a number. Write it like 1234.56, or say with which mark the file writes decimals.")
_DATE = _("This is not a date. Write it like 2026-03-31.")

VALUE_WORDS: Final[Mapping[str, str | Promise]] = {
    "value_missing": _("The cell is empty, and without it the row cannot be used. Fill it in."),
    "name_missing": _("The row has no name and nothing else to know it by. Fill in a name."),
    "cell_error": _("The formula of this cell failed. Correct it in the workbook and save the file again."),
    "text_too_long": _("The text is too long. Shorten it."),
    "too_long": _("The text is too long: %(length)s characters, %(limit)s fit. Shorten it."),
    "unreadable_text": _("The text holds characters that cannot be stored. Choose another encoding or retype it."),
    "number_empty": _NUMBER,
    "number_not_understood": _NUMBER,
    "number_ambiguous": _(
        "This may be thousands or a fraction. Say under the file's settings with which mark it writes decimals."
    ),
    "number_wrong_decimal": _("The decimal mark is not the one chosen for the file. Choose the other one."),
    "number_percent": _("A percentage stands where an amount is wanted. Map another column."),
    "number_too_long": _NUMBER,
    "number_too_big": _("The number is larger than can be stored."),
    "number_not_whole": _("A whole number is wanted here."),
    "number_out_of_range": _("The number is outside what is possible here."),
    "too_large": _("The number is larger than %(limit)s."),
    "too_small": _("The number is smaller than %(limit)s."),
    "money_other_currency": _("The sign of another currency stands beside the amount. Map the currency's column."),
    "money_too_big": _("The amount is larger than can be stored."),
    "currency_unknown": _("This is not a currency. Write its three letters, such as EUR."),
    "currency_missing": _("The currency is not known. Map its column or choose one for the file."),
    "currency_mixed": _("Two currencies meet in one row."),
    "duration_not_valid": _("This is not a duration. Write seconds or hours:minutes:seconds."),
    "flag_unknown": _("This is neither yes nor no."),
    "choice_unknown": _("This word is not known here. Say in the mapping what it means."),
    "unknown_role": _("This role is not known. Say in the mapping which role it means."),
    "unknown_direction": _("Write whether the call came in or went out: in, out."),
    "unknown_kind": _("This kind is not known. Say in the mapping what it means."),
    "unknown_request_type": _("This kind of request is not known. Say in the mapping what it means."),
    "unknown_status": _("This status is not known. Say in the mapping what it means."),
    "two_days": _("Give either the day the money came or the day it is due, one of the two."),
    "unknown_outcome": _("This outcome is not known. Say in the mapping what it means."),
    "lookup_unknown": _("The table beside the file does not hold this id."),
    "date_empty": _DATE,
    "date_not_understood": _DATE,
    "date_ambiguous": _("This may be two different days. Say under the file's settings what comes first."),
    "date_no_such_day": _("There is no such day. Correct it."),
    "date_no_such_time": _("There is no such time of day. Correct it."),
    "date_year_out_of_range": _("The year is not believable. Correct it."),
    "date_wrong_order": _("The day and the month are the other way round than chosen for the file."),
    "phone_empty": _("This is not a phone number."),
    "phone_digits_lost": _("The spreadsheet has cut the number short. Format the column as text and export it again."),
    "phone_several": _("Several phones stand in one cell. Keep one."),
    "phone_junk": _("This is a made-up phone number. Correct it or leave the cell empty."),
    "phone_not_valid": _("This is not a phone number of any country. Correct it or leave the cell empty."),
    "email_empty": _("This is not an e-mail address."),
    "email_not_valid": _("This is not an e-mail address. Correct it or leave the cell empty."),
    "handle_empty": _("This is not a name of this messenger."),
    "handle_not_valid": _("This is not a name of this messenger. Correct it or leave the cell empty."),
    "payment_one_day": _("Give either the day the money came or the day it is due, one of the two."),
    "too_many_cells": _("The row has more cells than the header; is there a separator inside a text?"),
    "unclosed_quote": _("A quotation mark is opened in this row and never closed."),
    "cell_too_long": _("A cell is too long to be real. Look for a quotation mark that is never closed."),
    "bad_encoding": _("Some characters of the row cannot be read. Choose another encoding."),
    "nul_bytes": _("The row holds characters that cannot be stored. Export the file again."),
    "missing": _("The cell is empty, and without it the row cannot be used. Fill it in."),
    "unknown_deal": _("No deal has this id. Import the deals first, then send this row again."),
    "unknown_lead": _("No lead has this id. Import the leads first, then send this row again."),
    "unknown_identifier": _("This kind of contact is not known."),
    "date_missing": _("The row has no date at all. Fill in when it began."),
}
"""By the code of a value's or a row's problem."""

FILE_WORDS: Final[Mapping[str, str | Promise]] = {
    "empty": _("The file holds no rows."),
    "missing": _("The file is not there. Choose it again."),
    "file_too_large": _("The file is larger than allowed: %(size)s bytes, %(limit)s fit. Split it."),
    "not_a_table": _("This is not a table but something else (%(kind)s). Export it as CSV or XLSX."),
    "not_a_workbook": _("The workbook is damaged or cut off. Export it again."),
    "encrypted": _("The workbook is locked with a password. Save it without one."),
    "encoding_unknown": _("The encoding %(encoding)s is not known. Choose another."),
    "line_too_long": _("Row %(row)s is longer than any table's row. Is this really a table?"),
    "unclosed_quote": _("A quotation mark opened in row %(row)s is never closed. Close it and send the file again."),
    "too_many_columns": _("The table has %(columns)s columns, %(limit)s are allowed."),
    "too_many_rows": _("The table has more than %(limit)s rows. Split it."),
    "too_many_cells": _("The sheet reaches over %(cells)s cells, mostly empty. Copy the table into a new workbook."),
    "cell_too_long": _("A cell in row %(row)s is too long to be real."),
    "no_such_sheet": _("The workbook has no sheet %(sheet)s."),
    "zip_bomb": _("The workbook unpacks to more than is allowed."),
    "too_many_parts": _("The workbook consists of more parts than any real one."),
    "unsafe_part": _("The workbook is built to leave its folder and was not opened."),
    "unsafe_xml": _("The workbook holds what no spreadsheet program writes and was not opened."),
    "timeout": _("The workbook took too long to open. Export it as CSV."),
    "memory": _("The workbook needs too much memory. Copy the table into a new workbook or export it as CSV."),
}
"""By the code of a file's problem."""

MAP_WORDS: Final[Mapping[str, str | Promise]] = {
    "map_not_readable": _("The map %(file)s cannot be read."),
    "map_too_large": _("The map is larger than %(limit)s bytes."),
    "map_not_yaml": _("The map is not written in YAML; look at line %(line)s."),
    "map_alias": _("The map uses an alias in line %(line)s; write the part out instead."),
    "map_key_twice": _("“%(key)s” stands twice in the map, again in line %(line)s."),
    "map_unknown_key": _("The map has an unknown word “%(key)s” in %(place)s, line %(line)s."),
    "map_not_a_table": _("“%(place)s” in the map has to be a table of names and values."),
    "map_bad_value": _("“%(value)s” cannot stand at “%(key)s” in the map."),
    "map_no_column": _("“%(key)s” in the map, line %(line)s, has to name one of: column, columns, join, all, value."),
    "map_column_missing": _("The file has no column “%(column)s”, which the map names."),
    "map_field_required": _("Say which column holds “%(field)s” (%(key)s)."),
    "map_kind_missing": _("The map says nothing of %(kind)s."),
    "map_currency_missing": _("The currency of the amounts is not known. Choose one for the file or map its column."),
    "map_lookup_missing": _("The table %(file)s with the columns %(key)s and %(value)s is not beside the file."),
    "map_source_missing": _("Give the source a name, so that a second file of the same system is recognised."),
    "internal": _("Something went wrong on our side. What was taken in so far is counted; start it again to go on."),
    "import_begun": _("The import has begun already; its mapping cannot be changed any more."),
    "import_not_done": _("The import is still running. Cancel it before it is taken back."),
    "preset_unknown": _("There is no preset %(preset)s for %(kind)s. There are: %(known)s."),
}
"""By the code of a map's problem."""


def say_problem(problem: Problem, *, with_place: bool = True) -> str:
    """One sentence on a row: where it is, what stands there and what to do."""
    words = VALUE_WORDS.get(problem.code)
    said = (
        _filled(words, problem.params) if words else gettext("The row was refused: %(code)s.") % {"code": problem.code}
    )
    parts = []
    if with_place:
        parts.append(gettext("Row %(row)s") % {"row": problem.row})
    if problem.column:
        parts.append(gettext("column “%(column)s”") % {"column": problem.column})
    if problem.value:
        parts.append(gettext("“%(text)s”") % {"text": problem.value[:80]})
    return f"{', '.join(parts)}: {said}" if parts else said


def say_refusal(code: str, params: Mapping[str, object]) -> str:
    """Why a whole file or map is refused."""
    words = MAP_WORDS.get(code) or FILE_WORDS.get(code)
    if words is None:
        return gettext("The import stopped: %(code)s.") % {"code": code}
    return _filled(words, params)


def _filled(words: str | Promise, params: Mapping[str, object]) -> str:
    try:
        return str(words) % params if params else str(words)
    except (KeyError, TypeError, ValueError):
        return str(words)
