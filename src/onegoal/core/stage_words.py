"""What a stage means, guessed from its name in English, Russian, Romanian or Hungarian."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from onegoal.core.search import search_key

OPEN: Final = "open"

# Beginnings of words as `search_key` writes them: the longest that fits decides, so that "not qualified" beats
# "qualified" and "closed lost" beats "closed". A leading "=" asks for the whole word, a space parts words.
_WORDS: Final = {
    "won": (
        "closed won, closedwon, =won, =win, deal won, signed, contract signed, contract is signed, sold, purchase complete, "
        "успешно, успех, успешно реализован, сделка успешна, выиграна, выигран, выиграно, =продано, =продан, =продана, "
        "договор подписан, дду подписан, договор заключен, подписан договор, подписание дду, сделка заключена, "
        "сделка состоялась, оплачено, оплачен полностью, купил, покупка совершена, "
        "contract semnat, semnat, castigat, castigata, vandut, vanduta, incheiat cu succes, finalizat cu succes, "
        "tranzactie finalizata, szerzodeskotes, szerzodes alairva, alairt szerzodes, alairva, megnyert, megnyerve, "
        "nyert, eladva, elkelt, sikeres, sikeresen lezart"
    ),
    "lost": (
        "closed lost, closedlost, =lost, =lose, deal lost, cancelled, canceled, abandoned, not interested, "
        "закрыто и не реализовано, закрыта и не реализована, не реализован, нереализован, проиграна, проигран, проиграно, "
        "сделка не состоялась, сделка провалена, провал, отказ, отказался, потеряна, потерян, потеряно, расторгнут, "
        "расторжение, аннулирован, отменен, отменена, неуспешн, неудач, "
        "pierdut, pierduta, anulat, anulata, renuntat, renuntare, nereusit, refuz client, "
        "elvesztett, elveszett, elveszitett, vesztett, elbukott, meghiusult, visszalepett, elallt, sikertelen, lemondva"
    ),
    "rejected": (
        "rejected, reject, disqualified, unqualified, not qualified, non qualified, nonqualified, not a lead, junk, spam, "
        "duplicate, bad timing, invalid, wrong number, unable to qualify, "
        "не квалифицирован, неквалифицирован, не квалифицирована, не прошел квалификацию, дисквалифицирован, "
        "некачественный, некачествен, не качественный, нецелевой, нецелевая, нецелев, не целевой, не целевая, не целев, "
        "брак, забракован, спам, дубль, дубликат, ошибочн, неверный номер, отклонен, отклонена, отбракован, мусор, "
        "respins, respinsa, necalificat, descalificat, nu este calificat, neinteresat, neeligibil, duplicat, invalid, "
        "elutasitva, elutasitott, elutasit, nem minosit, nem megfelelo, alkalmatlan, ervenytelen, kizart, duplikalt, "
        "teves szam"
    ),
    "qualified": (
        "qualified, sales qualified, salesqualified, sql, qualified to buy, qualifiedtobuy, opportunity, converted, "
        "квалифицирован, квалифицирована, квалификация пройдена, качественный, качественная, целевой, целевая, "
        "сконвертирован, конвертирован, готов к сделке, квал лид, "
        "calificat, calificata, convertit, eligibil, oportunitate, "
        "minositett, minositve, kvalifikalt, konvertalt, lehetoseg"
    ),
    "nurture": (
        "nurture, nurturing, on hold, postponed, later, recycle, recycled, "
        "отложен, отложена, отложено, отложенный, думает, думают, на потом, прогрев, подогрев, взращивание, дозревает, "
        "ожидание решения, вернуться позже, долгосрочн, "
        "amanat, amanata, in asteptare, mai tarziu, cultivare, "
        "halasztva, elhalasztva, kesobb, gondozas, gondolkodik, varakoz"
    ),
    "reserved": (
        "reserved, reservation, booked, booking, on reserve, deposit paid, "
        "забронирован, забронировано, бронь, бронирование, бронирован, устная бронь, платная бронь, в брони, резерв, "
        "зарезервирован, задаток, "
        "rezervat, rezervata, rezervare, avans platit, "
        "foglalas, foglalva, lefoglalva, lefoglalt, foglalt, foglalo, eloszerzodes"
    ),
    OPEN: (
        "presentation scheduled, presentationscheduled, appointment scheduled, appointmentscheduled, contract sent, "
        "contractsent, decision maker, decisionmakerboughtin, prospecting, engaging, in progress, in work, qualifying, "
        "qualification, marketing qualified, marketingqualified, not signed, unsigned, to be signed, awaiting signature, "
        "pre booking call, cancelled meeting, "
        "квалификация, на квалификации, в работе, на подписании, подписание, договор на подписании, не подписан, "
        "ожидает подписания, ожидание подписания, согласование договора, снятие брони, не оплачен, не оплачено, не продан, "
        "calificare, in curs de calificare, de semnat, nesemnat, in curs de semnare, contract trimis, "
        "minosites, minosites alatt, alairas alatt, alairasra var, nincs alairva"
    ),
}  # fmt: skip


def guess_kind(name: str) -> str:
    """What a stage called `name` most likely means: a kind of stage (`won`, `qualified` ...), `open` when no word tells.

    Words are compared from their beginnings, without case, accents and punctuation; of several that fit, the longest
    decides.
    """
    words = re.sub(r"[\W_]+", " ", search_key(name)).strip()
    text = f" {words} "
    return next((kind for phrase, kind in _phrases() if phrase in text), OPEN)


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    pairs = [
        (f" {search_key(word).removeprefix('=')}{' ' if word.startswith('=') else ''}", kind)
        for kind, words in _WORDS.items()
        for word in (part.strip() for part in words.split(","))
    ]
    return tuple(sorted(pairs, key=lambda pair: len(pair[0]), reverse=True))
