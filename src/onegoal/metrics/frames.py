"""Frames: each table of facts widened by what its figures need, one row for each record, whatever is joined to it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from onegoal.metrics.moments import epoch
from onegoal.metrics.tables import table


@dataclass(frozen=True)
class Frame:
    """One row for each `entity`, whose id is in `key`; `build` gives the table.

    `listed` is the frame that its records are listed from where its own table does not hold their ids. `is_long` marks
    tables of millions.
    """

    entity: str
    key: str
    build: Callable[[], ir.Table]
    listed: str = ""
    is_long: bool = False


def _touches() -> ir.Table:
    return table("touches")


def with_last_lead(visitors: ir.Table) -> ir.Table:
    """Add to visitors the second at which the person behind each left their last lead."""
    leads = table("leads")
    by_person = leads.group_by("person_id").agg(last_lead=epoch(leads.created_at).max())
    known = table("identities").join(by_person, "person_id")
    by_visitor = known.group_by("identity").agg(last_lead=known.last_lead.max())
    return visitors.left_join(by_visitor, visitors.visitor == by_visitor.identity).drop("identity")


def _leads() -> ir.Table:
    return table("leads")


def _lead_outcomes() -> ir.Table:
    """Leads with what became of their deals; `gave_up_at` is when the last hope was lost."""
    deals = table("deals")
    ended = ibis.coalesce(deals.won_at, deals.lost_at)
    by_lead = (
        deals.filter(deals.lead_id.notnull())
        .group_by("lead_id")
        .agg(
            first_deal_at=deals.opened_at.min(),
            first_won_at=deals.won_at.min(),
            last_lost_at=deals.lost_at.max(),
            open_deals=deals.deal_id.count(where=ended.isnull()),
        )
    )
    leads = table("leads")
    joined = leads.left_join(by_lead, "lead_id").drop("lead_id_right")
    # A rejection without its moment tells nothing of how long the lead was in work: it leaves the observation at once.
    rejected_at = ibis.cases((joined.outcome == "rejected", ibis.coalesce(joined.outcome_at, joined.created_at)))
    return joined.mutate(
        rejected_at=rejected_at,
        gave_up_at=ibis.cases((joined.open_deals.fill_null(0) == 0, ibis.coalesce(joined.last_lost_at, rejected_at))),
    )


def _lead_touches() -> ir.Table:
    """Leads whose person has a touch before, with the moment of the first one."""
    marks, identities, leads = table("touch_marks"), table("identities"), table("leads")
    # Joined before it is summed up: most devices of millions belong to nobody known.
    known = marks.join(identities, marks.visitor == identities.identity)
    by_person = known.group_by("person_id").agg(first_touch_at=known.second.min())
    joined = leads.join(by_person, "person_id")
    return joined.filter(joined.first_touch_at <= epoch(joined.created_at))


def _lead_assists() -> ir.Table:
    """One row for each lead and each origin of another channel that touched its person before it came."""
    marks, identities, channels = table("touch_marks"), table("identities"), table("origins")
    known = marks.join(identities, marks.visitor == identities.identity)
    first = known.group_by("person_id", "origin_id").agg(first_at=known.second.min())
    named = channels.select(origin_id=channels.origin_id, touch_channel=channels.channel)
    touched = first.join(named, "origin_id")
    touched = touched.select("person_id", "first_at", "touch_channel", touch_origin_id="origin_id")
    leads = table("leads")
    own = leads.left_join(
        channels.select(own_origin_id=channels.origin_id, own_channel=channels.channel),
        leads.origin_id == channels.origin_id,
    ).drop("own_origin_id")
    met = own.join(touched, "person_id")
    kept = met.filter(met.first_at < epoch(met.created_at), met.touch_channel != ibis.coalesce(met.own_channel, ""))
    return kept.drop("origin_id", "own_channel", "touch_channel", "first_at").rename(origin_id="touch_origin_id")


def _deals() -> ir.Table:
    return table("deals")


def _deal_payments() -> ir.Table:
    """Deals with the money received for each in the deal's own currency."""
    payments, deals = table("payments"), table("deals")
    by_deal = payments.group_by(["deal_id", "currency"]).agg(received_minor=payments.amount_minor.sum())
    joined = deals.left_join(by_deal, ["deal_id", "currency"]).drop("deal_id_right", "currency_right")
    return joined.mutate(received_minor=joined.received_minor.fill_null(0))


def _customers() -> ir.Table:
    """The first signed deal of each person: the moment they became a customer."""
    deals = table("deals")
    won = deals.filter(deals.won_at.notnull())
    ranked = won.mutate(turn=ibis.row_number().over(group_by=won.person_id, order_by=[won.won_at, won.deal_id]))
    return ranked.filter(ranked.turn == 0).drop("turn")


def _of_deals(name: str) -> Callable[[], ir.Table]:
    """Payments or promises with the dimensions of their deal; the money is their own."""

    def build() -> ir.Table:
        own, deals = table(name), table("deals")
        return own.join(deals.drop("amount_minor", "currency"), "deal_id")

    return build


def _with_team(frame: ir.Table) -> ir.Table:
    """Add the team of the colleague who does the work."""
    people = table("colleagues").select(seller="id", team_id="team_id")
    return frame.left_join(people, frame.seller_id == people.seller).drop("seller")


def _calls() -> ir.Table:
    """Calls with the origin and project of the lead they belong to."""
    calls, leads = table("calls"), table("leads").select("lead_id", "origin_id", "project_id", "region", "segment")
    return _with_team(calls.left_join(leads, "lead_id").drop("lead_id_right"))


_OF_LEAD = ("origin_id", "request_type", "project_id", "product_type", "agency_id", "region", "segment")


def _with_lead(frame: ir.Table) -> ir.Table:
    """Add where the lead came from and what it was about."""
    return frame.left_join(table("leads").select("lead_id", *_OF_LEAD), "lead_id").drop("lead_id_right")


def _rejections() -> ir.Table:
    """Each rejection with its check, of the seller whose lead it was then and of that seller's team."""
    decisions, checks = table("decisions"), table("checks")
    rejected = decisions.filter(decisions.outcome == "rejected")
    checked = rejected.left_join(checks, "decision_id").drop("decision_id_right")
    return _with_team(_with_lead(checked))


def _returns() -> ir.Table:
    """Leads that control sent back, of the seller who had rejected them, with their first contract signed since."""
    sent = _rejections().filter(lambda t: t.returned_at.notnull())
    turn = ibis.row_number().over(group_by=sent.lead_id, order_by=[sent.returned_at, sent.decision_id])
    first = sent.mutate(turn=turn).filter(lambda t: t.turn == 0).drop("turn")
    deals = table("deals")
    signed = deals.filter(deals.won_at.notnull()).select("lead_id", "won_at")
    met = first.select("lead_id", "returned_at").join(signed, "lead_id")
    won = met.filter(met.won_at >= met.returned_at).group_by("lead_id").agg(first_won_at=lambda t: t.won_at.min())
    return first.left_join(won, "lead_id").drop("lead_id_right")


def _returned_deals() -> ir.Table:
    """Deals of returned leads signed since the return, dated by it and counted to the seller who had rejected."""
    deals = table("deals").select("deal_id", "lead_id", "won_at", "amount_minor", "margin_minor", "currency")
    met = _returns().join(deals, "lead_id")
    return met.filter(met.won_at >= met.returned_at)


def _reviews() -> ir.Table:
    """Finished reviews with the lead of their call."""
    reviews, calls = table("reviews"), table("calls").select("call_id", "lead_id")
    finished = reviews.filter(reviews.finished_at.notnull())
    banded = finished.mutate(score_band=(finished.score_bp // 1_000).clip(upper=9).cast("string"))
    return _with_team(_with_lead(banded.left_join(calls, "call_id").drop("call_id_right")))


def _review_answers() -> ir.Table:
    return table("review_answers").join(_reviews(), "review_id")


def _review_duties() -> ir.Table:
    """Calls drawn for review that nobody excused."""
    duties = table("review_duties")
    return _with_team(duties.filter(~duties.is_excused))


def _lead_marks() -> ir.Table:
    """What sellers say of leads now: a later mark has taken the place of the former."""
    marks = table("lead_marks")
    return _with_team(_with_lead(marks.filter(marks.is_current)))


def _lead_clocks() -> ir.Table:
    """Leads that were to be answered by a moment, once they are answered or it is past as far as the data goes."""
    leads = table("leads")
    until = leads.agg(until=ibis.greatest(leads.created_at.max(), leads.first_response_at.max()))
    timed = leads.join(table("lead_clocks"), "lead_id").cross_join(until)
    return timed.filter(timed.first_response_at.notnull() | (timed.due_at <= timed.until)).drop("until")


def _card_fields() -> ir.Table:
    """Every field that a lead's or a deal's card must hold by now, and whether it does."""
    leads = table("lead_fields").join(table("leads").rename(at="created_at"), "lead_id")
    deals = table("deal_fields").join(table("deals").rename(at="opened_at"), "deal_id")
    shared = ("field_key", "field", "is_filled", "at", "seller_id", "team_id", "stage_id", *_OF_LEAD)
    parts = [part.select(*shared).mutate(card=ibis.literal(card)) for card, part in (("lead", leads), ("deal", deals))]
    return ibis.union(*parts)


def stage_way(pipeline: str, from_stage: str, to_stage: str) -> ir.Table:
    """Leads or deals (`pipeline`) that entered `from_stage`, with the first moment they stood in `to_stage` after it."""
    base = _lead_outcomes() if pipeline == "lead" else _deals().mutate(gave_up_at=table("deals").lost_at)
    key = f"{pipeline}_id"
    started = _entries(pipeline, from_stage).group_by("way_id").agg(started_at=lambda t: t.entered_at.min())
    following = _entries(pipeline, to_stage)
    if pipeline == "lead":
        following = following.union(_entries_of_deals_by_lead(to_stage))
    met = started.join(following, "way_id")
    ended = met.filter(met.entered_at >= met.started_at).group_by("way_id").agg(ended_at=lambda t: t.entered_at.min())
    ways = started.left_join(ended, "way_id").drop("way_id_right")
    return base.join(ways, base[key] == ways.way_id).drop("way_id")


def _entries(pipeline: str, stage: str) -> ir.Table:
    changes, stages = table("stage_changes"), table("stages")
    named = changes.filter(changes.record == pipeline).join(
        stages.filter(stages.name == stage, stages.pipeline == pipeline), changes.stage_id == stages.id
    )
    return named.select(way_id=named.record_id, entered_at=named.entered_at)


def _entries_of_deals_by_lead(stage: str) -> ir.Table:
    entries, deals = _entries("deal", stage), table("deals")
    met = entries.join(deals.filter(deals.lead_id.notnull()), entries.way_id == deals.deal_id)
    return met.select(way_id=met.lead_id, entered_at=met.entered_at)


FRAMES: dict[str, Frame] = {
    "touches": Frame("touch", "touch_key", _touches),
    "touch_marks": Frame("touch", "visitor", lambda: table("touch_marks"), listed="touches", is_long=True),
    "leads": Frame("lead", "lead_id", _leads),
    "lead_outcomes": Frame("lead", "lead_id", _lead_outcomes),
    "lead_touches": Frame("lead", "lead_id", _lead_touches),
    "lead_assists": Frame("lead", "lead_id", _lead_assists),
    "stage_ways": Frame("lead", "lead_id", lambda: stage_way("lead", "", "")),
    "deals": Frame("deal", "deal_id", _deals),
    "deal_payments": Frame("deal", "deal_id", _deal_payments),
    "customers": Frame("deal", "deal_id", _customers),
    "payments": Frame("payment", "payment_id", _of_deals("payments")),
    "schedule": Frame("schedule", "item_id", _of_deals("schedule")),
    "spend": Frame("spend", "spend_id", lambda: table("spend")),
    "calls": Frame("call", "call_id", _calls),
    "review_duties": Frame("call", "call_id", _review_duties),
    "rejections": Frame("rejection", "decision_id", _rejections),
    "returns": Frame("lead", "lead_id", _returns),
    "returned_deals": Frame("deal", "deal_id", _returned_deals),
    "reviews": Frame("review", "review_id", _reviews),
    "review_answers": Frame("answer", "answer_id", _review_answers),
    "lead_marks": Frame("mark", "mark_id", _lead_marks),
    "lead_clocks": Frame("lead", "lead_id", _lead_clocks),
    "card_fields": Frame("card_field", "field_key", _card_fields),
    "tasks": Frame("task", "task_id", lambda: _with_team(table("tasks"))),
    "products": Frame("product", "product_id", lambda: table("products")),
}


@functools.cache
def frame_table(name: str) -> ir.Table:
    """Return the table of a frame."""
    return FRAMES[name].build()


def frame_columns(name: str) -> frozenset[str]:
    """Return the names of a frame's columns."""
    return frozenset(frame_table(name).columns)
