"""Formulas of pay over the API: the words they may use, and what is wrong with one before anybody is paid by it."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In
from onegoal.apps.api.pages import check_parameters
from onegoal.apps.pay.queries.names import known_functions, known_names, names_for
from onegoal.apps.pay.reading import dictionary_for, read_back
from onegoal.apps.pay.words import error_words
from onegoal.core.formulas import LONGEST, FormulaError, check_text

router = Router(tags=["pay"])
Key = Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]{0,39}$")]
Formula = Annotated[str, Field(max_length=LONGEST)]
_WORD = re.compile(r"[a-z_][a-z0-9_]*")


class FormulaIn(In):
    """A formula to be checked; a condition (`truth`) decides whether something is paid. `parts` are keys of earlier parts."""

    text: Formula
    wants: Literal["number", "truth"] = "number"
    parts: Annotated[list[Key], Field(max_length=20)] = []


class FaultOut(Schema):
    """What is wrong with a formula, where it starts in its text (from nought), and how to mend it."""

    part: str
    field: str
    code: str
    at: int
    message: str


class RemedyOut(Schema):
    """What is amiss and what would mend it."""

    code: str
    message: str
    remedy: str


class CheckedOut(Schema):
    is_sound: bool
    reads: str
    faults: list[FaultOut]


class NameOut(Schema):
    """A name formulas may use: `group` is person, own, reviewer, team, company, plan or goal."""

    key: str
    title: str
    words: str
    unit: str
    group: str


class NamesOut(Schema):
    """The words of the formula language; functions with how many values they take."""

    names: list[NameOut]
    functions: dict[str, str]


@router.post("/formulas/check", response=CheckedOut, summary="Check a formula")
def check_formula(request: HttpRequest, body: FormulaIn) -> Any:
    """Say what is wrong with a formula and where, and how it reads; nothing is stored."""
    writer(request, Right.DRAFT_PAY)
    asked = _WORD.findall(body.text.lower())
    errors = check_text(body.text, names_for(asked) | set(body.parts), wants=body.wants)
    faults = [{"part": "", "field": "text", **fault_of(one)} for one in errors]
    return {"is_sound": not faults, "reads": "" if faults else read_back(body.text, dictionary_for()), "faults": faults}


@router.get("/formula-names", response=NamesOut, summary="Words of the formula language")
def read_names(request: HttpRequest) -> Any:
    """Read every name and function that a formula may use."""
    reader(request, Right.DRAFT_PAY)
    check_parameters(request, ())
    return {"names": known_names(), "functions": known_functions()}


def fault_of(error: FormulaError) -> dict[str, Any]:
    """Return what is wrong with a formula as plain values, with the words of the builder."""
    return {"code": error.code, "at": error.at, "message": error_words(error)}
