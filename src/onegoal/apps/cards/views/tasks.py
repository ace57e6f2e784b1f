"""The list of tasks, and what is done with one: set, done, put off, handed over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from onegoal.apps.accounts.models import User
from onegoal.apps.accounts.rights import Right, has_right, requires
from onegoal.apps.audit.batches import in_one_batch
from onegoal.apps.cards.days import CHOICES, Choice, moved_to
from onegoal.apps.cards.forms import TaskForm
from onegoal.apps.cards.queries_tasks import EVERYBODY, TaskFilter, assignable, first_tasks, grouped, open_tasks
from onegoal.apps.cards.services import TaskIsDone, add_task, finish_task, move_task, reassign_task, reopen_task
from onegoal.apps.cards.views.answers import answer_panel, reader_of, record_for, record_of_task, say_undoable
from onegoal.apps.sales.models import Deal, Lead, Task, TaskKind
from onegoal.apps.sales.queries import visible_tasks
from onegoal.apps.shell.figures import language
from onegoal.apps.shell.numbers import write_moment
from onegoal.apps.shell.toasts import say
from onegoal.apps.shell.undoing import came_from


@requires(Right.WRITE_SALES)
@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """The reader's tasks by when they are due; a supervisor's team too."""
    context = _listed(request, request.GET)
    name = "cards/task_list.html" if _is_list(request) else "cards/tasks.html"
    return render(request, name, context)


@requires(Right.WRITE_SALES)
@require_POST
def task_new(request: HttpRequest) -> HttpResponse:
    """Set a task, about a card or by itself."""
    user = reader_of(request)
    record = _record_named(request)
    colleagues = {one.pk: one for one in assignable(user)}
    form = TaskForm(request.POST, colleagues=colleagues.values())
    if not form.is_valid():
        faults = " ".join(str(fault) for faults in form.errors.values() for fault in faults)
        say(request, faults, level=messages.ERROR)
        return _answer(request, record, status=422)
    assignee = colleagues.get(form.cleaned_data["assignee"], user)
    with in_one_batch("task") as batch:
        add_task(
            title=form.cleaned_data["title"], kind=form.cleaned_data["kind"] or TaskKind.OTHER, assignee=assignee,
            due_at=form.moment(timezone.localtime()), now=timezone.now(), record=record,
        )  # fmt: skip
    say_undoable(request, _("The task is set."), batch)
    return _answer(request, record)


@requires(Right.WRITE_SALES)
@require_POST
def task_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a task as done, with an undo."""
    result = request.POST.get("result", "").replace("\x00", "").strip()[:300]
    return _change(request, pk, lambda task: finish_task(task=task, now=timezone.now(), result=result), _("Done."))


@requires(Right.WRITE_SALES)
@require_POST
def task_reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a finished task back."""
    return _change(request, pk, lambda task: reopen_task(task=task, now=timezone.now()), _("The task is open again."))


@requires(Right.WRITE_SALES)
@require_POST
def task_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a task off to another day."""
    choice = request.POST.get("when", "")
    if choice not in list(Choice):
        return HttpResponse(status=400)

    def move(task: Task) -> Task:
        due_at = moved_to(choice, localtime(task.due_at) if task.due_at else None, timezone.localtime())
        return move_task(task=task, due_at=due_at, now=timezone.now())

    return _change(request, pk, move, _("The task is moved: %(when)s.") % {"when": dict(CHOICES)[choice]})


@requires(Right.ASSIGN)
@require_POST
def task_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a task to a colleague, or take it oneself."""
    user = reader_of(request)
    chosen = request.POST.get("assignee", "")
    is_id = chosen.isascii() and chosen.isdigit() and len(chosen) < 19
    colleagues = User.objects.filter(pk__in=[*assignable(user).values_list("pk", flat=True), user.pk])
    assignee = get_object_or_404(colleagues, pk=int(chosen) if is_id else 0)
    said = _("The task is %(name)s's now.") % {"name": assignee.name}
    return _change(request, pk, lambda task: reassign_task(task=task, assignee=assignee, now=timezone.now()), said)


def _change(request: HttpRequest, pk: int, change: Callable[[Task], Task], said: str) -> HttpResponse:
    task = get_object_or_404(visible_tasks(reader_of(request)).select_related("deal"), pk=pk)
    record = record_of_task(request, task) if request.POST.get("card") else None
    try:
        with in_one_batch("task") as batch:
            change(task)
    except TaskIsDone as done:
        moment = write_moment(done.task.done_at, language(), timezone.get_current_timezone())
        told = _("Somebody was quicker: this task was done at %(when)s.") % {"when": moment}
        say(request, told, level=messages.WARNING)
        return _answer(request, record, status=409)
    say_undoable(request, said, batch)
    return _answer(request, record)


def _answer(request: HttpRequest, record: Lead | Deal | None, *, status: int = 200) -> HttpResponse:
    """Answer with the panel of the card or the list that the form stands in, else go back there."""
    if record is not None:
        return answer_panel(request, record, "tasks", status=status)
    if _is_list(request):
        return render(request, "cards/task_list.html", _listed(request, request.POST), status=status)
    return redirect(came_from(request, "cards:tasks"))


def _record_named(request: HttpRequest) -> Lead | Deal | None:
    of, pk = request.POST.get("card", ""), request.POST.get("record", "")
    if of not in ("lead", "deal"):
        return None
    return record_for(request, of, int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 19 else 0)


def _is_list(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and htmx.target == "tasks"


def _listed(request: HttpRequest, asked: Any) -> dict[str, Any]:
    user, now = reader_of(request), timezone.localtime()
    colleagues = list(assignable(user))
    wanted = TaskFilter(
        whose=asked.get("whose", "") if colleagues else "",
        kind=asked.get("kind_of", "") if asked.get("kind_of", "") in TaskKind.values else "",
        about=asked.get("about", ""),
    )
    found, is_cut = first_tasks(open_tasks(user, wanted))
    return {
        "groups": grouped(found, now),
        "is_cut": is_cut,
        "count": len(found),
        "asked": wanted,
        "now": now,
        "colleagues": colleagues,
        "everybody": EVERYBODY,
        "kinds": TaskKind.choices,
        "choices": CHOICES,
        "form": TaskForm(auto_id="task-%s", colleagues=colleagues),
        "may_write": True,
        "may_assign": has_right(user, Right.ASSIGN),
    }
