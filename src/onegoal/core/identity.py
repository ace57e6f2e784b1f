"""One spelling for each phone, e-mail address and messenger name, so that one person is found once."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final, Literal, NamedTuple

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from onegoal.core.problems import ValueProblem
from onegoal.core.search import search_key

__all__ = [
    "Network",
    "Phone",
    "normalise_email",
    "normalise_handle",
    "normalise_phone",
    "parse_phone",
    "search_key",
    "split_phones",
]

Network = Literal["telegram", "whatsapp", "vk", "instagram"]

_LONGEST: Final = 100
_EXPONENT: Final = re.compile(r"\+?\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_FLOAT: Final = re.compile(r"(\+?\d{7,15})[.,]0+")
_SEVERAL: Final = re.compile(r"[,;|/\n]+|\s+(?:и|and|și|és)\s+")
_INVISIBLE: Final = ("Cf", "Cc")


class Phone(NamedTuple):
    """A phone in E.164 (`+79123456789`) and the extension behind it, '' when there is none."""

    number: str
    extension: str


def normalise_phone(text: str, *, region: str) -> str:
    """The phone in E.164, without its extension. See `parse_phone`."""
    return parse_phone(text, region=region).number


@lru_cache(maxsize=200_000)
def parse_phone(text: str, *, region: str) -> Phone:
    """The phone a text means; `region` is the ISO country whose habits hold for numbers without a country code.

    Knows 8 and +8 for +7 in Russia and Kazakhstan, 00 and 007 before a country code, a country code without its plus,
    letters on keys, and the `.0` that a table of floats leaves behind.
    Raises: ValueProblem `phone_empty`, `phone_digits_lost` (a workbook turned it into 7.9E+10), `phone_several`,
    `phone_junk` (one digit repeated), `phone_not_valid`.
    """
    clean = _visible(text)
    if not clean:
        raise ValueProblem("phone_empty", text)
    if _EXPONENT.fullmatch(clean.replace(" ", "")):
        raise ValueProblem("phone_digits_lost", text)
    if len(clean) > _LONGEST:
        raise ValueProblem("phone_not_valid", text)
    if len(split_phones(clean)) > 1:
        raise ValueProblem("phone_several", text)
    for candidate in _candidates(clean, region):
        if found := _valid(candidate, region):
            return _phone(found, text)
    raise ValueProblem("phone_not_valid", text)


def split_phones(text: str) -> list[str]:
    """The several phones one cell may hold, parted by a comma, semicolon, slash, bar, new line or "and"."""
    parts = [part.strip() for part in _SEVERAL.split(text)]
    long_enough = [part for part in parts if sum(c.isdigit() for c in part) >= 7]
    return long_enough if len(long_enough) > 1 else [text.strip()]


@lru_cache(maxsize=100_000)
def normalise_email(text: str) -> str:
    """The address in one spelling: lower case, NFKC, an international domain in its own letters.

    The part before @ is lowered too: mailboxes that differ only by case do not occur, two spellings of one do.
    Raises: ValueProblem `email_empty`, `email_not_valid`.
    """
    clean = unicodedata.normalize("NFKC", _visible(text)).removeprefix("mailto:")
    if named := re.fullmatch(r"[^<>]*<([^<>]+)>", clean):
        clean = named.group(1)
    clean = clean.strip().rstrip(".,;")
    if not clean:
        raise ValueProblem("email_empty", text)
    try:
        checked = validate_email(clean, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise ValueProblem("email_not_valid", text) from None
    return checked.normalized.lower()


def normalise_handle(text: str, *, network: Network) -> str:
    """The name a person bears in a messenger or network, without @ and address, in lower case.

    Telegram and VK also know numbers (`5551234`, `id123`); a WhatsApp name is a phone in E.164.
    Raises: ValueProblem `handle_empty`, `handle_not_valid`.
    """
    clean = _visible(text)
    if not clean:
        raise ValueProblem("handle_empty", text)
    name = _inside_link(clean, network).removeprefix("@").lower()
    if network == "whatsapp":
        return _whatsapp(name, text)
    if network == "vk" and name.isdecimal():
        name = f"id{name}"
    if not _HANDLES[network].fullmatch(name):
        raise ValueProblem("handle_not_valid", text)
    return name


_HANDLES: Final = {
    "telegram": re.compile(r"[a-z][a-z0-9_]{3,31}|-?[0-9]{4,20}", re.ASCII),
    "vk": re.compile(r"[a-z][a-z0-9_.]{1,31}", re.ASCII),
    "instagram": re.compile(r"[a-z0-9_.]{1,30}", re.ASCII),
}
_LINKS: Final = {
    "telegram": re.compile(
        r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?([^/?#]+).*|tg://resolve\?domain=([^&]+).*", re.I
    ),
    "whatsapp": re.compile(
        r"(?:https?://)?(?:www\.)?(?:wa\.me/|api\.whatsapp\.com/send/?\?phone=)([^/?#&]+).*|([^@]+)@(?:c\.us|s\.whatsapp\.net)",
        re.IGNORECASE,
    ),
    "vk": re.compile(r"(?:https?://)?(?:www\.|m\.)?(?:vk\.com|vk\.ru|vkontakte\.ru)/([^/?#]+).*", re.I),
    "instagram": re.compile(r"(?:https?://)?(?:www\.)?(?:instagram\.com|instagr\.am)/([^/?#]+).*", re.I),
}


def _inside_link(text: str, network: Network) -> str:
    found = _LINKS[network].fullmatch(text)
    return next((group for group in found.groups() if group), "") if found else text


def _whatsapp(name: str, text: str) -> str:
    digits = re.sub(r"[\s()+-]", "", name)
    found = _valid(f"+{digits}", None) if digits.isdecimal() else None
    if not found:
        raise ValueProblem("handle_not_valid", text)
    return phonenumbers.format_number(found, PhoneNumberFormat.E164)


def _visible(text: str) -> str:
    """The text without invisible characters, trimmed."""
    if text.isascii() and text.isprintable():
        return text.strip()
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _INVISIBLE).strip()


def _candidates(clean: str, region: str) -> list[str]:
    """Readings of a phone in the order they are tried: as written, then the habits that the library does not know."""
    if whole := _FLOAT.fullmatch(clean):
        clean = whole.group(1)
    digits = re.sub(r"\D", "", clean)
    if clean.startswith("00"):
        return [f"+{clean[2:]}", clean]
    readings = [clean]
    if region in ("RU", "KZ") and digits.startswith("8") and len(digits) == 11:
        readings.append(f"+7{digits[1:]}")
    if not clean.startswith("+") and len(digits) >= 11:
        readings.append(f"+{digits}")
    return readings


def _valid(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        found = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    return found if phonenumbers.is_valid_number(found) else None


def _phone(found: phonenumbers.PhoneNumber, text: str) -> Phone:
    national = str(found.national_number)
    if len(set(national)) == 1 and phonenumbers.number_type(found) != PhoneNumberType.TOLL_FREE:
        raise ValueProblem("phone_junk", text)
    return Phone(phonenumbers.format_number(found, PhoneNumberFormat.E164), found.extension or "")
