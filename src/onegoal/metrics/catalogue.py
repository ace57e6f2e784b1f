"""The catalogue: every figure of the product, declared once with its words, unit, parts and dimensions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from onegoal.metrics.dimensions import DIMENSIONS, ROUNDS, TIMES
from onegoal.metrics.errors import gettext_noop
from onegoal.metrics.frames import FRAMES, frame_columns
from onegoal.metrics.measures import MEASURES, Measure

Unit = Literal["count", "money", "share", "days", "months", "ratio", "seconds", "score"]
Kind = Literal["count", "money", "rate", "mix", "cost", "mean", "share_of_money", "return", "time", "cohort"]
INTERVALS: dict[str, str] = {
    "rate": "wilson", "mix": "wilson", "cost": "poisson", "mean": "student", "return": "compound_poisson",
    "time": "kaplan_meier",
}  # fmt: skip


@dataclass(frozen=True)
class Way:
    """A stretch of time in one frame: from `start` to `end`; `stop` is when it was given up. Dated by its start."""

    frame: str
    start: str
    end: str
    stop: str = ""


@dataclass(frozen=True)
class Metric:
    """One figure. `numerator` and `denominator` name measures; a count or a sum has only the former, a time neither.

    `kind` decides how the parts make the value, how its interval is computed and what test compares its rows. `known` names
    two measures, of all and of those whose part of the numerator is known: where none is, there is no value. A mix is the
    share of each value of the dimension `mixed`.
    """

    name: str
    title: str
    words: str
    kind: Kind
    numerator: str = ""
    denominator: str = ""
    way: Way | None = None
    needs_costs: bool = False
    less_is_better: bool = False
    known: tuple[str, ...] = ()
    mixed: str = ""

    @property
    def unit(self) -> Unit:
        """What the value is counted in; a score in hundredths of a per cent."""
        if self.kind == "cohort":
            return "months" if self.name == "payback" else "money"
        if self.kind in _OWN_UNITS and self.measures[0].unit:
            return cast("Unit", self.measures[0].unit)
        return _UNITS.get(self.kind) or ("money" if self.measures[0].is_money else "count")

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures it is computed from."""
        return tuple(MEASURES[name] for name in (self.numerator, self.denominator) if name)

    @property
    def interval(self) -> str:
        """How `low` and `high` are computed; empty for figures that are simply counted."""
        return INTERVALS.get(self.kind, "")

    @property
    def grain(self) -> str:
        """What one row of its (first) frame is."""
        return FRAMES[self.way.frame if self.way else self.measures[0].frame].entity

    @property
    def frames(self) -> tuple[str, ...]:
        """The frames it is computed from."""
        return (self.way.frame,) if self.way else tuple(dict.fromkeys(m.frame for m in self.measures))

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions that every one of its frames knows, in the catalogue's order."""
        times = {"month"} if self.kind == "cohort" else set(TIMES)
        names = [name for name in DIMENSIONS if not DIMENSIONS[name].time or name in times]
        return tuple(name for name in names if all(self._knows(frame, name) for frame in self.frames))

    def _knows(self, frame: str, name: str) -> bool:
        dimension = DIMENSIONS[name]
        if not dimension.time:
            return dimension.column in frame_columns(frame)
        moments = [self.way.start] if self.way else [m.moment for m in self.measures if m.frame == frame]
        days_only = {"received_on", "due_on", "day"}
        return all(moments) and not (name in ROUNDS and days_only & set(moments))


_OWN_UNITS = ("count", "mean")
_UNITS: dict[str, Unit] = {
    "rate": "share", "mix": "share", "cost": "money", "mean": "money", "share_of_money": "share", "return": "ratio",
    "time": "days",
}  # fmt: skip


def _count(name: str, title: str, words: str, *, needs_costs: bool = False) -> Metric:
    return Metric(name, title, words, "money" if MEASURES[name].is_money else "count", name, needs_costs=needs_costs)


def _rate(name: str, title: str, words: str, numerator: str, denominator: str, *, less: bool = False) -> Metric:
    return Metric(name, title, words, "rate", numerator, denominator, less_is_better=less)


def _cost(name: str, title: str, words: str, denominator: str) -> Metric:
    return Metric(name, title, words, "cost", "spend", denominator, needs_costs=True, less_is_better=True)


def _time(name: str, title: str, words: str, way: Way) -> Metric:
    return Metric(name, title, words, "time", way=way, less_is_better=True)


_ = gettext_noop
_ALL = (
    _count("touches", _("Touches"), _("Contacts with a channel in the period.")),
    _count("visitors", _("Visitors"), _("Different devices with a touch in the period.")),
    _count("leads", _("Leads"), _("Enquiries that came in the period.")),
    _count("qualified_leads", _("Qualified leads"), _("Leads that came in the period and have been qualified so far.")),
    _count("rejected_leads", _("Rejected leads"), _("Leads that came in the period and stand rejected.")),
    _count("leads_answered", _("Answered leads"), _("Leads that were first answered in the period.")),
    _count("assisted_leads", _("Assisted leads"),
           _("Leads that came in the period by another channel, whose person had a touch of this one before.")),
    _count("opportunities", _("Opportunities"), _("Leads that were qualified in the period, whenever they came.")),
    _count("deals", _("Deals"), _("Deals opened in the period.")),
    _count("deals_won", _("Deals signed"), _("Deals whose contract was signed in the period.")),
    _count("customers", _("New customers"), _("Persons whose first contract was signed in the period.")),
    _count("money_signed", _("Money signed"), _("Amount of the contracts signed in the period.")),
    _count("gross_margin", _("Gross margin"), _("Gross margin of the contracts signed in the period, where it is known.")),
    _count("money_received", _("Money received"), _("Payments received in the period, refunds taken off.")),
    _count("payments", _("Payments"), _("Payments received in the period, refunds counted too.")),
    _count("money_due", _("Money due"), _("What payment schedules promise for the period.")),
    _count("spend", _("Spend"), _("What advertising cost in the period."), needs_costs=True),
    _count("impressions", _("Impressions"), _("How often advertisements were shown, as their platforms report.")),
    _count("clicks", _("Clicks"), _("How often advertisements were clicked, as their platforms report.")),
    _count("calls", _("Calls"), _("Telephone calls in the period.")),
    _count("calls_answered", _("Answered calls"), _("Telephone calls in the period that somebody answered.")),
    _count("rejections", _("Rejections"), _("Decisions of the period that rejected a lead, whenever it came.")),
    _count("contradictions", _("Rejections against the regulation"),
           _("Rejections of the period that the regulation in force for the lead does not bear out.")),
    _count("rejections_checked", _("Checked rejections"), _("Rejections of the period that control has checked so far.")),
    _count("rejections_wrong", _("Wrong rejections found"),
           _("Rejections of the period that control found wrong, drawn at random or picked out; no rate can be made of it.")),
    _count("control_seconds", _("Time spent on control"),
           _("Seconds that analysts had rejections open which they checked in the period.")),
    _count("leads_returned", _("Returned leads"), _("Leads that control sent back to work in the period.")),
    _count("returned_won", _("Deals that came back"),
           _("Deals signed so far after control sent their lead back in the period.")),
    _count("money_returned", _("Money that came back"),
           _("Amount of the deals signed so far after control sent their lead back in the period.")),
    _count("margin_returned", _("Margin that came back"),
           _("Gross margin, where it is known, of the deals signed so far after control sent their lead back in the period.")),
    _count("reviews_scored", _("Scored reviews"), _("Call reviews with a score finished in the period.")),
    _count("calls_reviewed", _("Reviewed calls"), _("Different calls with a review finished in the period.")),
    _count("marks", _("Marked leads"), _("Leads whose seller said in the period how good they are.")),
    _count("objections", _("Objections"), _("Leads whose seller named an objection in the period.")),
    _count("fields_missing", _("Empty required fields"),
           _("Required fields that are empty now, on cards of leads that came and deals opened in the period.")),
    _count("tasks", _("Tasks"), _("Tasks set in the period.")),
    _count("tasks_done", _("Finished tasks"), _("Tasks set in the period and finished so far.")),
    _count("products", _("Products"), _("Products in the catalogue, as of now.")),
    _count("products_available", _("Products on sale"), _("Products that can be bought, as of now.")),
    _rate("visitor_to_lead", _("Visitor to lead"),
          _("Of the visitors of the period, the share whose person left a lead at or after the touch."),
          "visitors_with_lead", "visitors"),
    _rate("lead_to_qualified", _("Lead to qualified lead"),
          _("Of the leads that came in the period, the share qualified so far."), "qualified_leads", "leads"),
    _rate("answered_to_qualified", _("Answered lead to qualified lead"),
          _("Of the leads first answered in the period, the share qualified so far: it tells how the answering went."),
          "answered_qualified", "leads_answered"),
    _rate("qualified_to_deal", _("Qualified lead to deal"),
          _("Of the leads that came in the period and were qualified, the share that has a deal so far."),
          "qualified_with_deal", "qualified_of_outcomes"),
    _rate("lead_to_deal", _("Lead to deal"),
          _("Of the leads that came in the period, the share that has a deal so far."),
          "leads_with_deal", "leads_of_outcomes"),
    _rate("lead_to_won", _("Lead to signed deal"),
          _("Of the leads that came in the period, the share that has a signed deal so far."),
          "leads_won", "leads_of_outcomes"),
    _rate("deal_to_won", _("Deal to signed deal"),
          _("Of the deals opened in the period, the share signed so far."), "opened_deals_won", "deals"),
    _rate("won_to_paid", _("Signed deal to payment"),
          _("Of the deals signed in the period, the share with money received so far."),
          "deals_paid", "won_of_payments"),
    _rate("rejection_rate", _("Rejected share"),
          _("Of the leads that came in the period, the share that stands rejected."), "rejected_leads", "leads",
          less=True),
    _rate("loss_rate", _("Lost share"),
          _("Of the deals opened in the period, the share lost so far."), "opened_deals_lost", "deals", less=True),
    _rate("answer_rate", _("Answered share of calls"),
          _("Of the calls of the period, the share that somebody answered."), "calls_answered", "calls"),
    _rate("task_completion", _("Finished share of tasks"),
          _("Of the tasks set in the period, the share finished so far."), "tasks_done", "tasks"),
    _rate("wrong_rejection_rate", _("Wrong-rejection rate"),
          _("Of the rejections of the period that were drawn at random and decided by control, the share found wrong."),
          "drawn_wrong", "drawn_decided", less=True),
    _rate("contradiction_rate", _("Share against the regulation"),
          _("Of the rejections of the period, the share that the regulation does not bear out."),
          "contradictions", "rejections", less=True),
    _rate("returned_to_won", _("Returned lead to signed deal"),
          _("Of the leads that control sent back in the period, the share with a deal signed since."),
          "returned_leads_won", "leads_returned"),
    _rate("first_response_in_time", _("Answered in time"),
          _("Of the leads that came in the period with a time to answer, the share answered by then."),
          "answered_in_time", "leads_with_clock"),
    _rate("step_failure_rate", _("Failed share of a script step"),
          _("Of the answers in call reviews finished in the period, the share that failed; what does not apply is left out."),
          "answers_failed", "answers", less=True),
    _rate("review_coverage", _("Reviewed share of calls drawn"),
          _("Of the calls drawn for review on the days of the period and not excused, the share reviewed so far."),
          "reviews_done", "reviews_owed"),
    _rate("marked_good_rate", _("Share marked good"),
          _("Of the leads marked by sellers in the period, the share they call good."), "marked_good", "marks"),
    _rate("marked_fair_rate", _("Share marked so-so"),
          _("Of the leads marked by sellers in the period, the share they call so-so."), "marked_fair", "marks"),
    _rate("marked_bad_rate", _("Share marked bad"),
          _("Of the leads marked by sellers in the period, the share they call bad."), "marked_bad", "marks", less=True),
    _rate("card_completeness", _("Completeness of cards"),
          _("Of the fields that cards of leads and deals of the period must hold by now, the share filled."),
          "fields_filled", "fields_asked"),
    _rate("click_through_rate", _("Click-through rate"),
          _("Clicks for each impression, as the platforms report."), "clicks", "impressions"),
    Metric("product_mix", _("Product mix"), _("Share of each product type in the deals signed in the period."),
           "mix", "deals_won", "deals_won", mixed="product_type"),
    Metric("rejection_mix", _("Reasons of rejection"), _("Share of each reason in the rejections of the period."),
           "mix", "rejections", "rejections", mixed="reason"),
    Metric("objection_mix", _("Objections by share"),
           _("Share of each objection among the leads whose seller named one in the period."),
           "mix", "objections", "objections", mixed="objection"),
    _cost("cpl", _("Cost per lead"), _("Spend of the period divided by the leads that came in it."), "leads"),
    _cost("cost_per_qualified_lead", _("Cost per qualified lead"),
          _("Spend of the period divided by the leads that came in it and have been qualified so far."),
          "qualified_leads"),
    _cost("cost_per_opportunity", _("Cost per opportunity"),
          _("Spend of the period divided by the leads that were qualified in it."), "opportunities"),
    _cost("cost_per_deal", _("Cost per signed deal"),
          _("Spend of the period divided by the deals signed in it."), "deals_won"),
    _cost("cac", _("CAC"), _("Spend of the period divided by the persons whose first contract was signed in it."),
          "customers"),
    _cost("cost_per_click", _("Cost per click"), _("Spend of the period divided by its clicks."), "clicks"),
    Metric("romi", _("ROMI"),
           _("Gross margin of the contracts signed in the period less its spend, divided by the spend."),
           "return", "gross_margin", "spend", needs_costs=True, known=("deals_won", "deals_won_with_margin")),
    Metric("margin_known", _("Known margins"), _("Share of the deals signed in the period whose gross margin is known."),
           "rate", "deals_won_with_margin", "deals_won"),
    Metric("average_price", _("Average price"), _("Mean amount of the contracts signed in the period."),
           "mean", "money_signed", "deals_won_with_amount"),
    Metric("review_score", _("Score of reviews"), _("Mean score of the call reviews finished in the period."),
           "mean", "scores", "reviews_scored"),
    Metric("money_collected", _("Money collected"),
           _("Money received so far for the contracts signed in the period, as a share of their amount."),
           "share_of_money", "received_of_signed", "signed_of_payments"),
    Metric("ltv", _("LTV"),
           _("Gross margin per customer so far, of the persons whose first contract was signed in a month."),
           "cohort", "gross_margin_of_customers", "customers"),
    Metric("payback", _("Payback"),
           _("Months until the gross margin of the customers won in a month covers the spend of that month."),
           "cohort", "gross_margin_of_customers", "spend", needs_costs=True, less_is_better=True),
    _time("time_first_touch_to_lead", _("First touch to lead"),
          _("Median days from a person's first known touch to the lead that came in the period."),
          Way("lead_touches", "first_touch_at", "created_at")),
    _time("time_to_first_response", _("Time to first answer"),
          _("Median days from a lead that came in the period to the first answer; unanswered ones are still waiting."),
          Way("lead_outcomes", "created_at", "first_response_at", "rejected_at")),
    _time("time_lead_to_qualified", _("Lead to qualification"),
          _("Median days from a lead that came in the period to its qualification; open ones are still on the way."),
          Way("lead_outcomes", "created_at", "qualified_at", "rejected_at")),
    _time("time_lead_to_deal", _("Time from lead to deal"),
          _("Median days from a lead that came in the period to its first deal; open ones are still on the way."),
          Way("lead_outcomes", "created_at", "first_deal_at", "rejected_at")),
    _time("time_lead_to_won", _("Time to sale"),
          _("Median days from a lead that came in the period to its signed contract; open ones are still on the way."),
          Way("lead_outcomes", "created_at", "first_won_at", "gave_up_at")),
    _time("time_qualified_to_won", _("Qualification to signed contract"),
          _("Median days from a qualification in the period to the signed contract; open ones are still on the way."),
          Way("lead_outcomes", "qualified_at", "first_won_at", "gave_up_at")),
    _time("time_deal_to_won", _("Deal to signed contract"),
          _("Median days from a deal opened in the period to its signed contract; open ones are still on the way."),
          Way("deals", "opened_at", "won_at", "lost_at")),
    _time("time_between", _("Time between two stages"),
          _("Median days from from_stage, entered in the period, to to_stage; open ones are still on the way."),
          Way("stage_ways", "started_at", "ended_at", "gave_up_at")),
)  # fmt: skip
METRICS: dict[str, Metric] = {metric.name: metric for metric in _ALL}
