"""Forms of the import pages: the upload, how the file is written, and where each column goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from onegoal.apps.imports.editing import LEFT_OUT, OWN_FIELD, STAGE
from onegoal.apps.imports.fields import FIELDS, WITH_CUSTOM, WITH_STAGES, Kind
from onegoal.apps.imports.maps import FileFormat, ImportMap
from onegoal.connectors.tables.model import TableFormat
from onegoal.core.currencies import minor_digits
from onegoal.core.problems import ValueProblem

_AS_FOUND = ("", _("as found in the file"))
_ENCODINGS = ("utf-8", "utf-16", "cp1251", "cp1250", "cp1252", "koi8-r", "cp866")
_DELIMITERS = ((",", ","), (";", ";"), ("tab", _("tab")), ("|", "|"))


class FileForm(forms.Form):
    """A file of at most `IMPORT_MAX_BYTES`; what is in it is looked at by the view."""

    file = forms.FileField(label=_("File"))

    def clean_file(self) -> Any:
        """Refuse what is too large before anything reads it."""
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_BYTES:
            limit = settings.IMPORT_MAX_BYTES // 1_000_000
            raise forms.ValidationError(_("The file is larger than %(limit)s MB. Split it."), params={"limit": limit})
        return file


class UploadForm(FileForm):
    """A file and what its rows are."""

    kind = forms.ChoiceField(label=_("What are the rows?"), choices=Kind.choices)
    source = forms.CharField(
        label=_("Where does it come from?"), max_length=60, required=False,
        help_text=_("A name such as amocrm or google_ads. Rows of the same source are recognised by their ids."),
    )  # fmt: skip


class FormatForm(forms.Form):
    """What the file itself does not tell; it is folded away, where a browser could not point at an empty field."""

    use_required_attribute = False
    source = forms.CharField(label=_("Source"), max_length=60)
    currency = forms.CharField(label=_("Currency"), max_length=3, required=False, help_text=_("Three letters: EUR"))
    decimal = forms.ChoiceField(
        label=_("Decimal mark"), required=False,
        choices=[_AS_FOUND, ("point", "1234.56"), ("comma", "1234,56")],
    )  # fmt: skip
    dates = forms.ChoiceField(
        label=_("Dates"), required=False,
        choices=[_AS_FOUND, ("dmy", "31.12.2026"), ("mdy", "12/31/2026"), ("ymd", "2026-12-31")],
    )  # fmt: skip
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)
    encoding = forms.ChoiceField(
        label=_("Encoding"), required=False, choices=[_AS_FOUND, *((one, one) for one in _ENCODINGS)]
    )  # fmt: skip
    delimiter = forms.ChoiceField(label=_("Separator"), required=False, choices=[_AS_FOUND, *_DELIMITERS])
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    header_row = forms.IntegerField(label=_("Row of the header"), required=False, min_value=0, max_value=1000)

    def __init__(self, data: Any = None, *, mapping: ImportMap, file_format: TableFormat | None = None) -> None:
        super().__init__(data, initial=_initial(mapping))
        zones = sorted(zone for zone in available_timezones() if "/" in zone)
        self._choices("time_zone", [("", _("the company's")), ("UTC", "UTC"), *((zone, zone) for zone in zones)])
        sheets = file_format.sheets if file_format else ()
        self._choices("sheet", [("", _("the first one")), *((sheet.name, sheet.name) for sheet in sheets)])
        for name in self._needless(file_format):
            del self.fields[name]

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _needless(self, file_format: TableFormat | None) -> tuple[str, ...]:
        if file_format is None:
            return ()
        return ("sheet",) if file_format.kind == "csv" else ("encoding", "delimiter")

    def clean_currency(self) -> str:
        """Refuse what is no currency."""
        code = self.cleaned_data["currency"].strip().upper()
        try:
            minor_digits(code or "EUR")
        except ValueProblem as problem:
            raise forms.ValidationError(_("This is not a currency. Write its three letters, such as EUR.")) from problem
        return code

    def apply(self, mapping: ImportMap) -> ImportMap:
        """The map with what was chosen."""
        chosen = self.cleaned_data
        delimiter = chosen.get("delimiter", "")
        form = FileFormat(
            encoding=chosen.get("encoding", ""),
            delimiter="\t" if delimiter == "tab" else delimiter,
            decimal=chosen["decimal"] or None,
            dates=chosen["dates"] or None,
            serial=mapping.format.serial,
            header_row=chosen["header_row"],
            sheet=chosen.get("sheet", ""),
            skip_rows_where=mapping.format.skip_rows_where,
        )
        return ImportMap(
            source=chosen["source"].strip(), sections=mapping.sections, format=form, title=mapping.title,
            currency=chosen["currency"], time_zone=chosen["time_zone"], country=mapping.country,
            columns_optional=mapping.columns_optional, recognise=mapping.recognise,
        )  # fmt: skip


def _initial(mapping: ImportMap) -> dict[str, Any]:
    form = mapping.format
    return {
        "source": mapping.source, "currency": mapping.currency, "time_zone": mapping.time_zone,
        "decimal": form.decimal or "", "dates": form.dates or "", "encoding": form.encoding,
        "delimiter": "tab" if form.delimiter == "\t" else form.delimiter, "sheet": form.sheet,
        "header_row": form.header_row,
    }  # fmt: skip


class TargetsForm(forms.Form):
    """One choice for each column of the file: the field it feeds."""

    def __init__(self, data: Any = None, *, kind: str, names: Sequence[str], targets: dict[str, str]) -> None:
        super().__init__(data)
        self.names = list(names)
        choices = target_choices(kind)
        for place, name in enumerate(names):
            self.fields[f"target-{place}"] = forms.ChoiceField(
                label=name, choices=choices, required=False, initial=targets.get(name, LEFT_OUT),
                widget=forms.Select(attrs={"class": "form-select"}),
            )  # fmt: skip

    def wanted(self) -> dict[str, str]:
        """The chosen field of each column by its name."""
        return {name: self.cleaned_data.get(f"target-{place}", LEFT_OUT) for place, name in enumerate(self.names)}


def target_choices(kind: str) -> list[tuple[str, Any]]:
    """Where a column of this kind of file may go; required fields carry a star."""
    choices: list[tuple[str, Any]] = [(LEFT_OUT, _("leave out"))]
    for key, field in FIELDS[kind].items():
        choices.append((key, f"{field.label} *" if field.is_required else field.label))
    if kind in WITH_STAGES:
        choices.append((STAGE, _("day it entered the stage of this name")))
    if kind in WITH_CUSTOM:
        choices.append((OWN_FIELD, _("keep as a field of our own")))
    return choices


class MappingNameForm(forms.Form):
    """The name to save a mapping under; the page's other buttons need none."""

    use_required_attribute = False
    name = forms.CharField(
        label=_("Save this mapping as"), max_length=100, widget=forms.TextInput(attrs={"class": "form-control"})
    )
