"""Who may do what: one line for each address and each API operation; one that stands here nowhere fails the test.

A line names the roles that get in; everybody else gets 403, guests are sent to the sign-in page (pages) or get 401
(API). `limited` lines are about a record of River Park: a head who is limited to Old Mill gets 404, as does a seller
of another team. Roles are written out rather than taken from the table of rights, so that a change there shows here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

HEAD, MARKETER, SELLER, SUPERVISOR = "head", "marketer", "seller", "supervisor"
QUALITY, ACCOUNTS, SERVICE, ADMINISTRATOR = "quality", "account_manager", "service", "administrator"
ACCOUNTANT = "accountant"
ROLES = (HEAD, MARKETER, SELLER, SUPERVISOR, QUALITY, ACCOUNTS, SERVICE, ADMINISTRATOR, ACCOUNTANT)
FIGURES = (HEAD, MARKETER, SELLER, SUPERVISOR, QUALITY)
PEOPLE = (*FIGURES, ACCOUNTS, SERVICE)
WRITERS = (HEAD, SELLER, SUPERVISOR, QUALITY, ACCOUNTS)
COSTS = (HEAD, MARKETER, SUPERVISOR)
PUBLISHERS = (HEAD, MARKETER)
CHECKERS = (HEAD, QUALITY)
FREEZERS = (HEAD,)
IMPORTERS = (HEAD, MARKETER)
CHANNELS = (HEAD, MARKETER, ADMINISTRATOR)
SETTINGS = (HEAD, ADMINISTRATOR)
AUDIT = (HEAD,)
DRAFTERS = (HEAD, MARKETER, SUPERVISOR)
SUPPRESSED = (HEAD, MARKETER)
REVIEWERS = (HEAD, SUPERVISOR, QUALITY)  # of calls
CALL_SETTERS = (HEAD, QUALITY)
PLANNERS = (HEAD, MARKETER, SUPERVISOR)
PAYERS = (HEAD, ACCOUNTANT)
PUBLIC = "public"


@dataclass(frozen=True)
class Page:
    """One address: who gets in and with which statuses; `args` may name records of the test's company."""

    roles: tuple[str, ...] | str
    method: str = "get"
    args: tuple[Any, ...] = ()
    ok: tuple[int, ...] = (200,)
    data: dict[str, Any] = field(default_factory=dict)
    limited: bool = False


def post(roles: tuple[str, ...] | str, *args: Any, ok: tuple[int, ...] = (302,), **data: Any) -> Page:
    """A line about an address that takes a POST."""
    return Page(roles, "post", args, ok, data)


PAGES: dict[str, Page] = {
    # the way in
    "accounts:sign_in": Page(PUBLIC, ok=(200, 302)),
    "accounts:sign_out": post(PUBLIC),
    "accounts:accept": Page(PUBLIC, args=("MQ", "never-made"), ok=(410,)),
    "company:set_up": Page(PUBLIC, ok=(302,)),
    "company:enter_demo": post(PUBLIC, 1, ok=(404,)),
    "set_language": post(PUBLIC, language="en"),
    "shell:theme": post(PUBLIC, theme="dark"),
    # one's own
    "accounts:profile": Page(ROLES),
    "accounts:password": Page(ROLES),
    "accounts:tokens": Page(ROLES),
    "accounts:token_revoke": post(ROLES, "own_token"),
    "shell:search": Page(ROLES),
    "shell:notices": Page(ROLES),
    "shell:view_save": post(ROLES, name="mine", page="people"),
    "shell:view_restore": post(ROLES),
    "shell:view_rename": post(ROLES, 987_654, ok=(404,)),
    "shell:view_share": post(ROLES, 987_654, ok=(404,)),
    "shell:view_delete": post(ROLES, 987_654, ok=(404,)),
    "shell:undo": post(ROLES, "never-signed", ok=(404,)),
    "shell:styleguide": Page(ROLES, ok=(200, 404)),
    "api:docs": Page(ROLES),
    "api:api_v1:openapi-json": Page(ROLES),
    "api:api_v1:api-root": Page(PUBLIC, ok=(404,)),
    # figures
    "analysis:chain": Page(FIGURES),
    "analysis:channels": Page(FIGURES),
    "analysis:creatives": Page(FIGURES),
    "analysis:hours": Page(FIGURES),
    "analysis:time_to_sale": Page(FIGURES),
    "analysis:cohorts": Page(FIGURES),
    "analysis:sales_report": Page(FIGURES),
    "analysis:rejections": Page(FIGURES),
    "analysis:reviews": Page(FIGURES),
    "analysis:feedback": Page(FIGURES),
    "analysis:completeness": Page(FIGURES),
    "analysis:report_mail": Page(PUBLISHERS),
    "analysis:report_mail_stop": post(PUBLISHERS, 1, ok=(404,)),
    "analysis:report_mail_resume": post(PUBLISHERS, 1, ok=(404,)),
    "analysis:report_mail_test": post(PUBLISHERS, 1, ok=(404,)),
    "analysis:report_mail_again": post(PUBLISHERS, 1, ok=(404,)),
    "analysis:behind": Page(FIGURES, ok=(200, 404)),
    "analysis:filters": Page(FIGURES, ok=(200, 404)),
    "attribution:models": Page(FIGURES),
    "attribution:group": Page(FIGURES, ok=(200, 404)),
    "attribution:windows": Page(FIGURES),
    "attribution:limits": Page(FIGURES),
    "attribution:published": Page(FIGURES),
    "attribution:publish": post(PUBLISHERS),
    "attribution:figure": Page(FIGURES, args=(987_654,), ok=(404,)),
    "attribution:look_again": post(PUBLISHERS, 987_654, ok=(404,)),
    "attribution:freeze": post(FREEZERS, 987_654, ok=(404,)),
    "attribution:withdraw": post(PUBLISHERS, 987_654, ok=(404,)),
    "attribution:paths": Page(FIGURES),
    "attribution:steps": Page(FIGURES),
    "attribution:lag": Page(FIGURES),
    "attribution:path": Page(FIGURES, args=("0123456789abcdef",), ok=(200, 404)),
    # imports: the numbered ones about a run that is not there, whose answer shows who got in
    "imports:centre": Page(IMPORTERS),
    "imports:upload": post(IMPORTERS, ok=(200, 302, 400, 422)),
    "imports:forget": post(IMPORTERS, 987_654, ok=(404,)),
    "imports:show": Page(IMPORTERS, args=(987_654,), ok=(404,)),
    "imports:progress": Page(IMPORTERS, args=(987_654,), ok=(404,)),
    "imports:map": Page(IMPORTERS, args=(987_654,), ok=(404,)),
    "imports:cancel": post(IMPORTERS, 987_654, ok=(404,)),
    "imports:resume": post(IMPORTERS, 987_654, ok=(404,)),
    "imports:undo": post(IMPORTERS, 987_654, ok=(404,)),
    "imports:mend": post(IMPORTERS, 987_654, ok=(404,)),
    "imports:download": Page(IMPORTERS, args=(987_654, "errors"), ok=(404,)),
    # people
    "people:people": Page(PEOPLE),
    "people:person": Page(PEOPLE, args=("person",), limited=True),
    # quality: rejected leads
    "quality:home": Page(ROLES, ok=(302, 404)),
    "quality:checks": Page(CHECKERS),
    "quality:check": Page(CHECKERS, args=("check",), limited=True),
    "quality:check_period": post(CHECKERS),
    "quality:check_open": post(CHECKERS, "check", ok=(302, 404)),
    "quality:check_undo": post(CHECKERS, "check", ok=(302, 404)),
    "quality:check_time": post(CHECKERS, "check", ok=(302, 404)),
    "quality:check_document": Page(WRITERS, args=("check",), ok=(404,)),
    "quality:own_checks": Page(WRITERS),
    "quality:answer": post(WRITERS, "check", ok=(302, 404), text="No"),
    "quality:rule": post((HEAD,), "check", ok=(302, 404)),
    "quality:settings": Page(CHECKERS),
    # quality: calls
    "quality:reviews": Page(REVIEWERS),
    "quality:reviews_done": Page(REVIEWERS),
    "quality:own_reviews": Page(FIGURES),
    "quality:agreement": Page(REVIEWERS),
    "quality:snippets": Page(FIGURES),
    "quality:call": Page(FIGURES, args=("call",), limited=True),
    "quality:recording": Page(FIGURES, args=("call",), ok=(404,)),
    "quality:recording_attach": post(REVIEWERS, 987_654, ok=(404,)),
    "quality:review_start": post(REVIEWERS, 987_654, ok=(404,)),
    "quality:calibrate": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:remark_add": post(FIGURES, 987_654, ok=(404,)),
    "quality:remark_change": post(FIGURES, 987_654, ok=(404,)),
    "quality:remark_remove": post(FIGURES, 987_654, ok=(404,)),
    "quality:remark_restore": post(FIGURES, "never-signed", ok=(404,)),
    "quality:call_topic": post(WRITERS, 987_654, ok=(404,)),
    "quality:call_log": post(WRITERS, 987_654, ok=(404,)),
    "quality:duty_excuse": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:review": Page(FIGURES, args=(987_654,), ok=(404,)),
    "quality:review_answer": post(REVIEWERS, 987_654, 1, ok=(404,)),
    "quality:review_summary": post(REVIEWERS, 987_654, ok=(404,)),
    "quality:review_finish": post(REVIEWERS, 987_654, ok=(404,)),
    "quality:review_drop": post(REVIEWERS, 987_654, ok=(404,)),
    "quality:review_read": post(FIGURES, 987_654, ok=(404,)),
    "quality:coaching_new": Page(REVIEWERS, args=(987_654,), ok=(404,)),
    "quality:coaching": Page(FIGURES),
    "quality:coaching_close": post(REVIEWERS, 987_654, ok=(404,)),
    "quality:scorecards": Page(CALL_SETTERS),
    "quality:scorecard_new": post(CALL_SETTERS, name="Script"),
    "quality:scorecard": Page(CALL_SETTERS, args=(987_654,), ok=(404,)),
    "quality:scorecard_use": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:question_save": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:question_order": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:question_move": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:question_remove": post(CALL_SETTERS, 987_654, ok=(404,)),
    "quality:objections": Page((*CALL_SETTERS, ADMINISTRATOR)),
    "quality:objection_new": post((*CALL_SETTERS, ADMINISTRATOR), name="too dear"),
    "quality:objection_save": post((*CALL_SETTERS, ADMINISTRATOR), 987_654, ok=(404,)),
    "quality:objection_move": post((*CALL_SETTERS, ADMINISTRATOR), 987_654, ok=(404,)),
    # cards
    "cards:lead": Page(PEOPLE, args=("lead",), limited=True),
    "cards:lead_new": Page(WRITERS),
    "cards:lead_known": Page(WRITERS),
    "cards:fields": Page(WRITERS, args=("leads", "lead"), limited=True),
    "cards:contact_add": Page(
        WRITERS, "post", ("leads", "lead"), (302,), {"kind": "email", "value": "new@casaverde.test"}, limited=True
    ),
    "cards:contact_remove": post(WRITERS, "leads", "lead", 987_654, ok=(404,)),
    "cards:timeline": Page(PEOPLE, args=("leads", "lead"), ok=(302,), limited=True),
    "cards:known": Page(PEOPLE, args=("deals", "deal"), ok=(302,), limited=True),
    "cards:note_add": Page(WRITERS, "post", ("leads", "lead"), (302,), {"text": "spoke with them"}, limited=True),
    "cards:note_edit": post(WRITERS, 987_654, ok=(404,)),
    "cards:note_pin": post(WRITERS, 987_654, ok=(404,)),
    "cards:note_delete": post(WRITERS, 987_654, ok=(404,)),
    "cards:tasks": Page(WRITERS),
    "cards:task_new": post(WRITERS, title="call"),
    "cards:task_done": Page(WRITERS, "post", ("task",), (302,), limited=True),
    "cards:task_reopen": Page(WRITERS, "post", ("task",), (302,), limited=True),
    "cards:task_move": Page(WRITERS, "post", ("task",), (302,), {"when": "tomorrow"}, limited=True),
    "cards:task_assign": post((HEAD, SUPERVISOR), "task", assignee="0", ok=(404,)),
    "cards:calendar": Page(WRITERS),
    "cards:feed_make": post(WRITERS),
    "cards:feed_close": post(WRITERS),
    "cards:feed": Page(PUBLIC, args=("never-made",), ok=(404,)),
    "cards:duplicates": Page(WRITERS),
    "cards:merge": Page(WRITERS, args=("person", "person"), ok=(302,), limited=True),
    # feedback between the departments
    "feedback:mark": post(WRITERS, 987_654, ok=(404,)),
    "feedback:unmark": post(WRITERS, 987_654, 1, ok=(404,)),
    "feedback:questions": Page(FIGURES),
    "feedback:ask": Page(FIGURES),
    "feedback:question": Page(FIGURES, args=(987_654,), ok=(404,)),
    "feedback:withdraw": post(FIGURES, 987_654, ok=(404,)),
    "feedback:restore": post(FIGURES, 987_654, ok=(404,)),
    # plan: what plans are checked against
    "planning:basis": Page(PLANNERS),
    # the joint plan: its grid, scenarios, signatures and workbook
    "planning:current": Page(PLANNERS, ok=(302,)),
    "planning:plans": Page(PLANNERS),
    "planning:new": Page(PLANNERS),
    "planning:compare": Page(PLANNERS, ok=(302,)),
    "planning:plan": Page(PLANNERS, args=(987_654,), ok=(404,)),
    "planning:version": Page(PLANNERS, args=(987_654,), ok=(404,)),
    "planning:checks": Page(PLANNERS, args=(987_654,), ok=(404,)),
    "planning:export": Page(PLANNERS, args=(987_654,), ok=(404,)),
    "planning:import": Page(PLANNERS, args=(987_654,), ok=(404,)),
    "planning:refused": Page(PLANNERS, args=(987_654, "never-signed"), ok=(404,)),
    "planning:propose": Page(PLANNERS, args=(987_654,), ok=(404,)),
    "planning:cells": post(PLANNERS, 987_654, ok=(404,)),
    "planning:undo": post(PLANNERS, 987_654, ok=(404,)),
    "planning:fill": post(PLANNERS, 987_654, ok=(404,)),
    "planning:sign": post(PLANNERS, 987_654, ok=(404,)),
    "planning:take_back": post(PLANNERS, 987_654, ok=(404,)),
    "planning:withdraw": post(PLANNERS, 987_654, ok=(404,)),
    "planning:restore": post(PLANNERS, 987_654, ok=(404,)),
    "planning:copy": post(PLANNERS, 987_654, ok=(404,)),
    "planning:rename": post(PLANNERS, 987_654, ok=(404,)),
    # organisation
    "organisation:teams": Page((HEAD, SUPERVISOR, ADMINISTRATOR)),
    "organisation:load": Page((HEAD, SUPERVISOR)),
    "organisation:division": Page((HEAD, SUPERVISOR)),
    "organisation:stability": Page((HEAD, SUPERVISOR)),
    "organisation:times": Page(SETTINGS),
    # lead score
    "scoring:score": Page((*FIGURES, ADMINISTRATOR)),
    "scoring:progress": Page((*FIGURES, ADMINISTRATOR)),
    "scoring:train": post(SETTINGS, target="qualified"),
    "scoring:declare": post(SETTINGS, field="region"),
    "scoring:withdraw": post(SETTINGS, 987_654, ok=(404,)),
    # the desk: leads and absences; the numbered ones that are not there show who got in
    "desk:inbox": Page(PEOPLE),
    "desk:fresh": Page(PEOPLE, ok=(200, 204)),
    "desk:claim": post(WRITERS, 987_654, ok=(404,)),
    "desk:claim_chosen": post(WRITERS, ok=(302, 404)),
    "desk:assign": Page(WRITERS, ok=(404,)),
    "desk:tasks": Page(WRITERS, ok=(404,)),
    "desk:export": post(PEOPLE, ok=(200,)),
    "desk:absences": Page(WRITERS),
    "desk:absence": Page(WRITERS, args=(987_654,), ok=(404,)),
    "desk:absence_remove": post(WRITERS, 987_654, ok=(404,)),
    "desk:absence_restore": post(WRITERS, "never-signed", ok=(404,)),
    "desk:rules": Page(SETTINGS),
    "desk:rule_new": Page(SETTINGS),
    "desk:rule": Page(SETTINGS, args=(987_654,), ok=(404,)),
    "desk:rule_move": post(SETTINGS, 987_654, ok=(404,)),
    "desk:rule_switch": post(SETTINGS, 987_654, ok=(404,)),
    "desk:rule_remove": post(SETTINGS, 987_654, ok=(404,)),
    "desk:rule_restore": post(SETTINGS, "never-signed", ok=(404,)),
    # wall
    "wall:screen": Page(PUBLIC, args=("never-made",), ok=(404,)),
    "wall:data": Page(PUBLIC, args=("never-made",), ok=(404,)),
    "wall:screens": Page(SETTINGS),
    "wall:screen_new": Page(SETTINGS),
    "wall:screen_edit": Page(SETTINGS, args=(987_654,), ok=(404,)),
    "wall:screen_link": post(SETTINGS, 987_654, ok=(404,)),
    "wall:screen_revoke": post(SETTINGS, 987_654, ok=(404,)),
    "wall:preview": Page(SETTINGS, args=(987_654,), ok=(404,)),
    "wall:preview_data": Page(SETTINGS, args=(987_654,), ok=(404,)),
    "wall:board_new": Page(SETTINGS, args=(987_654,), ok=(404,)),
    "wall:board_edit": Page(SETTINGS, args=(987_654, 987_654), ok=(404,)),
    "wall:board_move": post(SETTINGS, 987_654, 987_654, ok=(404,)),
    "wall:board_remove": post(SETTINGS, 987_654, 987_654, ok=(404,)),
    "wall:board_restore": post(SETTINGS, 987_654, "never-signed", ok=(404,)),
    "wall:contests": Page(ROLES),
    "wall:contest_new": Page(DRAFTERS),
    "wall:contest": Page(ROLES, args=(987_654,), ok=(404,)),
    "wall:contest_edit": Page(DRAFTERS, args=(987_654,), ok=(404,)),
    "wall:contest_call_off": post(DRAFTERS, 987_654, ok=(404,)),
    "wall:contest_call_on": post(DRAFTERS, 987_654, ok=(404,)),
    "wall:prize": post(DRAFTERS, 987_654, 987_654, ok=(404,)),
    "wall:traditions": Page(ROLES),
    "wall:traditions_calendar": Page(ROLES),
    "wall:tradition_new": Page(DRAFTERS),
    "wall:tradition_edit": Page(DRAFTERS, args=(987_654,), ok=(404,)),
    "wall:tradition_stop": post(DRAFTERS, 987_654, ok=(404,)),
    # the payment forecast
    "planning:payments": Page(PLANNERS),
    # interim control
    "control:first_page": Page(ROLES, ok=(200, 302)),
    "control:goal": Page(ROLES),
    "control:owed": Page(ROLES),
    "control:pace": Page(ROLES),
    # blockers and the head's desk
    "control:desk": Page((HEAD,)),
    "control:blockers": Page(ROLES),
    "control:raise": Page(ROLES),
    "control:blocker": Page(ROLES, args=(987_654,), ok=(404,)),
    "control:blocker_remark": post(ROLES, 987_654, ok=(404,)),
    "control:blocker_resolve": post(ROLES, 987_654, ok=(404,)),
    "control:blocker_reopen": post(ROLES, 987_654, ok=(404,)),
    "control:blocker_take": post(ROLES, 987_654, ok=(404,)),
    "control:blocker_estimate": post(ROLES, 987_654, ok=(404,)),
    "control:panel": Page(ROLES, args=("lead", 987_654), ok=(404,)),
    # the shared KPI: one that is not there shows who got in
    "goal:kpis": Page(ROLES),
    "goal:new": Page((HEAD,)),
    "goal:preview": post((HEAD,), ok=(200,)),
    "goal:kpi": Page(ROLES, args=(987_654,), ok=(404,)),
    "goal:edit": Page((HEAD,), args=(987_654,), ok=(404,)),
    "goal:change": Page((HEAD,), args=(987_654,), ok=(404,)),
    "goal:activate": post((HEAD,), 987_654, ok=(404,)),
    "goal:end": post((HEAD,), 987_654, ok=(404,)),
    "goal:resume": post((HEAD,), 987_654, ok=(404,)),
    "goal:renew": post((HEAD,), 987_654, ok=(404,)),
    "goal:delete": post((HEAD,), 987_654, ok=(404,)),
    "goal:sign": post(DRAFTERS, 987_654, 1, ok=(404,)),
    "goal:withdraw": post((HEAD,), 987_654, 1, ok=(404,)),
    # pay: a seller reads the own statements only (tests/apps/pay/test_pages.py asks with statements of others)
    "pay:home": Page(ROLES, ok=(200, 302)),
    "pay:mine": Page(ROLES),
    "pay:statement": Page(ROLES, args=(987_654,), ok=(404,)),
    "pay:dispute": post(ROLES, 987_654, ok=(404,)),
    "pay:disputes": Page(ROLES),
    "pay:answer": post(PAYERS, 987_654, ok=(404,)),
    "pay:dispute_withdraw": post(ROLES, 987_654, ok=(404,)),
    "pay:runs": Page(PAYERS),
    "pay:compute": post(PAYERS),
    "pay:run": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:run_approve": post(PAYERS, 987_654, ok=(404,)),
    "pay:run_discard": post(PAYERS, 987_654, ok=(404,)),
    "pay:run_late": post(PAYERS, 987_654, ok=(404,)),
    "pay:payroll": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:adjustments": Page(PAYERS),
    "pay:adjustment_new": Page(PAYERS),
    "pay:adjustment_approve": post(PAYERS, 987_654, ok=(404,)),
    "pay:adjustment_refuse": post(PAYERS, 987_654, ok=(404,)),
    "pay:schemes": Page(PAYERS),
    "pay:scheme_new": Page(PAYERS),
    "pay:scheme": Page(ROLES, args=(987_654,), ok=(404,)),
    "pay:scheme_change": post(PAYERS, 987_654, ok=(404,)),
    "pay:draft": post(PAYERS, 987_654, ok=(404,)),
    "pay:member": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:member_end": post(PAYERS, 987_654, ok=(404,)),
    "pay:member_resume": post(PAYERS, 987_654, ok=(404,)),
    "pay:edit": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:check": post(PAYERS, 987_654, ok=(404,)),
    "pay:cards": post(PAYERS, 987_654, ok=(404,)),
    "pay:names": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:version_approve": post(PAYERS, 987_654, ok=(404,)),
    "pay:version_withdraw": post(PAYERS, 987_654, ok=(404,)),
    "pay:what_if": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:trial": Page(PAYERS, args=(987_654,), ok=(404,)),
    "pay:deals": Page(PAYERS),
    "pay:deal": Page(PAYERS, args=(987_654,), ok=(404,)),
    # the evening report: a channel and a message that are not there show who got in
    "evening:settings": Page(SETTINGS),
    "evening:add": Page(SETTINGS),
    "evening:change": Page(SETTINGS, args=(987_654,), ok=(404,)),
    "evening:stop": post(SETTINGS, 987_654, ok=(404,)),
    "evening:resume": post(SETTINGS, 987_654, ok=(404,)),
    "evening:test": post(SETTINGS, 987_654, ok=(404,)),
    "evening:delivery": Page(ROLES, args=(987_654,), ok=(404,)),
    "evening:again": post(ROLES, 987_654, ok=(404,)),
    "evening:mine": Page(ROLES),
    "evening:code": post(ROLES),
    "evening:unlink": post(ROLES),
    "evening:begin": post(ROLES, kind="email", due_at="21:00"),
    "evening:end": post(ROLES, "email"),
    # the regulation: a version, clause and lead that are not there show who got in
    "regulation:versions": Page(FIGURES),
    "regulation:new": post(DRAFTERS, title="Draft"),
    "regulation:show": Page(FIGURES, args=(987_654,), ok=(404,)),
    "regulation:compare": Page(FIGURES, args=(987_654, 987_655), ok=(404,)),
    "regulation:copy": post(DRAFTERS, 987_654, ok=(404,)),
    "regulation:sign": post(FIGURES, 987_654, ok=(404,)),
    "regulation:withdraw": post(DRAFTERS, 987_654, ok=(404,)),
    "regulation:take_up": post(DRAFTERS, 987_654, ok=(404,)),
    "regulation:edit": Page(DRAFTERS, args=(987_654,), ok=(404,)),
    "regulation:clause_save": post(DRAFTERS, 987_654, ok=(404,)),
    "regulation:clause_remove": post(DRAFTERS, 987_654, 1, ok=(404,)),
    "regulation:clause_move": post(DRAFTERS, 987_654, 1, ok=(404,)),
    "regulation:clause_restore": post(DRAFTERS, 987_654, "never-signed", ok=(404,)),
    "regulation:what_if": Page(DRAFTERS, args=(987_654,), ok=(404,)),
    "regulation:what_if_start": post(DRAFTERS, 987_654, ok=(404,)),
    "regulation:what_if_progress": Page(DRAFTERS, args=(987_654,), ok=(404,)),
    "regulation:decide": Page(WRITERS, "post", ("lead",), (302,), {"outcome": "qualified"}, limited=True),
    "regulation:undo": post(WRITERS, "lead", "never-signed", ok=(404,)),
    "regulation:suppressed": Page(SUPPRESSED),
    "regulation:suppressed_export": post(SUPPRESSED, "google", ok=(200,)),
    "regulation:lift": post(SUPPRESSED, 987_654, ok=(404,)),
    "regulation:suppress_again": post(SUPPRESSED, 987_654, ok=(404,)),
    # settings
    "company:settings": Page(SETTINGS),
    "company:hours": Page(SETTINGS),
    "company:list": Page(SETTINGS, args=("projects",)),
    "company:new": Page(SETTINGS, args=("projects",)),
    "company:edit": Page(SETTINGS, args=("projects", "project")),
    "company:remove": post(SETTINGS, "projects", "project"),
    "company:move": post(SETTINGS, "stages", "stage"),
    "company:restore": post(SETTINGS, "projects", "never-signed", ok=(404,)),
    "company:order": post(SETTINGS, pipeline="lead", ok=(204,)),
    "company:trail": Page(AUDIT),
    "company:trail_export": Page(AUDIT),
    "accounts:users": Page(SETTINGS),
    "accounts:user_new": Page(SETTINGS),
    "accounts:user_edit": Page(SETTINGS, args=("user",)),
    "accounts:user_link": post(SETTINGS, "user", ok=(200,)),
    "accounts:user_activation": post(SETTINGS, "user"),
    "accounts:team_new": Page(SETTINGS),
    "accounts:team_edit": Page(SETTINGS, args=("team",)),
    "marketing:channels": Page(CHANNELS),
    "marketing:rule_new": Page(CHANNELS),
    "marketing:rule_edit": Page(CHANNELS, args=("rule",)),
    "marketing:move": post(CHANNELS, "rule"),
    "marketing:remove": post(CHANNELS, "rule"),
    "marketing:restore": post(CHANNELS, "never-signed", ok=(404,)),
    # the deal board, one deal, the stock, agencies' clients
    "board:board": Page(PEOPLE),
    "board:list": Page(PEOPLE),
    "board:more": Page(PEOPLE, args=(0,)),
    "board:undo_move": post(WRITERS, "never-signed", ok=(404,)),
    "board:deal": Page(PEOPLE, args=("deal",), limited=True),
    "board:move": Page(WRITERS, "post", ("deal",), (404,), {"stage": "987654"}, limited=True),
    "board:fields": Page(WRITERS, "post", ("deal",), (302,), limited=True),
    "board:products": Page(PEOPLE, args=("deal",), limited=True),
    "board:product": Page(WRITERS, "post", ("deal",), (404,), {"product": "987654"}, limited=True),
    "board:extend": Page(WRITERS, "post", ("deal",), (302,), limited=True),
    "board:release": Page(WRITERS, "post", ("deal",), (302,), limited=True),
    "board:restore": Page(WRITERS, "post", ("deal", 987_654), (404,)),
    "board:discount": Page(WRITERS, "post", ("deal",), (422,), limited=True),
    "board:discounts": Page((HEAD, SUPERVISOR)),
    "board:discount_decide": post((HEAD, SUPERVISOR), 987_654, ok=(404,)),
    "board:discount_withdraw": post(WRITERS, 987_654, ok=(404,)),
    "board:schedule": Page(WRITERS, "post", ("deal",), (302,), limited=True),
    "board:schedule_rows": Page(WRITERS, args=("deal",), ok=(200, 422), limited=True),
    "board:contract": Page(WRITERS, "post", ("deal",), (302,), limited=True),
    "board:open": Page((HEAD, SELLER, SUPERVISOR, QUALITY, ACCOUNTS), "post", ("lead",), (302,), limited=True),
    "board:stock": Page(PEOPLE),
    "board:floors": Page(PEOPLE),
    "board:agencies": Page(PEOPLE),
    "board:registrations": Page(PEOPLE),
    "board:register": post(WRITERS, ok=(422,)),
    "board:settings": Page(SETTINGS),
    "board:required": Page(SETTINGS, args=("deals",)),
    # conflicts of pay and goal
    "conflicts:latest": Page(AUDIT),
    "conflicts:reports": Page(AUDIT),
    "conflicts:report": Page(AUDIT, args=(987_654,), ok=(404,)),
    "conflicts:mend": post(AUDIT, 987_654, 0, ok=(404,)),
    "conflicts:run": post(AUDIT),
    "conflicts:progress": Page(AUDIT),
    "conflicts:numbers": Page(AUDIT),
    "conflicts:reset": post(AUDIT),
}


@dataclass(frozen=True)
class Call:
    """One API operation: who gets in, the scope its token needs, and a body that is taken."""

    roles: tuple[str, ...]
    scope: str
    ok: tuple[int, ...] = (200,)
    args: dict[str, str] = field(default_factory=dict)
    body: dict[str, Any] | None = None
    limited: bool = False


def read(roles: tuple[str, ...]) -> Call:
    """A list."""
    return Call(roles, "read:records")


def one(roles: tuple[str, ...], record: str, *, limited: bool = True) -> Call:
    """One record."""
    return Call(roles, "read:records", args={"pk": record}, limited=limited)


def _published() -> Call:
    return Call(FIGURES, "read:figures", (200, 404), {"pk": "publication"}, limited=True)


def _write(
    record: str, body: dict[str, Any], *ok: int, roles: tuple[str, ...] = WRITERS, limited: bool = False
) -> Call:
    return Call(roles, "write:records", ok, {"pk": record}, body, limited)


def _figures(roles: tuple[str, ...], *ok: int) -> Call:
    """A figure, or a list of them."""
    return Call(roles, "read:figures", ok or (200,))


def _missing(roles: tuple[str, ...], scope: str = "read:records") -> Call:
    """One record that is not there: who gets in is told so."""
    return Call(roles, scope, (404,), {"pk": "987654"})


def _new(roles: tuple[str, ...], body: dict[str, Any], *ok: int) -> Call:
    """Something made anew."""
    return Call(roles, "write:records", ok or (201,), body=body)


def _act(roles: tuple[str, ...], body: dict[str, Any] | None = None) -> Call:
    """Something done with a record that is not there: who gets in is told so."""
    return _write("987654", body or {}, 404, roles=roles)


_PERSON = {"name": "Ion Pop", "phone": "+40722000009"}
_LEAD = {"source_id": "L9", "created_at": "2026-01-05T10:00:00Z", "person": _PERSON, "project": "River Park"}
_DEAL = {"source_id": "D9", "opened_at": "2026-01-05T10:00:00Z", "person": _PERSON, "project": "River Park"}
_PAYMENT = {"source_id": "P9", "deal": "D1", "amount_minor": 100, "currency": "EUR", "received_on": "2026-02-01"}
_CALL = {"source_id": "C9", "started_at": "2026-01-05T10:00:00Z", "person": _PERSON, "lead": "L1"}
_TASK = {"source_id": "T9", "title": "Call back", "created_at": "2026-01-05T10:00:00Z", "lead": "L1"}
_KPI = {"name": "Spring", "starts_on": "2126-01-01", "ends_on": "2126-03-31", "owner_id": 987_654, "parts": []}
_PLAN = {"name": "Spring", "first_month": "2126-01-01", "last_month": "2126-03-01"}
_CELL = {"month": "2126-01-01", "metric": "leads", "value": 1}
_RULES: dict[str, Any] = {"valid_from": "2126-01-01", "parts": []}
_CONTEST = {
    "name": "Spring", "metric": "deals_won", "starts_on": "2126-01-01", "ends_on": "2126-01-31",
    "entrants": [{"id": 987_654}, {"id": 987_655}],
}  # fmt: skip
_CHANNEL = {"kind": "email", "name": "Heads", "address": "all@casaverde.test", "reader_id": 987_654}
_TOUCH = {"at": "2026-01-05T10:00:00Z", "person": {"visitor": "v1"}}

# A writer who would put a row where they cannot see it is refused with 403, which is their right answer here.
_WRITE = {"roles": WRITERS, "scope": "write:records"}
CALLS: dict[str, Call] = {
    "GET /metrics": Call(FIGURES, "read:figures"),
    "GET /metrics/{name}": Call(FIGURES, "read:figures", args={"name": "leads"}),
    "GET /attribution/figures": Call(FIGURES, "read:figures"),
    "GET /attribution/paths": Call(FIGURES, "read:figures"),
    "GET /attribution/publications": Call(FIGURES, "read:figures"),
    # Figures of the whole company are nothing to somebody who sees only their own records.
    "GET /attribution/publications/{pk}": _published(),
    "GET /attribution/publications/{pk}/restatements": _published(),
    "GET /people": read(PEOPLE),
    "GET /people/{pk}": one(PEOPLE, "person"),
    "GET /leads": read(PEOPLE),
    "GET /leads/{pk}": one(PEOPLE, "lead"),
    "GET /deals": read(PEOPLE),
    "GET /deals/{pk}": one(PEOPLE, "deal"),
    "GET /payments": read(PEOPLE),
    "GET /payments/{pk}": one(PEOPLE, "payment"),
    "GET /products": read(PEOPLE),
    "GET /products/{pk}": one(PEOPLE, "product"),
    "GET /calls": read(PEOPLE),
    "GET /calls/{pk}": one(PEOPLE, "call"),
    "GET /tasks": read(PEOPLE),
    "GET /tasks/{pk}": one(PEOPLE, "task"),
    "GET /spend": read(COSTS),
    "GET /spend/{pk}": one(COSTS, "spend"),
    "GET /projects": read(FIGURES),
    "GET /projects/{pk}": one(FIGURES, "project"),
    "POST /leads": Call(**_WRITE, ok=(201, 200, 403), body=_LEAD),
    "POST /deals": Call(**_WRITE, ok=(201, 200, 403), body=_DEAL),
    "POST /leads/batch": Call(**_WRITE, ok=(200, 403), body={"rows": [_LEAD]}),
    "POST /deals/batch": Call(**_WRITE, ok=(200, 403), body={"rows": [_DEAL]}),
    "PATCH /leads/{pk}": Call(**_WRITE, args={"pk": "lead"}, body={"note": "Called."}, limited=True),
    "PATCH /deals/{pk}": Call(**_WRITE, args={"pk": "deal"}, body={"title": "Flat 5"}, limited=True),
    "POST /payments": Call(**_WRITE, ok=(200, 403), body={"rows": [_PAYMENT]}),
    "POST /calls": Call(**_WRITE, ok=(200, 403), body={"rows": [_CALL]}),
    "POST /tasks": Call(**_WRITE, ok=(200, 403), body={"rows": [_TASK]}),
    "POST /touches": Call(IMPORTERS, "write:records", body={"rows": [_TOUCH]}),
    # the sales desk: what is not there shows who got in
    "GET /leads/{pk}/decisions": one(PEOPLE, "lead"),
    "POST /leads/{pk}/decisions": _write("lead", {"outcome": "nurture", "returns_on": "2126-01-05"}, 201, limited=True),
    "GET /leads/{pk}/verdict": one(PEOPLE, "lead"),
    "POST /leads/{pk}/claim": _write("lead", {}, 200, 409, roles=(HEAD, SELLER, SUPERVISOR), limited=True),
    "POST /leads/{pk}/assign": _write("lead", {"seller_id": 987_654}, 404, 422, limited=True),
    "GET /leads/{pk}/marks": one(PEOPLE, "lead"),
    "POST /leads/{pk}/marks": _write("lead", {"quality": "good"}, 201, limited=True),
    "GET /questions": read(FIGURES),
    "POST /questions": Call(FIGURES, "write:records", (201,), body={"text": "Why?", "due_at": "2126-01-05T10:00:00Z"}),
    "GET /questions/{pk}": Call(FIGURES, "read:records", (404,), {"pk": "987654"}),
    "POST /questions/{pk}/answer": _write("987654", {"answer": "So."}, 404, roles=FIGURES),
    "GET /regulations": read(FIGURES),
    "GET /regulations/{number}": Call(FIGURES, "read:records", (404,), {"number": "987654"}),
    "GET /regulations/{number}/what-if": Call(DRAFTERS, "read:records", (404,), {"number": "987654"}),
    "POST /regulations/{number}/what-if": Call(
        DRAFTERS, "write:records", (404,), {"number": "987654"}, {"from": "2026-01-01", "to": "2026-01-31"}
    ),
    "GET /checks": read(WRITERS),
    "GET /checks/{pk}": Call(WRITERS, "read:records", (200, 404), {"pk": "check"}, limited=True),
    "POST /checks/{pk}/decision": _write("check", {"verdict": "right"}, 200, roles=CHECKERS, limited=True),
    "POST /checks/{pk}/answer": _write("check", {"accepts": True}, 404, 422, limited=True),
    "POST /checks/{pk}/ruling": _write(
        "check", {"verdict": "wrong", "ruling": "So."}, 409, roles=(HEAD,), limited=True
    ),
    "GET /reviews": read(FIGURES),
    "GET /call-remarks": read(FIGURES),
    "POST /deals/{pk}/move": _write("deal", {"stage_id": 987_654}, 422, limited=True),
    "POST /deals/{pk}/contract": _write("deal", {"number": "7", "signed_on": "2026-02-01"}, 422, limited=True),
    "GET /deals/{pk}/schedule": one(PEOPLE, "deal"),
    "PUT /deals/{pk}/schedule": _write("deal", {"parts": []}, 422, limited=True),
    "GET /reservations": read(PEOPLE),
    "POST /reservations": Call(**_WRITE, ok=(422,), body={"deal_id": 987_654, "product_id": 987_654}),
    "POST /reservations/{pk}/release": _write("987654", {}, 404),
    "GET /discounts": read(PEOPLE),
    "POST /discounts": Call(**_WRITE, ok=(422,), body={"deal_id": 987_654, "amount_minor": 1, "reason": "So."}),
    "POST /discounts/{pk}/decision": _write("987654", {"decision": "approved"}, 404, roles=(HEAD, SUPERVISOR)),
    "GET /registrations": read(PEOPLE),
    "POST /registrations": Call(**_WRITE, ok=(201,), body={"agency": "Best Homes", "phone": "+40722000077"}),
    # the goal: what is not there shows who got in
    "GET /kpis": _figures(ROLES),
    "GET /kpis/{pk}": _missing(ROLES, "read:figures"),
    "GET /kpis/{pk}/versions": _missing(ROLES, "read:figures"),
    "POST /kpis": _new((HEAD,), _KPI, 422),
    "PUT /kpis/{pk}": _act((HEAD,), _KPI),
    "DELETE /kpis/{pk}": Call((HEAD,), "write:records", (404,), {"pk": "987654"}),
    "POST /kpis/{pk}/activate": _act((HEAD,)),
    "POST /kpis/{pk}/end": _act((HEAD,)),
    "POST /kpis/{pk}/resume": _act((HEAD,)),
    "POST /kpis/{pk}/renew": _act((HEAD,)),
    "POST /kpis/{pk}/changes": _act((HEAD,), {"parts": [], "reason": "So."}),
    "POST /kpis/{pk}/changes/{version}/sign": Call(
        (HEAD, MARKETER), "write:records", (404,), {"pk": "987654", "version": "1"}, {"side": "marketing"}
    ),
    "POST /kpis/{pk}/changes/{version}/withdraw": Call(
        (HEAD,), "write:records", (404,), {"pk": "987654", "version": "1"}, {}
    ),
    "GET /pace": _figures(ROLES, 404),
    "GET /bottleneck": _figures(FIGURES),
    "GET /sags": _figures(FIGURES),
    "GET /losses": read((HEAD,)),
    "GET /team-stability": _figures((HEAD, SUPERVISOR)),
    "GET /blockers": read(ROLES),
    "POST /blockers": _new(ROLES, {"text": "No parking left.", "link": "deal"}),
    "GET /blockers/{pk}": _missing(ROLES),
    "PATCH /blockers/{pk}": _act(ROLES),
    "GET /blockers/{pk}/remarks": _missing(ROLES),
    "POST /blockers/{pk}/remarks": _act(ROLES, {"text": "So."}),
    "POST /blockers/{pk}/resolve": _act(ROLES, {"words": "So."}),
    "POST /blockers/{pk}/reopen": _act(ROLES),
    "POST /blockers/{pk}/take": _act(ROLES),
    # the plan; a head limited to projects names one
    "GET /plans": read(PLANNERS),
    "POST /plans": _new(PLANNERS, _PLAN, 201, 422),
    "GET /plans/{pk}": _missing(PLANNERS),
    "POST /plans/{pk}/versions": _act(PLANNERS),
    "GET /plan-versions": read(PLANNERS),
    "GET /plan-versions/{pk}": _missing(PLANNERS),
    "GET /plan-versions/{pk}/cells": _missing(PLANNERS),
    "PUT /plan-versions/{pk}/cells": _act(PLANNERS, {"revision": 0, "cells": [_CELL]}),
    "GET /plan-versions/{pk}/checks": _missing(PLANNERS, "read:figures"),
    "POST /plan-versions/{pk}/propose": _act(PLANNERS),
    "POST /plan-versions/{pk}/sign": _act((HEAD, SUPERVISOR), {"side": "sales"}),
    "POST /plan-versions/{pk}/take-back": _act(PLANNERS),
    "POST /plan-versions/{pk}/withdraw": _act(PLANNERS),
    "POST /plan-versions/{pk}/restore": _act(PLANNERS),
    "GET /planned-figures": _figures(PLANNERS, 422),
    "GET /payment-forecast": _figures(PLANNERS, 200, 422),
    "GET /overdue-payments": Call(PLANNERS, "read:records", (200, 422)),
    # pay
    "GET /schemes": read(ROLES),
    "POST /schemes": _new(PAYERS, {"name": "Sellers", "side": "sales"}),
    "GET /schemes/{pk}": _missing(ROLES),
    "GET /schemes/{pk}/versions": _missing(PAYERS),
    "POST /schemes/{pk}/versions": _act(PAYERS, _RULES),
    "POST /schemes/{pk}/members": _act(PAYERS, {"user_id": 987_654, "starts_on": "2026-01-01"}),
    "GET /scheme-members": read(PAYERS),
    "POST /scheme-members/{pk}/end": _act(PAYERS, {"ends_on": "2026-01-01"}),
    "GET /scheme-versions/{pk}": _missing(PAYERS),
    "PUT /scheme-versions/{pk}": _act(PAYERS, _RULES),
    "POST /scheme-versions/{pk}/approve": _act(PAYERS),
    "POST /scheme-versions/{pk}/withdraw": _act(PAYERS),
    "POST /scheme-versions/{pk}/try": _act(PAYERS, {"first_month": "2026-01-01", "last_month": "2026-01-01"}),
    "POST /formulas/check": _new(PAYERS, {"text": "base"}, 200),
    "GET /formula-names": read(PAYERS),
    "GET /pay-flags": read(PAYERS),
    "GET /pay-runs": read(PAYERS),
    "POST /pay-runs": _new(PAYERS, {"month": "2126-01-01"}, 422),
    "GET /pay-runs/{pk}": _missing(PAYERS),
    "DELETE /pay-runs/{pk}": Call(PAYERS, "write:records", (404,), {"pk": "987654"}),
    "POST /pay-runs/{pk}/approve": _act(PAYERS, {"digest": "0" * 64}),
    "POST /pay-runs/{pk}/late-facts": _act(PAYERS),
    "GET /pay-runs/{pk}/payroll": _missing(PAYERS),
    "GET /statements": read(ROLES),
    "GET /statements/{pk}": _missing(ROLES),
    "POST /statements/{pk}/disputes": _act(ROLES, {"text": "So."}),
    "GET /disputes": read(ROLES),
    "POST /disputes/{pk}/answer": _act(PAYERS, {"accepted": True, "answer": "So."}),
    "POST /disputes/{pk}/withdraw": _act(ROLES),
    "GET /adjustments": read(ROLES),
    "POST /adjustments": _new(PAYERS, {"user_id": 987_654, "amount_minor": 1, "reason": "So."}, 422),
    "POST /adjustments/{pk}/decision": _act(PAYERS, {"decision": "approved"}),
    "GET /deals/{pk}/shares": _missing(PAYERS),
    "PUT /deals/{pk}/shares": _act(PAYERS, {"shares": []}),
    "GET /conflict-reports": read((HEAD,)),
    "POST /conflict-reports": _new((HEAD,), {}, 202),
    "GET /conflict-reports/{pk}": _missing((HEAD,)),
    "POST /conflict-reports/{pk}/mends": _act((HEAD,), {"place": 0}),
    # together
    "GET /standings": _figures(ROLES),
    "GET /contests": _figures(ROLES),
    "POST /contests": _new(PLANNERS, _CONTEST, 422),
    "GET /contests/{pk}": _missing(ROLES, "read:figures"),
    "PUT /contests/{pk}": _act(PLANNERS, _CONTEST),
    "POST /contests/{pk}/call-off": _act(PLANNERS),
    "POST /contests/{pk}/call-on": _act(PLANNERS),
    "POST /contests/{pk}/prizes/{prize}": Call(PLANNERS, "write:records", (404,), {"pk": "987654", "prize": "1"}, {}),
    "GET /evening/channels": read(ROLES),
    "POST /evening/channels": _new(SETTINGS, _CHANNEL, 422),
    "POST /evening/channels/{pk}/stop": _act(SETTINGS),
    "POST /evening/channels/{pk}/resume": _act(SETTINGS),
    "POST /evening/channels/{pk}/test": _act(SETTINGS),
    "GET /evening/deliveries": read(ROLES),
    "GET /evening/deliveries/{pk}": _missing(ROLES),
    "POST /evening/deliveries/{pk}/again": _act(ROLES),
    "GET /suppressed": read(SUPPRESSED),
    "GET /stages": read(PEOPLE),
    "GET /colleagues": read(PEOPLE),
    "GET /objections": read(PEOPLE),
}
