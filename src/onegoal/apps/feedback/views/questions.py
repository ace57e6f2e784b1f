"""Questions between the departments: the list, asking, answering, taking back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, requires
from onegoal.apps.feedback import queries, services
from onegoal.apps.feedback.forms import AnswerForm, AskForm
from onegoal.apps.feedback.models import DepartmentQuestion
from onegoal.apps.feedback.views.marks import panel_answer
from onegoal.apps.marketing.models import Campaign
from onegoal.apps.regulation.models import Side
from onegoal.apps.sales.models import Lead
from onegoal.apps.sales.queries import visible_calls, visible_leads
from onegoal.apps.shell.figures import show_moment
from onegoal.apps.shell.responses import respond
from onegoal.apps.shell.tables import Column, Filter, Table
from onegoal.apps.shell.toasts import say

_STATES = (
    (queries.WAITING, gettext_lazy("waiting")),
    (queries.LATE, gettext_lazy("late")),
    (queries.ANSWERED, gettext_lazy("answered")),
)


@requires(Right.GIVE_FEEDBACK)
@require_GET
def questions(request: HttpRequest) -> HttpResponseBase:
    """Questions the reader asked or may answer: those that wait first, late ones on top."""
    user, now = _user(request), timezone.now()
    rows = queries.with_state(queries.visible_questions(user), now=now)
    table = _table().bind(request, rows.select_related("author", "addressee", "lead__person", "call", "campaign"))
    context = {
        "table": table,
        "to_me": queries.questions_to(user).count(),
        "late": queries.late_questions(user, now=now).count(),
    }
    return respond(request, "feedback/questions.html", context, table)


@requires(Right.GIVE_FEEDBACK)
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, pk: int) -> HttpResponse:
    """One question with its answer, or the form to answer it."""
    user = _user(request)
    shown = get_object_or_404(queries.visible_questions(user).select_related("author", "lead__person"), pk=pk)
    may_answer = shown.side in queries.sides_of(user) and shown.answered_at is None
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not may_answer and shown.answered_at is None:
            raise Http404
        if form.is_valid() and _answered(request, shown, form.cleaned_data["answer"]):
            return _after_answer(request, shown)
        if shown.answered_at or not form.is_bound or form.is_valid():
            return redirect("feedback:question", pk=pk)
    context = {"question": shown, "form": form, "may_answer": may_answer, "about": _about(shown), "now": timezone.now()}
    return render(request, "feedback/question.html", context)


@requires(Right.GIVE_FEEDBACK)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the other department about a lead, a call or a campaign named in the address."""
    user, now = _user(request), timezone.now()
    subject = _subject(request, user)
    prefix = "ask" if "ask-text" in request.POST else None
    form = AskForm(
        request.POST or None, colleagues=queries.colleagues_of_sides(), prefix=prefix,
        initial={"side": queries.other_side(user)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        made = services.ask_department(
            side=_side_of(said["side"], said["addressee"]), author=user, text=said["text"],
            addressee=said["addressee"], due_at=form.due_at(now), now=now, **subject,
        )  # fmt: skip
        text = _("Asked. The answer is due %(moment)s.") % {"moment": show_moment(made.due_at)}
        say(request, text, undo=reverse("feedback:withdraw", args=[made.pk]))
        lead = subject.get("lead")
        if isinstance(lead, Lead):
            return panel_answer(request, lead)
        return redirect("feedback:questions")
    status = 422 if form.errors else 200
    return render(request, "feedback/ask.html", {"form": form, "about": _about_subject(subject)}, status=status)


@requires(Right.GIVE_FEEDBACK)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back one's own question that nobody answered."""
    asked = get_object_or_404(DepartmentQuestion, pk=pk, author=_user(request), withdrawn_at=None)
    try:
        services.withdraw_question(question=asked, now=timezone.now())
    except services.AlreadyAnswered:
        say(request, _("It is answered already, so it stays."), level=messages.ERROR)
        return redirect("feedback:question", pk=pk)
    say(request, _("The question is taken back."), undo=reverse("feedback:restore", args=[pk]))
    return redirect("feedback:questions")


@requires(Right.GIVE_FEEDBACK)
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a question again that was taken back."""
    asked = get_object_or_404(DepartmentQuestion, pk=pk, author=_user(request), withdrawn_at__isnull=False)
    services.restore_question(question=asked, now=timezone.now())
    say(request, _("The question is asked again."))
    return redirect("feedback:questions")


def _answered(request: HttpRequest, shown: DepartmentQuestion, answer: str) -> bool:
    try:
        services.answer_question(question=shown, author=_user(request), answer=answer, now=timezone.now())
    except services.AlreadyAnswered as late:
        who = late.question.answered_by
        text = _("%(name)s answered it before you. Your answer was not kept.") % {"name": who or ""}
        say(request, text, level=messages.ERROR)
        return False
    say(request, _("Answered."))
    return True


def _after_answer(request: HttpRequest, shown: DepartmentQuestion) -> HttpResponse:
    if getattr(request, "htmx", False) and shown.lead:
        return panel_answer(request, shown.lead)
    waiting = queries.questions_to(_user(request)).order_by("due_at").first()
    return redirect("feedback:question", pk=waiting.pk) if waiting else redirect("feedback:questions")


def _side_of(side: str, addressee: User | None) -> str:
    """Return the department asked: that of the colleague named, where one is."""
    own = queries.sides_of(addressee) if addressee else frozenset()
    return side if not own or side in own else next(iter(own))


def _subject(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return what the question is about, of what the user can see."""
    given = {**request.GET.dict(), **request.POST.dict()}
    finders = {"lead": visible_leads(user), "call": visible_calls(user), "campaign": Campaign.objects.all()}
    for name, visible in finders.items():
        pk = given.get(name, "")
        if pk:
            return {name: get_object_or_404(visible, pk=pk if pk.isdecimal() and len(pk) < 19 else 0)}
    return {}


def _about(shown: DepartmentQuestion) -> dict[str, str] | None:
    return _about_subject({"lead": shown.lead, "call": shown.call, "campaign": shown.campaign})


def _about_subject(subject: dict[str, Any]) -> dict[str, str] | None:
    """Return the words and the address of what a question is about."""
    lead, call, campaign = subject.get("lead"), subject.get("call"), subject.get("campaign")
    if lead:
        return {"text": _("Lead: %(name)s") % {"name": lead.person}, "url": _url("cards:lead", lead.pk)}
    if call:
        text = _("Call of %(moment)s") % {"moment": show_moment(call.started_at)}
        return {"text": text, "url": _url("cards:lead", call.lead_id) if call.lead_id else ""}
    if campaign:
        return {"text": _("Campaign: %(name)s") % {"name": campaign.name}, "url": ""}
    return None


def _url(name: str, pk: int) -> str:
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def _table() -> Table:
    return Table(
        key="questions",
        title=_("Questions"),
        columns=[
            Column("text", _("question"), link=lambda one: reverse("feedback:question", args=[one.pk])),
            Column("about", _("about"), value=lambda one: (_about(one) or {}).get("text"), sortable=False),
            Column("author", _("asked by"), value="author.name", order_by="author__name"),
            Column("side", _("asked of"), value=_to, order_by="side"),
            Column("due_at", _("answer due"), kind="moment"),
            Column("state", _("state"), value=_state, sortable=False),
            Column("answered_at", _("answered at"), kind="moment", visible=False),
            Column("answer", _("answer"), visible=False),
        ],
        default_sort="due_at",
        search=["text", "answer"],
        filters=[
            Filter("state", _("State"), _STATES),
            Filter("side", _("Department asked"), Side.choices),
        ],
        stacks=True,
        empty_title=_("No questions"),
        empty_text=_("Ask the other department about a lead on its card, or about a campaign here."),
    )


def _to(one: DepartmentQuestion) -> str:
    return one.addressee.name if one.addressee else one.get_side_display()


def _state(one: Any) -> str:
    return str(dict(_STATES)[one.state])


def _user(request: HttpRequest) -> User:
    return request.user  # type: ignore[return-value]
