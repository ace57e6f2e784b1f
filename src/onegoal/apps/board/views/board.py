"""The deal board and the list beside it; moves between stages and their undo."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import Team, User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.board import services
from onegoal.apps.board.deal_card import cards_html
from onegoal.apps.board.forms import FieldsForm
from onegoal.apps.board.queries.board import (
    BoardFilter,
    board_columns,
    cards_of,
    filtered_deals,
    heads_of,
    more_cards,
    totals_of,
)
from onegoal.apps.board.queries.deals import deal_stages
from onegoal.apps.board.refusals import ContractNeeded, FieldsMissing, MovedMeanwhile, ReasonNeeded, Refused
from onegoal.apps.board.services.moves import Move
from onegoal.apps.board.views.common import deal_or_404
from onegoal.apps.company.models import Pipeline, Stage, StageKind
from onegoal.apps.company.queries import visible_projects
from onegoal.apps.sales.models import Deal
from onegoal.apps.sales.queries import visible_deals
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Filter, PageOfRows, Query, Table
from onegoal.apps.shell.toasts import describe, say
from onegoal.core.money import Money

_UNDO_SALT = "onegoal.board.move"
_UNDO_SECONDS = 3600
PERIOD_LABELS = {
    "30": gettext_lazy("last 30 days"), "90": gettext_lazy("last 90 days"), "365": gettext_lazy("last year"),
    "all": gettext_lazy("all"),
}  # fmt: skip


@requires(Right.SEE_PEOPLE)
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Deals by stage, with what each stage holds; the filters live in the address."""
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()
    chosen = BoardFilter.read(request.GET.dict())
    columns = board_columns(filtered_deals(user, chosen, now), now)
    context = {
        "columns": columns,
        "chosen": chosen,
        "total": sum(one.head.count for one in columns if one.head.kind not in (StageKind.WON, StageKind.LOST)),
        "amounts": totals_of(one.head for one in columns),
        "filters": _filters(user, chosen),
        "may_move": has_right(user, Right.WRITE_SALES),
        "query": request.GET.urlencode(),
    }
    is_part = getattr(request, "htmx", False) and request.htmx.target == "board"  # type: ignore[attr-defined]
    return render(request, "board/columns.html" if is_part else "board/board.html", context)


@requires(Right.SEE_PEOPLE)
@require_GET
def more(request: HttpRequest, stage: int) -> HttpResponse:
    """The next cards of one column."""
    user: User = request.user  # type: ignore[assignment]
    now, text = timezone.now(), request.GET.get("from", "")
    offset = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    wanted = get_object_or_404(Stage, pk=stage, pipeline=Pipeline.DEAL) if stage else None
    deals = filtered_deals(user, BoardFilter.read(request.GET.dict()), now)
    context = {"column": more_cards(deals, wanted, offset, now), "query": _without(request.GET, "from")}
    return render(request, "board/cards.html", context)


@requires(Right.WRITE_SALES)
@require_POST
def move(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Move one deal; a script gets the heads of both columns and the card, a plain form the board."""
    user: User = request.user  # type: ignore[assignment]
    now, deal = timezone.now(), deal_or_404(request, pk)
    stage = _stage(request)
    try:
        form = _filled(request, deal, user)
        if form is not None and not form.is_valid():
            return _asked(request, deal, stage, form, "")
        made = services.move_deal(
            deal=deal, stage=stage, now=now, author=user, seen=_seen(request), reason=request.POST.get("reason", ""),
            values=form.cleaned_data if form else None,
        )  # fmt: skip
    except FieldsMissing as missing:
        return _asked(request, deal, stage, FieldsForm(deal=deal, names=missing.fields, user=user), missing.said)
    except ReasonNeeded as needed:
        return _asked(request, deal, stage, None, needed.said)
    except Refused as refusal:
        return _refused(request, deal, refusal)
    if made.has_moved:
        said = _("%(deal)s stands in %(stage)s.") % {"deal": deal.person, "stage": stage}
        say(request, said, undo="" if deal.won_at else _undo_url(made))
    return _moved(request, pk, {made.from_id or 0, made.to_id}, now)


@requires(Right.WRITE_SALES)
@require_POST
def undo(request: HttpRequest, token: str) -> HttpResponse:
    """Take a move back within the hour."""
    try:
        held = signing.loads(token, salt=_UNDO_SALT, max_age=_UNDO_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    deal = deal_or_404(request, held.pop("deal"))
    lost_at = held.pop("lost_at")
    move = Move(deal, lost_at=dt.datetime.fromisoformat(lost_at) if lost_at else None, **held)
    try:
        services.undo_move(move=move, author=request.user, now=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        messages.error(request, refusal.said)
    else:
        messages.success(request, _("The deal is back where it stood."))
    return redirect(_back(request))


@requires(Right.SEE_PEOPLE)
@require_GET
def deal_list(request: HttpRequest) -> HttpResponseBase:
    """The same deals as a table: sorted, filtered, saved as views, exported."""
    user: User = request.user  # type: ignore[assignment]
    now = timezone.now()

    def fetch(query: Query) -> PageOfRows:
        chosen = BoardFilter.read({**query.filters, "q": query.search}, usual="all")
        deals = filtered_deals(user, chosen, now)
        if stage := query.filters.get("stage"):
            deals = deals.filter(stage_id=int(stage))
        column = next((one for one in table.table.columns if one.key == query.sort), None)
        order = f"{'-' if query.is_descending else ''}{column.path}" if column else "-opened_at"
        page = deals.select_related("person", "product", "project", "seller", "team", "agency", "stage")
        found = list(page.order_by(order, "-pk")[query.offset : query.offset + query.limit])
        cards = cards_of(found, now)
        return PageOfRows([cards[one.pk] for one in found], deals.count())

    table = _table(user).bind(request, fetch)
    return respond(request, "board/list.html", {"table": table, "query": request.GET.urlencode()}, table)


def _table(user: User) -> Table:
    chosen = BoardFilter()
    filters = [Filter("stage", _("stage"), [(str(one.pk), one.name) for one in deal_stages()])]
    filters += [Filter(one["name"], one["label"], one["choices"]) for one in _filters(user, chosen)[:-1]]
    periods = [(key, label) for key, label in PERIOD_LABELS.items() if key != "all"]
    filters.append(Filter("period", _("signed and lost"), periods))
    return Table(
        key="deals", title=_("Deals"), columns=_COLUMNS, default_sort="-opened_at", search=["person"],
        filters=filters, stacks=True, row_key="deal.pk", empty_title=_("No deals yet"),
        empty_text=_("A deal is opened from the card of a qualified lead, or comes with an import."),
    )  # fmt: skip


def _money(name: str, currency: str = "currency") -> Any:
    def read(card: Any) -> Money | None:
        minor, unit = getattr(card.deal, name), getattr(card.deal, currency)
        return Money(minor, unit) if minor is not None and len(unit) == 3 else None

    return read


_COLUMNS = (
    Column("person", gettext_lazy("person"), value="deal.person", order_by="person__name",
           link=lambda card: reverse("board:deal", args=[card.deal.pk])),
    Column("stage", gettext_lazy("stage"), value="deal.stage.name", order_by="stage__position"),
    Column("days", gettext_lazy("days in the stage"), kind="days", sortable=False),
    Column("product", gettext_lazy("product"), value=lambda card: card.deal.product or card.deal.product_type,
           order_by="product__name"),
    Column("project", gettext_lazy("project"), value="deal.project.name", order_by="project__name"),
    Column("amount", gettext_lazy("amount"), kind="money", value=_money("amount_minor"), order_by="amount_minor"),
    Column("list_price", gettext_lazy("price before discount"), kind="money", value=_money("list_price_minor"),
           order_by="list_price_minor", visible=False),
    Column("seller", gettext_lazy("sales manager"), value="deal.seller.name", order_by="seller__name"),
    Column("team", gettext_lazy("team"), value="deal.team.name", order_by="team__name", visible=False),
    Column("agency", gettext_lazy("agency"), value="deal.agency.name", order_by="agency__name", visible=False),
    Column("task", gettext_lazy("next step"), value="task.title", sortable=False),
    Column("task_due", gettext_lazy("due"), kind="moment", value="task.due_at", sortable=False),
    Column("reserved_until", gettext_lazy("kept until"), kind="moment", sortable=False),
    Column("opened_at", gettext_lazy("opened at"), kind="moment", value="deal.opened_at", order_by="opened_at"),
    Column("won_at", gettext_lazy("signed at"), kind="moment", value="deal.won_at", order_by="won_at", visible=False),
    Column("lost_at", gettext_lazy("lost at"), kind="moment", value="deal.lost_at", order_by="lost_at", visible=False),
    Column("contract", gettext_lazy("contract"), value="deal.contract_number", order_by="contract_number",
           visible=False),
    Column("reason", gettext_lazy("reason of loss"), value="deal.reason", order_by="reason", visible=False),
)  # fmt: skip


def _filters(user: User, chosen: BoardFilter) -> list[dict[str, Any]]:
    """The choices above the board: only what occurs among the deals the reader sees."""
    deals = visible_deals(user).order_by()
    sellers = User.objects.filter(pk__in=deals.values("seller")).order_by("name")
    teams = Team.objects.filter(pk__in=deals.values("team")).order_by("name")
    types = deals.exclude(product_type="").values_list("product_type", flat=True).distinct()
    lists: list[tuple[str, str, Sequence[tuple[str, Any]]]] = [
        ("project", _("project"), _choices(visible_projects(user).order_by("name"))),
        ("seller", _("sales manager"), _choices(sellers)),
        ("team", _("team"), _choices(teams)),
        ("product_type", _("type"), [(one, one) for one in sorted(types)]),
        ("period", _("signed and lost"), list(PERIOD_LABELS.items())),
    ]
    return [
        {"name": name, "label": label, "choices": choices, "chosen": getattr(chosen, name)}
        for name, label, choices in lists
        if len(choices) > 1
    ]


def _choices(rows: Any) -> list[tuple[str, str]]:
    return [(str(pk), name) for pk, name in rows.values_list("pk", "name")]


def _stage(request: HttpRequest) -> Stage:
    text = request.POST.get("stage", "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Http404
    return get_object_or_404(Stage, pk=int(text), pipeline=Pipeline.DEAL)


def _seen(request: HttpRequest) -> int | None:
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _filled(request: HttpRequest, deal: Deal, user: User) -> FieldsForm | None:
    """The fields that the little form of a refused move brings along."""
    names = request.POST.getlist("filled")
    return FieldsForm(request.POST, deal=deal, names=names, user=user) if names else None


def _wants_parts(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def _moved(request: HttpRequest, pk: int, stages: set[int], now: dt.datetime, status: int = 200) -> HttpResponseBase:
    """The heads of the columns that changed and the card as it is now."""
    if not _wants_parts(request):
        return redirect(_back(request))
    user: User = request.user  # type: ignore[assignment]
    query = QueryDict(request.POST.get("query", "").removeprefix("?"))
    deals = filtered_deals(user, BoardFilter.read(query.dict()), now)
    touched: list[Stage | None] = [*Stage.objects.filter(pk__in=stages)]
    heads = heads_of(deals, [*touched, None] if 0 in stages else touched)
    deal = deal_or_404(request, pk)
    card = cards_of([deal], now)[deal.pk]
    return JsonResponse(
        {
            "stage": deal.stage_id or 0,
            "heads": {key: render_to_string("board/head.html", {"head": head}) for key, head in heads.items()},
            "card": cards_html([card]),
            "said": [describe(message) for message in get_messages(request)],
        },
        status=status,
    )


def _refused(request: HttpRequest, deal: Deal, refusal: Refused) -> HttpResponseBase:
    if isinstance(refusal, ContractNeeded) and _wants_parts(request):
        return JsonResponse({"go": reverse("board:deal", args=[deal.pk]) + "#panel-deal-contract"}, status=422)
    messages.error(request, refusal.said)
    if isinstance(refusal, ContractNeeded):
        return redirect(reverse("board:deal", args=[deal.pk]) + "#panel-deal-contract")
    stages = {deal.stage_id or 0, _seen(request) or 0} if isinstance(refusal, MovedMeanwhile) else set()
    return _moved(request, deal.pk, stages, timezone.now(), refusal.status)


def _asked(request: HttpRequest, deal: Deal, stage: Stage, form: FieldsForm | None, said: str) -> HttpResponseBase:
    """Ask for what the move lacks: in a dialog where a script stands by, else on a page of its own."""
    context = {
        "deal": deal, "stage": stage, "form": form, "said": said, "seen": request.POST.get("seen", ""),
        "query": request.POST.get("query", ""), "next": _back(request), "reason": request.POST.get("reason", ""),
        "asks_reason": form is None,
    }  # fmt: skip
    if _wants_parts(request):
        html = render_to_string("board/ask.html", context, request=request)
        return JsonResponse({"ask": html, "stage": deal.stage_id or 0}, status=422)
    return render(request, "board/ask_page.html", context, status=422)


def _undo_url(made: Move) -> str:
    held = {
        "deal": made.deal.pk, "from_id": made.from_id, "to_id": made.to_id, "made": made.made,
        "released": made.released, "reason": made.reason, "lost_at": made.lost_at.isoformat() if made.lost_at else "",
    }  # fmt: skip
    return reverse("board:undo_move", args=[signing.dumps(held, salt=_UNDO_SALT, compress=True)])


def _back(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return target if is_ours and target.startswith("/") else reverse("board:board")


def _without(query: QueryDict, name: str) -> str:
    kept = query.copy()
    kept.pop(name, None)
    return kept.urlencode()
