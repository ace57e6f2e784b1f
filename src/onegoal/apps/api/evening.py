"""The evening report over the API: where it goes, what was sent, and a test at once."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StrictInt

from onegoal.apps.accounts.rights import Right
from onegoal.apps.api.callers import reader, writer
from onegoal.apps.api.incoming import In, NoBody
from onegoal.apps.api.listing import add_list, found
from onegoal.apps.api.pages import Narrow, check_parameters
from onegoal.apps.api.problems import Problem
from onegoal.apps.api.refusals import refuse_form
from onegoal.apps.audit.sendings import DeliveryState, send_again
from onegoal.apps.evening.forms import ChannelForm
from onegoal.apps.evening.models import Channel, ChannelKind, Delivery
from onegoal.apps.evening.queries.channels import can_send, deliveries_of, masked, visible_channels
from onegoal.apps.evening.services.channels import Place, add_channel, ask_for_test, resume_channel, stop_channel
from onegoal.apps.evening.views.log import may_read
from onegoal.apps.evening.words import why_not_sent, why_stopped

router = Router(tags=["evening report"])
_OF_CHANNELS = (Narrow("kind", "kind", tuple(ChannelKind.values)),)
_OF_DELIVERIES = (Narrow("channel_id", "channel_id"), Narrow("state", "state", tuple(DeliveryState.values)))


class ChannelIn(In):
    """A place the report goes to: what it tells is what its reader may see. The address is not shown again."""

    kind: Literal["telegram", "email", "slack", "mattermost"]
    name: Annotated[str, Field(min_length=1, max_length=120)]
    address: Annotated[str, Field(min_length=1, max_length=500)]
    reader_id: StrictInt
    team_id: StrictInt | None = None
    due_at: dt.time | None = None
    language: Annotated[str, Field(max_length=2)] = ""


class ChannelOut(Schema):
    """A channel; `address` is masked where it is a secret, `stopped` says why nothing goes there any more."""

    id: int
    kind: str
    name: str
    address: str
    reader_id: int
    team_id: int | None
    due_at: dt.time | None
    language: str
    stopped_at: dt.datetime | None
    stopped: str

    @staticmethod
    def resolve_address(channel: Channel) -> str:
        return masked(channel)

    @staticmethod
    def resolve_stopped(channel: Channel) -> str:
        return why_stopped(channel.stopped_because) if channel.stopped_at else ""


class DeliveryOut(Schema):
    """The report of one day to one channel and what became of it; figures are as of `cutoff_at`."""

    id: int
    channel_id: int
    day: dt.date
    is_test: bool
    state: str
    attempts: int
    cutoff_at: dt.datetime | None
    data_version: str
    sent_at: dt.datetime | None
    why_not: str

    @staticmethod
    def resolve_why_not(delivery: Delivery) -> str:
        return why_not_sent(delivery.error) if delivery.error else ""


class WholeDeliveryOut(DeliveryOut):
    """With its text; null for those who may not see its figures."""

    text: str | None

    @staticmethod
    def resolve_text(delivery: Any) -> str | None:
        return delivery.text if delivery.is_told else None


add_list(
    router, "/evening/channels", visible_channels, ChannelOut, Right.SEE_GOAL, narrows=_OF_CHANNELS,
    summary="Where the evening report goes",
    says="List the own channels; all of them for those who set the report.",
)  # fmt: skip
add_list(
    router, "/evening/deliveries", deliveries_of, DeliveryOut, Right.SEE_GOAL, narrows=_OF_DELIVERIES,
    summary="What was sent", says="List what was or is to be sent through the channels the caller may see.",
)  # fmt: skip


@router.get("/evening/deliveries/{int:pk}", response=WholeDeliveryOut, summary="One report with its text")
def read_delivery(request: HttpRequest, pk: int) -> Any:
    """Read what was sent; the text is for its reader, and for whoever sees everything."""
    user = reader(request, Right.SEE_GOAL).user
    check_parameters(request, ())
    one = found(deliveries_of(user), pk)
    one.is_told = may_read(user, one)
    return one


@router.post("/evening/channels", response={201: ChannelOut}, summary="Send the report to a place")
def make(request: HttpRequest, body: ChannelIn) -> Any:
    """Have the report sent to a place from now on; 409 names the channel that serves it already."""
    user = writer(request, Right.SET_EVENING).user
    said = body.model_dump(exclude={"reader_id", "team_id"}) | {"reader": body.reader_id, "team": body.team_id}
    form = ChannelForm(said)
    refuse_form(form, reader="reader_id", team="team_id")
    return Status(201, add_channel(place=Place(**form.cleaned_data), author=user, now=timezone.now()))


@router.post("/evening/channels/{int:pk}/stop", response=ChannelOut, summary="Send there no longer")
def stop(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Send no further report to a channel."""
    user = writer(request, Right.SET_EVENING).user
    stop_channel(channel=found(visible_channels(user), pk), because="by_hand", now=timezone.now())
    return found(visible_channels(user), pk)


@router.post("/evening/channels/{int:pk}/resume", response=ChannelOut, summary="Send there again")
def resume(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Send to a stopped channel again, from the next report on."""
    user = writer(request, Right.SET_EVENING).user
    resume_channel(channel=found(visible_channels(user), pk), now=timezone.now())
    return found(visible_channels(user), pk)


@router.post("/evening/channels/{int:pk}/test", response={202: DeliveryOut}, summary="Send a test")
def test(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Have the report of the present day sent at once, marked as a test; its delivery says what became of it."""
    channel: Channel = found(visible_channels(writer(request, Right.SET_EVENING).user), pk)
    if channel.stopped_at is not None or not can_send(channel.kind):
        said = _("Nothing was sent: the channel is stopped, or this installation cannot send by it yet.")
        raise Problem(422, "cannot_send", said)
    return Status(202, ask_for_test(channel=channel, day=timezone.localdate(), now=timezone.now()))


@router.post("/evening/deliveries/{int:pk}/again", response=DeliveryOut, summary="Send a report again")
def again(request: HttpRequest, pk: int, body: NoBody) -> Any:
    """Send again what failed or was cut off."""
    user = writer(request, Right.SEE_GOAL).user
    one: Delivery = found(deliveries_of(user), pk)
    if not send_again(Delivery.objects.filter(pk=one.pk, channel__stopped_at=None), now=timezone.now()):
        said = _("This report is on its way or its channel is stopped.")
        raise Problem(409, "not_stuck", said)
    return found(deliveries_of(user), pk)
