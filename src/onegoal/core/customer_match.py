"""Contacts as advertising platforms match them: SHA-256 of one agreed spelling, so that no address leaves the house readable."""

from __future__ import annotations

import re
from hashlib import sha256


def hashed_email(address: str) -> str:
    """The SHA-256 of an e-mail address, trimmed and lower-cased, as hexadecimal digits (Google and Meta alike)."""
    return _hash(address.strip().lower())


def hashed_phone_for_google(phone: str) -> str:
    """The SHA-256 of a phone in E.164 with its plus."""
    return _hash("+" + _digits(phone))


def hashed_phone_for_meta(phone: str) -> str:
    """The SHA-256 of a phone as digits alone, country code first, no plus and no leading zeros."""
    return _hash(_digits(phone).lstrip("0"))


def _digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
