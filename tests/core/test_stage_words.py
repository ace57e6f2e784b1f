"""What stage names of real systems mean."""

from __future__ import annotations

import pytest

from onegoal.core.stage_words import guess_kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Успешно реализовано", "won"),
        ("Закрыто и не реализовано", "lost"),
        ("не квалифицирован", "rejected"),
        ("Не квалифицированный лид", "rejected"),
        ("НЕКАЧЕСТВЕННЫЙ ЛИД", "rejected"),
        ("Качественный лид", "qualified"),
        ("Квалифицирован", "qualified"),
        ("Квалификация", "open"),
        ("Нецелевой", "rejected"),
        ("Целевой", "qualified"),
        ("Забронировано", "reserved"),
        ("Устная бронь", "reserved"),
        ("Снятие брони", "open"),
        ("ДДУ подписан", "won"),
        ("ДДУ на подписании", "open"),
        ("Договор не подписан", "open"),
        ("Первичный контакт", "open"),
        ("Переговоры", "open"),
        ("Принимают решение", "open"),
        ("Отложенный спрос", "nurture"),
        ("Contract semnat", "won"),
        ("Contract nesemnat", "open"),
        ("Pierdut", "lost"),
        ("Respins", "rejected"),
        ("Calificat", "qualified"),
        ("Necalificat", "rejected"),
        ("Rezervat", "reserved"),
        ("Szerződéskötés", "won"),
        ("Elutasítva", "rejected"),
        ("Minősített", "qualified"),
        ("Nem minősített", "rejected"),
        ("Lefoglalva", "reserved"),
        ("Sikertelen", "lost"),
        ("Closed Won", "won"),
        ("Closed Lost", "lost"),
        ("Won", "won"),
        ("Lost", "lost"),
        ("Wonderful new thing", "open"),
        ("Engaging", "open"),
        ("Prospecting", "open"),
        ("Unqualified", "rejected"),
        ("Not qualified", "rejected"),
        ("Qualified", "qualified"),
        ("closedwon", "won"),
        ("closedlost", "lost"),
        ("appointmentscheduled", "open"),
        ("presentationscheduled", "open"),
        ("qualifiedtobuy", "qualified"),
        ("contractsent", "open"),
        ("", "open"),
    ],
)
def test_a_stage_name_tells_its_meaning(name: str, kind: str) -> None:
    assert guess_kind(name) == kind
