"""One version of a mart as its readers see it, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from onegoal.attribution.marts import closed, opened
from onegoal.attribution.marts.manifest import Manifest, Opened
from onegoal.core.attribution.journeys import Coalitions, Journeys, Moves, NullJourneys
from onegoal.core.attribution.models import Credits, attribute
from onegoal.core.attribution.nulls import pooled_moves, pooled_sets
from onegoal.core.attribution.settings import MARKOV_ORDERS, ModelSettings
from onegoal.core.attribution.weights import Attributed, attributed_of

_WINDOWS_KEPT = 4


class _InWindow:
    """The journeys of one window in the order of their conversions, and those with a touch as models take them."""

    def __init__(self, journeys: Journeys) -> None:
        self.journeys = journeys
        self._at = journeys.at[journeys.lengths > 0]
        self._attributed = attributed_of(journeys)

    def attributed(self, start: int | None, end: int | None) -> Attributed:
        """Return the journeys with a touch that converted from `start` on and before `end`."""
        return self._attributed.part(*closed.places(self._at, start, end))


class Reading:
    """The journeys of one version; what was worked out once is kept as long as the reading is."""

    def __init__(self, manifest: Manifest, parts: Opened) -> None:
        self._manifest = manifest
        self._parts = parts
        self._alphabet = opened.Alphabet.of(manifest.groups)
        self._counted: dict[int, Moves] = {}
        self._pooled: dict[int, Moves] = {}
        self._windows: dict[int, _InWindow] = {}

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
        return closed.between(self._in_window(window).journeys, start, end)

    def nulls(
        self,
        window: int | None = None,
        *,
        ends_at: int | None = None,
        orders: Collection[int] | None = None,
        coalitions: bool | None = None,
        buckets: bool = True,
    ) -> NullJourneys:
        """Return the open journeys; censored are those touched last less than the window before `ends_at`.

        Moves of `orders` and sets come with it, by default all that the mart counts; without `buckets`, which only
        intervals need, those of all people together, which are far fewer rows. Raises: KeyError for others.
        """
        built = self._manifest.settings
        ends_at = self.ends_at if ends_at is None else ends_at
        paths, censored = opened.paths_of(self._parts["open"], ends_at - self._window(window))
        wanted = built.orders if orders is None else orders
        wants_sets = built.coalitions if coalitions is None else coalitions
        return NullJourneys(
            paths - censored,
            censored,
            {order: self._moves(order) if buckets else self._pooled_moves(order) for order in wanted},
            (self._sets if buckets else self._pooled_sets) if wants_sets else None,
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
        nulls = self.nulls(window, orders=orders, coalitions="shapley_rate" in models, buckets=False)
        return attribute(self._in_window(window).attributed(start, end), nulls, models, settings)

    @property
    def _longest(self) -> int:
        return self._manifest.settings.rule.window

    def _window(self, window: int | None) -> int:
        if window is not None and window > self._longest:
            raise ValueError(f"the mart is built for windows up to {self._longest} microseconds")
        return self._longest if window is None else window

    def _in_window(self, window: int | None) -> _InWindow:
        window = self._window(window)
        found = self._windows.get(window)
        if found is None:
            whole = self._by_moment
            found = _InWindow(whole if window == self._longest else closed.within(whole, window))
            kept = [*self._windows.items(), (window, found)]
            # A new dictionary, because another thread may be looking into this one.
            self._windows = dict(kept[-_WINDOWS_KEPT:])
        return found

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

    def _pooled_moves(self, order: int) -> Moves:
        if order not in self._pooled:
            self._pooled[order] = pooled_moves(self._moves(order))
        return self._pooled[order]

    @cached_property
    def _pooled_sets(self) -> Coalitions:
        return pooled_sets(self._sets)

    @cached_property
    def _sets(self) -> Coalitions:
        if not self._manifest.settings.coalitions:
            raise KeyError("the mart does not count sets of groups")
        return opened.sets_of(self._parts["open"], self._alphabet)
