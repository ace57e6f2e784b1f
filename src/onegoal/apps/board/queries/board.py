"""The deal board: which deals a reader's filters leave, how many and how much stand in each stage, and their cards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Count, Max, Q, QuerySet, Sum

from onegoal.apps.accounts.models import User
from onegoal.apps.board.models import Discount, DiscountState, Reservation
from onegoal.apps.board.queries.deals import CLOSED_KINDS, deal_stages
from onegoal.apps.company.models import Stage, StageKind
from onegoal.apps.people.models import Person
from onegoal.apps.people.queries import find_people
from onegoal.apps.sales.models import Deal, StageChange, Task
from onegoal.apps.sales.queries import visible_deals

PAGE: Final = 50
PERIODS: Final = {"30": 30, "90": 90, "365": 365, "all": None}
USUAL_PERIOD: Final = "90"
_NAMED: Final = ("person", "product", "project", "seller", "stage")


@dataclass(frozen=True)
class BoardFilter:
    """What a reader narrowed the board to; empty means all. `period` limits signed and lost deals only."""

    search: str = ""
    project: str = ""
    seller: str = ""
    team: str = ""
    product_type: str = ""
    period: str = USUAL_PERIOD

    @classmethod
    def read(cls, parameters: Mapping[str, str], *, usual: str = USUAL_PERIOD) -> BoardFilter:
        """Return what an address asks for; values that make no sense are dropped, `usual` is the period told by none."""

        def number(name: str) -> str:
            text = parameters.get(name, "").strip()
            return text if text.isascii() and text.isdigit() and len(text) < 16 else ""

        def text(name: str) -> str:
            return parameters.get(name, "").replace("\x00", "").strip()[:200]

        period = parameters.get("period", "")
        return cls(
            search=text("q"), project=number("project"), seller=number("seller"), team=number("team"),
            product_type=text("product_type"), period=period if period in PERIODS else usual,
        )  # fmt: skip

    @property
    def is_narrowed(self) -> bool:
        """Tell whether deals in work are hidden."""
        return any((self.search, self.project, self.seller, self.team, self.product_type))


@dataclass(frozen=True)
class Amount:
    """Money in minor units of one currency."""

    minor: int
    currency: str


@dataclass
class Head:
    """What stands above a column: how many deals, and their money by currency."""

    stage: Stage | None
    count: int = 0
    amounts: list[Amount] = field(default_factory=list)

    @property
    def stage_id(self) -> int:
        """Return the stage's id; 0 for deals without a stage."""
        return self.stage.pk if self.stage else 0

    @property
    def kind(self) -> str:
        """Return what the stage means."""
        return self.stage.kind if self.stage else StageKind.OPEN.value


@dataclass(frozen=True)
class Card:
    """One deal as the board shows it."""

    deal: Deal
    days: int
    task: Task | None
    is_late: bool
    reserved_until: dt.datetime | None
    is_discount_asked: bool


@dataclass
class Column:
    """One stage with its first cards; `next` is where the rest begins, 0 when there is no more."""

    head: Head
    cards: list[Card]
    next: int = 0


def filtered_deals(user: User, chosen: BoardFilter, now: dt.datetime) -> QuerySet[Deal]:
    """Return the deals that the reader may see and the filters leave."""
    deals = visible_deals(user)
    for name, column in (("project", "project_id"), ("seller", "seller_id"), ("team", "team_id")):
        if value := getattr(chosen, name):
            deals = deals.filter(**{column: int(value)})
    if chosen.product_type:
        deals = deals.filter(product_type=chosen.product_type)
    if chosen.search:
        people = find_people(Person.objects.all(), chosen.search).values("pk")
        about = Q(title__icontains=chosen.search) | Q(product__name__icontains=chosen.search)
        deals = deals.filter(Q(person__in=people) | about | Q(contract_number__icontains=chosen.search))
    days = PERIODS[chosen.period]
    if days is not None:
        since = now - dt.timedelta(days=days)
        deals = deals.filter(Q(won_at=None, lost_at=None) | Q(won_at__gte=since) | Q(lost_at__gte=since))
    return deals


def heads_of(deals: QuerySet[Deal], stages: Iterable[Stage | None]) -> dict[int, Head]:
    """Return the heads of the stages by stage id, counted by one query."""
    heads = {head.stage_id: head for head in map(Head, stages)}
    wanted = Q(stage_id__in=[key for key in heads if key])
    if 0 in heads:
        wanted |= Q(stage_id=None)
    rows = deals.filter(wanted).order_by().values_list("stage_id", "currency")
    for stage_id, currency, count, minor in rows.annotate(count=Count("pk"), sum=Sum("amount_minor")):
        head = heads[stage_id or 0]
        head.count += count
        if minor:
            head.amounts.append(Amount(minor, currency))
    for head in heads.values():
        head.amounts.sort(key=lambda amount: -amount.minor)
    return heads


def totals_of(heads: Iterable[Head]) -> list[Amount]:
    """Return the money of the columns of deals in work together, by currency."""
    sums: dict[str, int] = {}
    for head in heads:
        for amount in head.amounts if head.kind not in CLOSED_KINDS else ():
            sums[amount.currency] = sums.get(amount.currency, 0) + amount.minor
    return [Amount(minor, currency) for currency, minor in sorted(sums.items(), key=lambda pair: -pair[1])]


def board_columns(deals: QuerySet[Deal], now: dt.datetime) -> list[Column]:
    """Return every stage with its first cards; deals without a stage stand first, if there are any."""
    stages: list[Stage | None] = [None, *deal_stages()]
    heads = heads_of(deals, stages)
    shown = [head for head in heads.values() if head.stage or head.count]
    firsts = {head.stage_id: _page(deals, head.stage, 0) if head.count else [] for head in shown}
    cards = cards_of([deal for found in firsts.values() for deal in found[:PAGE]], now)
    return [
        Column(head, [cards[deal.pk] for deal in found[:PAGE]], PAGE if len(found) > PAGE else 0)
        for head in shown
        for found in [firsts[head.stage_id]]
    ]


def more_cards(deals: QuerySet[Deal], stage: Stage | None, offset: int, now: dt.datetime) -> Column:
    """Return the next cards of a column."""
    found = _page(deals, stage, offset)
    cards = cards_of(found[:PAGE], now)
    return Column(Head(stage), list(cards.values()), offset + PAGE if len(found) > PAGE else 0)


def cards_of(deals: Sequence[Deal], now: dt.datetime) -> dict[int, Card]:
    """Return the cards of deals by deal id, in order: four queries for any number."""
    ids = [deal.pk for deal in deals]
    entered = _entered(deals)
    tasks = _next_tasks(ids)
    held = dict(Reservation.objects.filter(deal__in=ids, ended_at=None).values_list("deal_id", "until"))
    asked = set(Discount.objects.filter(deal__in=ids, state=DiscountState.ASKED).values_list("deal_id", flat=True))
    cards = {}
    for deal in deals:
        task = tasks.get(deal.pk)
        since = entered.get((deal.pk, deal.stage_id)) or deal.opened_at
        is_late = bool(task and task.due_at and task.due_at < now)
        cards[deal.pk] = Card(deal, max(0, (now - since).days), task, is_late, held.get(deal.pk), deal.pk in asked)
    return cards


def _page(deals: QuerySet[Deal], stage: Stage | None, offset: int) -> list[Deal]:
    """One card more than a page, to know whether there are others; the latest first."""
    order = {StageKind.WON: "-won_at", StageKind.LOST: "-lost_at"}.get(
        StageKind(stage.kind) if stage else StageKind.OPEN
    )
    rows = deals.filter(stage=stage).order_by(order or "-opened_at", "-pk").select_related(*_NAMED)
    return list(rows[offset : offset + PAGE + 1])


def _entered(deals: Sequence[Deal]) -> dict[tuple[int, int | None], dt.datetime]:
    rows = (
        StageChange.objects.filter(deal__in=[deal.pk for deal in deals]).order_by().values_list("deal_id", "stage_id")
    )
    return {(deal_id, stage_id): at for deal_id, stage_id, at in rows.annotate(at=Max("entered_at"))}


def _next_tasks(ids: Sequence[int]) -> dict[int, Task]:
    tasks: dict[int, Task] = {}
    for task in Task.objects.filter(deal__in=ids, done_at=None).order_by("due_at", "pk"):
        if task.deal_id and (task.deal_id not in tasks or tasks[task.deal_id].due_at is None):
            tasks[task.deal_id] = task
    return tasks
