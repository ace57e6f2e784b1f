"""Whether a lead qualifies by a signed set of criteria: the rule, its verdict clause by clause, and what contradicts itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from onegoal.core.criteria import (
    LISTS,
    OPERATORS,
    PRESENCE,
    Criterion,
    Kind,
    Operator,
    candidates,
    check_of,
    parts_of,
    value_of,
)


class Result(StrEnum):
    """What the criteria say of a lead."""

    QUALIFIES = "qualifies"
    FAILS = "fails"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Said:
    """What one criterion says of one lead: whether it holds (None: not known), and the value it saw."""

    criterion: Criterion
    holds: bool | None
    value: Any

    @property
    def number(self) -> str:
        """Return the number the clause is cited by."""
        return self.criterion.number


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a regulation says of one lead; `points` are the weights of the criteria that hold."""

    result: Result
    points: int
    threshold: int
    clauses: tuple[Said, ...]

    @property
    def failed(self) -> tuple[Said, ...]:
        """Return the criteria that do not hold, required ones first."""
        return tuple(sorted((s for s in self.clauses if s.holds is False), key=lambda s: not s.criterion.is_required))

    @property
    def missing(self) -> tuple[Said, ...]:
        """Return the criteria whose field is not known, required ones first."""
        return tuple(sorted((s for s in self.clauses if s.holds is None), key=lambda s: not s.criterion.is_required))


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The verdicts on many leads, as columns: results (1 qualifies, 0 unknown, -1 fails), points, and for each
    criterion a row of `holds` (1, 0 when not known, -1)."""

    results: NDArray[np.int8]
    points: NDArray[np.int64]
    holds: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that cannot be signed: a `code` and the numbers of the clauses it is about.

    One clause: `no_value`, `wrong_kind`, `reversed`, `not_in_list`, `unfit_operator`, `never`. Two: `exclude`. Several:
    `together`. None: `threshold` (more points than can be reached; `reach` says how many can).
    """

    code: str
    numbers: tuple[str, ...] = ()
    reach: int = 0


@dataclass(frozen=True, slots=True)
class Regulation:
    """Criteria and the points needed; a lead qualifies when every required one holds and the points are reached."""

    criteria: tuple[Criterion, ...]
    threshold: int = 0


class Judge:
    """A regulation made ready: what each field can still bring when its value is not known is worked out once."""

    def __init__(self, regulation: Regulation) -> None:
        self.regulation = regulation
        self._checks = [check_of(criterion) for criterion in regulation.criteria]
        self._places: dict[str, list[int]] = {}
        for place, criterion in enumerate(regulation.criteria):
            self._places.setdefault(criterion.field.key, []).append(place)
        self._open = {key: self._outlook(places) for key, places in self._places.items()}

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of the fields that are asked for."""
        return tuple(self._places)

    def judge(self, facts: Mapping[str, Any]) -> Verdict:
        """Return the verdict on one lead; a fact that is missing or None is not known."""
        values = {c.field.key: value_of(c.field.kind, facts.get(c.field.key)) for c in self.regulation.criteria}
        said = tuple(
            Said(criterion, check(values[criterion.field.key]), values[criterion.field.key])
            for criterion, check in zip(self.regulation.criteria, self._checks, strict=True)
        )
        best: int | None = 0
        worst: int | None = 0
        for key, places in self._places.items():
            held = [said[place].holds for place in places]
            low, high = self._open[key] if values[key] is None else self._settled(places, held)
            best, worst = _sum(best, high), _sum(worst, low)
        points = sum(one.criterion.weight for one in said if one.holds)
        return Verdict(self._result(worst, best), points, self.regulation.threshold, said)

    def judge_many(self, columns: Mapping[str, Sequence[Any]], count: int) -> Verdicts:
        """Return the verdicts on `count` leads given as a column of values for each field, aligned."""
        holds = np.zeros((len(self._checks), count), dtype=np.int8)
        worst, best = np.zeros(count, dtype=np.int64), np.zeros(count, dtype=np.int64)
        may_fail, must_fail = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        points = np.zeros(count, dtype=np.int64)
        for key, places in self._places.items():
            kind = self.regulation.criteria[places[0]].field.kind
            distinct, codes = _factorised(columns.get(key), count, kind)
            table = [[self._checks[place](value) for place in places] for value in distinct]
            outlook = [
                self._open[key] if value is None else self._settled(places, held)
                for value, held in zip(distinct, table, strict=True)
            ]
            for at, place in enumerate(places):
                marks = np.array([_MARKS[row[at]] for row in table], dtype=np.int8)
                holds[place] = marks[codes]
                points += np.where(holds[place] == 1, self.regulation.criteria[place].weight, 0)
            worst += np.array([low or 0 for low, _ in outlook], dtype=np.int64)[codes]
            best += np.array([high or 0 for _, high in outlook], dtype=np.int64)[codes]
            may_fail |= np.array([low is None for low, _ in outlook], dtype=bool)[codes]
            must_fail |= np.array([high is None for _, high in outlook], dtype=bool)[codes]
        results = np.zeros(count, dtype=np.int8)
        results[~may_fail & (worst >= self.regulation.threshold)] = 1
        results[must_fail | (best < self.regulation.threshold)] = -1
        return Verdicts(results, points, holds)

    def _settled(self, places: list[int], held: Sequence[bool | None]) -> tuple[int | None, int | None]:
        """What a field whose value is known brings: its points twice, or None twice when a required criterion fails."""
        criteria = [self.regulation.criteria[place] for place in places]
        pairs = list(zip(criteria, held, strict=True))
        if any(criterion.is_required and not holds for criterion, holds in pairs):
            return None, None
        points = sum(criterion.weight for criterion, holds in pairs if holds)
        return points, points

    def _outlook(self, places: list[int]) -> tuple[int | None, int | None]:
        """The fewest and the most points a field of unknown value can bring; None when a required criterion fails.

        Criteria that ask whether the value is there speak of what stands now, so they are settled already.
        """
        criteria = [self.regulation.criteria[place] for place in places]
        outcomes: list[int | None] = []
        for value in candidates(criteria):
            held = [
                self._checks[place](None if criterion.operator in PRESENCE else value)
                for place, criterion in zip(places, criteria, strict=True)
            ]
            outcomes.append(self._settled(places, held)[0])
        possible = [outcome for outcome in outcomes if outcome is not None]
        return (min(possible) if len(possible) == len(outcomes) else None), max(possible, default=None)

    def _result(self, worst: int | None, best: int | None) -> Result:
        if worst is not None and worst >= self.regulation.threshold:
            return Result.QUALIFIES
        if best is None or best < self.regulation.threshold:
            return Result.FAILS
        return Result.UNKNOWN


_MARKS: Final[dict[bool | None, int]] = {True: 1, None: 0, False: -1}


def judge(regulation: Regulation, facts: Mapping[str, Any]) -> Verdict:
    """Return the verdict on one lead: it qualifies when every way the unknown values may turn out qualifies, fails when
    none does, else it is unknown."""
    return Judge(regulation).judge(facts)


def judge_many(regulation: Regulation, columns: Mapping[str, Sequence[Any]], count: int) -> Verdicts:
    """Return the verdicts on `count` leads given as columns of facts; see `Judge.judge_many`."""
    return Judge(regulation).judge_many(columns, count)


def contradictions(criteria: Sequence[Criterion], threshold: int) -> list[Flaw]:
    """Return why these criteria cannot be signed: clauses that can never hold, required ones that exclude each other
    (each pair by name), and a threshold that no lead can reach."""
    alone = [Flaw(code, (criterion.number,)) for criterion in criteria if (code := _flaw_of(criterion))]
    if alone:
        return alone
    found: list[Flaw] = []
    reach = 0
    by_field: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        by_field.setdefault(criterion.field.key, []).append(criterion)
    for group in by_field.values():
        states = _states(group)
        never = [Flaw("never", (group[at].number,)) for at in range(len(group)) if not any(s[at] for s in states)]
        found += never or _excluding(group, states)
        reach += max((_points(group, state) for state in states if _is_sound(group, state)), default=0)
    if not found and reach < threshold:
        found.append(Flaw("threshold", (), reach))
    return found


def _states(group: Sequence[Criterion]) -> list[list[bool]]:
    """For each value the field may have, and for none, which of the criteria hold."""
    checks = [check_of(criterion) for criterion in group]
    # Counts are always known, the others may be missing.
    values = candidates(group) + ([] if group[0].field.kind is Kind.COUNT else [None])
    return [[check(value) is True for check in checks] for value in values]


def _excluding(group: Sequence[Criterion], states: list[list[bool]]) -> list[Flaw]:
    required = [at for at, criterion in enumerate(group) if criterion.is_required]
    pairs = [
        Flaw("exclude", (group[one].number, group[other].number))
        for place, one in enumerate(required)
        for other in required[place + 1 :]
        if not any(state[one] and state[other] for state in states)
    ]
    if pairs or any(all(state[at] for at in required) for state in states):
        return pairs
    return [Flaw("together", tuple(group[at].number for at in required))]


def _is_sound(group: Sequence[Criterion], state: Sequence[bool]) -> bool:
    return all(holds or not criterion.is_required for criterion, holds in zip(group, state, strict=True))


def _points(group: Sequence[Criterion], state: Sequence[bool]) -> int:
    return sum(criterion.weight for criterion, holds in zip(group, state, strict=True) if holds)


def _flaw_of(criterion: Criterion) -> str:
    """Why a criterion makes no sense by itself, or an empty text."""
    field, operator, value = criterion.field, criterion.operator, criterion.value
    if operator not in OPERATORS[field.kind]:
        return "unfit_operator"
    if operator in PRESENCE:
        return ""
    parts = parts_of(criterion)
    if not parts or any(part in (None, "") for part in parts) or (operator is Operator.BETWEEN and len(parts) != 2):
        return "no_value"
    if (operator in LISTS or operator is Operator.BETWEEN) != isinstance(value, list | tuple):
        return "wrong_kind"
    read = [value_of(field.kind, part) for part in parts]
    if any(part is None for part in read):
        return "wrong_kind"
    if operator is Operator.BETWEEN and read[0] > read[1]:
        return "reversed"
    if field.kind is Kind.CHOICE and field.choices and any(part not in field.choices for part in read):
        return "not_in_list"
    return ""


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _factorised(column: Sequence[Any] | None, count: int, kind: Kind) -> tuple[list[Any], NDArray[np.intp]]:
    """Return the distinct values of a column, as they are compared, and for each lead the place of its value."""
    if column is None:
        return [None], np.zeros(count, dtype=np.intp)
    places: dict[Any, int] = {}
    # True, 1 and 1.0 are one key of a dictionary, so the type is part of it.
    codes = np.fromiter((places.setdefault((type(raw), raw), len(places)) for raw in column), np.intp, count)
    return [value_of(kind, raw) for _, raw in places], codes
