"""Calls of the little company with real sound, and a scorecard to judge them by."""

from __future__ import annotations

import datetime as dt
import io
import math
import struct
import wave
from pathlib import Path
from typing import Any

from tests.world import NOW, lead_row, person_ref


def wav(seconds: float = 2.0) -> bytes:
    """A tone of 440 Hz as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        samples = (int(9_000 * math.sin(n * 0.3455)) for n in range(int(8000 * seconds)))
        sound.writeframes(b"".join(struct.pack("<h", one) for one in samples))
    return file.getvalue()


def keep_sound(folder: Any, name: str = "talk.wav", content: bytes | None = None) -> str:
    """Put a recording into the folder of recordings and return its name there."""
    path = Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wav() if content is None else content)
    return name


def make_call(seller: Any, number: int = 1, *, at: dt.datetime = NOW, lead: Any = None, **said: Any) -> Any:
    """An answered call of three minutes; say what differs."""
    from onegoal.apps.sales.models import Call

    values = {
        "direction": "out",
        "is_answered": True,
        "talk_seconds": 180,
        "source": "pbx",
        "source_id": f"{seller.name}-{number}",
    }
    person = lead.person if lead else None
    return Call.objects.create(seller=seller, lead=lead, person=person, started_at=at, **(values | said))


def make_lead(seller: Any, number: int = 1) -> Any:
    """A lead of the seller's in River Park."""
    from onegoal.apps.sales.models import Lead
    from onegoal.apps.sales.services import take_in_leads

    key = f"of-{seller.name}-{number}"
    ion = person_ref("Ion Pop", phone=f"+4073{seller.pk % 100:02d}{number:05d}")
    take_in_leads(rows=[lead_row(key, person=ion, seller=seller.email, project="River Park")], now=NOW)
    return Lead.objects.get(source_id=key)


def make_scorecard(name: str = "Script", *, is_active: bool = True) -> Any:
    """Greeting (yes or no), needs (0 to 5, may not apply), next step (yes or no), remarks (text, may be left out)."""
    from onegoal.apps.quality.models import Question, Scorecard

    card = Scorecard.objects.create(name=name, is_active=is_active, created_at=NOW)
    for position, (step, kind, weight, more) in enumerate(
        (
            ("Greeting", "yes_no", 1, {}),
            ("Needs", "scale", 2, {"may_not_apply": True}),
            ("Next step", "yes_no", 1, {}),
            ("Remarks", "text", 0, {"is_mandatory": False}),
        )
    ):
        Question.objects.create(
            scorecard=card, position=position, step=step, text=f"{step}?", kind=kind, weight=weight, **more
        )
    return card


def judge(call: Any, reviewer: Any, *values: int | None, card: Any = None, now: dt.datetime = NOW) -> Any:
    """A finished review with points for the first questions; None means that one does not apply."""
    from onegoal.apps.quality.services.reviews import answer_question, finish_review, start_review

    review = start_review(call=call, reviewer=reviewer, now=now, scorecard=card)
    questions = review.scorecard.questions.all()
    for question, value in zip(questions, values, strict=False):
        answer_question(review=review, question=question, value=value, does_not_apply=value is None, now=now)
    return finish_review(review=review, now=now)
