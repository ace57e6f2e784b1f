"""What is asked of the models, from values as people write them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from onegoal.attribution.moments import parse_span
from onegoal.attribution.refusals import SourceRefused
from onegoal.core.attribution.settings import DIRECT, MODELS, CustomWeights, ModelSettings
from onegoal.core.problems import ValueProblem

MOST_GROUPS_OF_HIGH_ORDERS = 64
MOST_GROUPS_OF_SETS = 62
ENGINES = ("duckdb", "ibis", "spark")


def model_settings(
    *,
    half_life: str = "7d",
    position: str | Sequence[float] = (40, 20, 40),
    w_shape: str | Sequence[float] = (30, 30, 30, 10),
    direct: Iterable[str] = (),
    markov_share: str = "global",
    weights: Any = None,
) -> ModelSettings:
    """Return the settings of the models.

    `position` are percent (or parts) of the first touch, the middle and the last one; `w_shape` of the first touch, the
    lead, the last touch and the others. `direct` are names of groups that are no marketing, in addition to the usual
    ones. `weights` are models of one's own: a path of a JSON file, or what stands in it (see docs/attribution.md).

    Raises:
        SourceRefused: a share or a name makes no sense.
    """
    first, _middle, last = _shares(position, 3, "position", "40,20,40")
    w_first, w_lead, w_last, _rest = _shares(w_shape, 4, "w_shape", "30,30,30,10")
    if markov_share not in ("global", "per_journey"):
        raise SourceRefused(
            "markov_share", f"{markov_share!r} is no way to share by removal effects.",
            remedy="Use global or per_journey.",
        )  # fmt: skip
    return ModelSettings(
        half_life=parse_span(half_life, "half_life"),
        position=(first, last),
        w_shape=(w_first, w_lead, w_last),
        direct=DIRECT | frozenset(direct),
        markov_share="per_journey" if markov_share == "per_journey" else "global",
        custom=_custom(weights),
    )


def chosen_models(
    models: Iterable[str] | None, settings: ModelSettings, groups: int
) -> tuple[tuple[str, ...], list[str]]:
    """Return the models to compute, every one of them if none is named, and notes on those that are left out.

    Raises:
        SourceRefused: a name is unknown, or a named model cannot be computed for so many groups.
    """
    known = (*MODELS, *(own.name for own in settings.custom))
    named = tuple(dict.fromkeys(models or ()))
    for name in named:
        if name not in known:
            raise SourceRefused("model", f"There is no model {name!r}.", remedy=f"Models are {', '.join(known)}.")
    notes = []
    chosen = list(named or known)
    if groups > MOST_GROUPS_OF_SETS and "shapley_rate" in chosen:
        said = f"shapley_rate needs sets of groups, which are counted up to {MOST_GROUPS_OF_SETS} groups"
        if named:
            raise SourceRefused("model", f"{said}; there are {groups}.", remedy=f"Use --top {MOST_GROUPS_OF_SETS - 1}.")
        chosen.remove("shapley_rate")
        notes.append(f"{said}: it was left out, --top {MOST_GROUPS_OF_SETS - 1} brings it back.")
    if groups > MOST_GROUPS_OF_HIGH_ORDERS and not named:
        chosen = [name for name in chosen if name not in ("markov_2", "markov_3")]
        notes.append(
            f"markov_2 and markov_3 take long with {groups} groups: they were left out, name them to have them."
        )
    return tuple(chosen), notes


def checked_engine(engine: str) -> str:
    """Return duckdb, ibis or spark[:MASTER].

    Raises:
        SourceRefused: it is another.
    """
    name = engine.partition(":")[0]
    if name not in ENGINES or (":" in engine and name != "spark"):
        raise SourceRefused("engine", f"There is no engine {engine!r}.", remedy="Use duckdb, spark or spark:MASTER.")
    return engine


def _shares(given: str | Sequence[float], count: int, what: str, example: str) -> tuple[float, ...]:
    pieces = given.split(",") if isinstance(given, str) else given
    remedy = f"Write {count} parts that add up to 100 or 1, as {example}."
    try:
        parts = tuple(float(piece) for piece in pieces)
    except (TypeError, ValueError) as error:
        raise SourceRefused(what, f"{given!r} are no shares of {what}.", remedy=remedy) from error
    total = sum(parts)
    if len(parts) != count or min(parts) < 0 or not (abs(total - 1) < 1e-9 or abs(total - 100) < 1e-7):
        raise SourceRefused(what, f"{given!r} are no shares of {what}.", remedy=remedy)
    return tuple(part / total for part in parts)


def _custom(weights: Any) -> tuple[CustomWeights, ...]:
    if weights is None:
        return ()
    file = ""
    if isinstance(weights, str | Path):
        file = str(weights)
        weights = _read_weights(Path(weights))
    if not isinstance(weights, Mapping):
        raise _bad_weights(file, "it is no object of models")
    return tuple(_one_model(name, parts, file) for name, parts in weights.items())


def _read_weights(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SourceRefused("missing", f"There is no file {path}.", str(path), remedy="Check the path.") from error
    except ValueError as error:
        raise _bad_weights(str(path), "it is no JSON") from error


def _one_model(name: str, parts: Any, file: str) -> CustomWeights:
    if not isinstance(parts, Mapping) or not set(parts) <= {"first", "last", "middle", "groups"}:
        raise _bad_weights(file, f"{name} may have first, middle, last and groups")
    try:
        return CustomWeights(
            name,
            tuple(map(float, parts.get("first", ()))),
            tuple(map(float, parts.get("last", ()))),
            float(parts.get("middle", 1.0)),
            tuple((str(group), float(weight)) for group, weight in dict(parts.get("groups", {})).items()),
        )
    except ValueProblem as problem:
        if problem.code == "bad_model_name":
            raise _bad_weights(file, f"{name!r} is the name of a built-in model or none") from problem
        raise _bad_weights(file, f"{name} has a weight that is negative or no number") from problem
    except (TypeError, ValueError) as error:
        raise _bad_weights(file, f"{name} has a weight that is negative or no number") from error


def _bad_weights(file: str, why: str) -> SourceRefused:
    return SourceRefused(
        "weights", f"The weights cannot be used: {why}.", file,
        remedy='Write them as {"mine": {"first": [2], "middle": 1, "last": [3], "groups": {"email": 0.5}}}.',
    )  # fmt: skip
