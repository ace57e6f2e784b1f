"""One version of a mart as its readers see it, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from onegoal.attribution.marts import closed, opened
from onegoal.attribution.marts.manifest import Manifest, Opened
from onegoal.core.attribution.journeys import Coalitions, Journeys, Moves, NullJourneys
from onegoal.core.attribution.models import Credits, attribute
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings


class Reading:
    """The journeys of one version; what was worked out once is kept as long as the reading is."""

    def __init__(self, manifest: Manifest, parts: Opened) -> None:
        self._manifest = manifest
        self._parts = parts
        self._alphabet = opened.Alphabet.of(manifest.groups)
        self._counted: dict[int, Moves] = {}

    @property
    def version(self) -> int:
        """The number of the version, 0 for an empty mart."""
        return self._manifest.version

    @property
    def groups(self) -> tuple[str, ...]:
        """Every group ever seen, sorted by name."""
        return self._alphabet.sorted_names

    @property
    def ends_at(self) -> int:
        """How far the data goes, microseconds since 1970 UTC."""
        return self._manifest.ends_at

    def journeys(self, window: int | None = None, *, ends_at: int | None = None) -> tuple[Journeys, NullJourneys]:
        """Return all journeys by (person, moment, key), and the open ones, for a window up to the mart's.

        Raises: ValueError for a longer window.
        """
        window = self._window(window)
        whole = self._by_person
        return whole if window == self._longest else closed.within(whole, window), self.nulls(window, ends_at=ends_at)

    def between(self, start: int | None = None, end: int | None = None, *, window: int | None = None) -> Journeys:
        """Return the journeys that converted from `start` on and before `end` (microseconds), oldest conversion first.

        Raises: ValueError for a window longer than the mart's.
        """
        window = self._window(window)
        found = closed.between(self._by_moment, start, end)
        return found if window == self._longest else closed.within(found, window)

    def nulls(
        self,
        window: int | None = None,
        *,
        ends_at: int | None = None,
        orders: Collection[int] | None = None,
        coalitions: bool | None = None,
    ) -> NullJourneys:
        """Return the open journeys; censored are those touched last less than the window before `ends_at`.

        Moves of `orders` and sets come with it, by default all that the mart counts. Raises: KeyError for others.
        """
        built = self._manifest.settings
        ends_at = self.ends_at if ends_at is None else ends_at
        paths, censored = opened.paths_of(self._parts["open"], ends_at - self._window(window))
        wanted = built.orders if orders is None else orders
        wants_sets = built.coalitions if coalitions is None else coalitions
        return NullJourneys(
            paths - censored,
            censored,
            {order: self._moves(order) for order in wanted},
            self._sets if wants_sets else None,
        )

    def credits(
        self,
        models: Sequence[str],
        *,
        start: int | None = None,
        end: int | None = None,
        window: int | None = None,
        settings: ModelSettings | None = None,
    ) -> dict[str, Credits]:
        """Return the credits of conversions from `start` on and before `end`; models of chains see all open journeys."""
        orders = {MARKOV_ORDERS[model] for model in models if model in MARKOV_ORDERS}
        nulls = self.nulls(window, orders=orders, coalitions="shapley_rate" in models)
        return attribute(self.between(start, end, window=window), nulls, models, settings)

    @property
    def _longest(self) -> int:
        return self._manifest.settings.rule.window

    def _window(self, window: int | None) -> int:
        if window is not None and window > self._longest:
            raise ValueError(f"the mart is built for windows up to {self._longest} microseconds")
        return self._longest if window is None else window

    @cached_property
    def _by_person(self) -> Journeys:
        parts = self._parts["closed"]
        part = parts[0] if len(parts) == 1 else closed.merged(parts, with_oldest=True) if parts else closed.NOTHING
        return closed.journeys_of(part, self.groups, self._alphabet.ranks)

    @cached_property
    def _by_moment(self) -> Journeys:
        return closed.by_moment(self._by_person)

    def _moves(self, order: int) -> Moves:
        if order not in self._manifest.settings.orders:
            raise KeyError(f"the mart does not count moves of order {order}")
        if order not in self._counted:
            self._counted[order] = opened.moves_of(self._parts["open"], order, self._alphabet)
        return self._counted[order]

    @cached_property
    def _sets(self) -> Coalitions:
        if not self._manifest.settings.coalitions:
            raise KeyError("the mart does not count sets of groups")
        return opened.sets_of(self._parts["open"], self._alphabet)
