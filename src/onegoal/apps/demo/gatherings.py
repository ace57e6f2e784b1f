"""What the demo's office looks at and looks forward to: the wall screen, contests, traditions, the evening report."""

from __future__ import annotations

import datetime as dt
from typing import Final

from onegoal.apps.accounts.models import Team
from onegoal.apps.demo import cast
from onegoal.apps.demo.records import HEAD, MARKETER, SUPERVISORS, Records, done_by
from onegoal.apps.evening.models import ChannelKind
from onegoal.apps.evening.services.channels import Place, add_channel, set_evening
from onegoal.apps.wall.models import BoardKind, Contest, Shows, Tradition, WallBoard, WallScreen
from onegoal.apps.wall.queries.contests import results_now
from onegoal.apps.wall.services.contests import Entry, note_prize_given, save_contest, settle_contest
from onegoal.apps.wall.services.screens import make_screen, save_board
from onegoal.apps.wall.services.traditions import save_tradition
from onegoal.core.periods import add_months

EVENING: Final = dt.time(21)
ADMINISTRATOR: Final = "Tamás Varga"
_DAY: Final = dt.timedelta(days=1)
TRADITIONS: Final = (
    ("Monday plan over coffee", -60, "week", "What each of us brings to the goal this week.", HEAD),
    ("Marketing and sales sit together", -40, "month", "One hour: which leads were good, which were not, and why.", MARKETER),
    ("Birthday of the company", -200, "year", "Cake at four, families are welcome.", ADMINISTRATOR),
)  # fmt: skip


def make_gatherings(records: Records) -> None:
    """Write the contests, hang up a screen, note the traditions, and have the report sent to the head."""
    running = _race(records)
    _closed(records)
    _screen(records, running)
    for name, days, repeats, note, owner in TRADITIONS:
        first = records.today + days * _DAY
        on = first - dt.timedelta(days=first.weekday()) if repeats == "week" else first
        with done_by(records.users[owner]):
            tradition = Tradition(name=name, first_on=on, repeats=repeats, note=note, owner=records.users[owner])
            save_tradition(tradition=tradition, now=records.ago(days=60))
    head = records.users[HEAD]
    with done_by(head):
        set_evening(due_at=EVENING, only_working_days=False, is_on=True, now=records.ago(hours=5))
        place = Place(kind=ChannelKind.EMAIL, name=head.name, address=head.email or "", reader=head)
        add_channel(place=place, author=head, now=records.ago(hours=5))


def _race(records: Records) -> Contest:
    """Both teams compete for contracts per member; the South has fewer leads and counts a little more."""
    head, teams = records.users[HEAD], {team.name: team for team in Team.objects.all()}
    contest = Contest(
        name="North against South", metric="deals_won", starts_on=records.today - 17 * _DAY,
        ends_on=records.today + 12 * _DAY, is_between_teams=True, per_person=True, shows=Shows.VALUE,
        note="Contracts for each member of the team. The South counts 105 % for its newcomer.",
    )  # fmt: skip
    entries = [Entry(teams[cast.NORTH], 10_000), Entry(teams[cast.SOUTH], 10_500)]
    with done_by(head):
        return save_contest(
            contest=contest, entries=entries, prizes={1: "A day of sailing for the whole team"}, author=head,
            now=records.ago(days=19),
        )  # fmt: skip


def _closed(records: Records) -> None:
    """Last month's contest between the sellers, settled on the morning after it."""
    boss = records.users[SUPERVISORS[0]]
    this_month = records.today.replace(day=1)
    contest = Contest(
        name="Month of calls", metric="calls_answered", starts_on=add_months(this_month, -1), ends_on=this_month - _DAY,
        minimum=40, shows=Shows.VALUE, note="Talks with clients. Who has fewer than 40 cannot win.",
    )  # fmt: skip
    sellers = [records.users[seller.name] for seller in cast.SELLERS]
    prizes = {1: "Dinner for two", 2: "A long weekend", 3: "Cinema tickets"}
    with done_by(boss):
        contest = save_contest(
            contest=contest, entries=[Entry(seller, 10_000) for seller in sellers], prizes=prizes, author=boss,
            now=records.ago(days=records.today.day + 33),
        )  # fmt: skip
    settled_at = min(records.now, dt.datetime.combine(this_month, dt.time(9), records.calendar.zone).astimezone(dt.UTC))
    with done_by(None):
        results = results_now(contest, today=contest.ends_on)
        settle_contest(contest_id=contest.pk, results=results, now=settled_at)
    with done_by(boss):
        for prize in contest.prizes.filter(place__in=(1, 2)):
            note_prize_given(prize=prize, is_given=True, now=records.now - dt.timedelta(hours=6))


def _screen(records: Records, contest: Contest) -> None:
    """A screen for the open office; its link is not kept anywhere, Wall screens makes a new one."""
    author = records.users[ADMINISTRATOR]
    with done_by(author):
        screen = WallScreen(name="Open office", is_dark=True)
        make_screen(screen=screen, author=author, now=records.ago(days=30))
        save_board(
            board=WallBoard(screen=screen, kind=BoardKind.CONTEST, contest=contest, shows=Shows.VALUE),
            now=records.ago(days=17),
        )
