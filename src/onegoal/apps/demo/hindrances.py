"""What hinders the goal of the demo: blockers that colleagues raised, some resolved, and the sags the watch has found."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from onegoal.apps.company.models import Project
from onegoal.apps.control.models import Blocker, Link
from onegoal.apps.control.services.blockers import About, add_remark, raise_blocker, resolve_blocker, take_over
from onegoal.apps.control.services.readings import read_chain
from onegoal.apps.demo import cast
from onegoal.apps.demo.records import MARKETER, Records, done_by
from onegoal.apps.marketing.models import Campaign

WATCHED_AGO: Final = 1
"""How many days ago the demo's watch looked at the chain; from its first start on it does so every morning."""
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class Hindrance:
    """One blocker: who raised it how many days ago, where in the chain, and what became of it."""

    by: str
    days: float
    link: Link
    text: str
    page: str = ""
    project: str = ""
    campaign: str = ""
    owner: str = ""
    remark: tuple[str, str] = ("", "")
    resolved: tuple[float, str, str] = (0.0, "", "")


HINDRANCES: Final = (
    Hindrance(
        "Zsófia Nagy", 71, Link.DEAL, "The show flat in Lumina Park is closed on Saturdays: nobody can visit at the weekend.",
        "/board/", project=cast.PARK, owner="Irina Popescu",
        resolved=(9.2, "Irina Popescu", "Two colleagues take turns on Saturdays; the show flat is open until four."),
    ),
    Hindrance(
        "Maria Ceban", 38, Link.QUALIFIED, "The phone line drops calls around noon, clients have to be called twice.",
        "/desk/", owner="Radu Stan",
        resolved=(4.1, "Radu Stan", "The provider changed the line; no dropped call for three days."),
    ),
    Hindrance(
        "Radu Stan", 12, Link.CONTRACT, "The new price list is two weeks late; clients will not sign before they have seen it.",
        "/board/", owner="Irina Popescu", remark=("Irina Popescu", "The board confirms it on Thursday."),
    ),
    Hindrance(
        "Andrei Dumitru", 2.9, Link.LEAD, "One-room flats in Riverside are sold out, but we go on advertising them.",
        "/channels/", campaign=cast.SOLD_OUT_CAMPAIGN, owner=MARKETER,
    ),
    Hindrance(
        "Corina Lungu", 1.4, Link.PAYMENT, "The bank takes three weeks for a mortgage decision; down payments wait for it.",
        "/", owner="Zsófia Nagy", remark=("Zsófia Nagy", "I meet the branch manager on Tuesday."),
    ),
)  # fmt: skip


def make_hindrances(records: Records) -> None:
    """Write what hinders and let the watch look at the chain yesterday morning."""
    for one in HINDRANCES:
        blocker = _raise(records, one)
        if one.remark[0]:
            author = records.users[one.remark[0]]
            with done_by(author):
                add_remark(blocker=blocker, author=author, text=one.remark[1], now=records.ago(days=one.days * 0.6))
        days, name, words = one.resolved
        if name:
            with done_by(records.users[name]):
                resolve_blocker(
                    blocker=blocker, user=records.users[name], words=words, now=records.ago(days=one.days - days)
                )
    day = records.today - WATCHED_AGO * _DAY
    with done_by(None):
        read_chain(day=day, now=dt.datetime.combine(day, dt.time(5), records.calendar.zone).astimezone(dt.UTC))


def _raise(records: Records, one: Hindrance) -> Blocker:
    author, at = records.users[one.by], records.ago(days=one.days, hours=2)
    campaign = Campaign.objects.filter(name=one.campaign).first() if one.campaign else None
    project = Project.objects.filter(name=one.project).first() if one.project else None
    about = About(page=one.page, campaign=campaign, project=project)
    with done_by(author):
        blocker = raise_blocker(
            text=one.text, link=one.link, about=about, author=author, now=at,
            today=at.astimezone(records.calendar.zone).date(),
        )  # fmt: skip
        if one.owner and blocker.owner_id != records.users[one.owner].pk:
            blocker = take_over(blocker=blocker, user=records.users[one.owner], now=at + dt.timedelta(minutes=30))
    return blocker
