"""One spelling for each phone, address and name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.identity import (
    normalise_email,
    normalise_handle,
    normalise_phone,
    parse_phone,
    search_key,
    split_phones,
)
from onegoal.core.problems import ValueProblem


@pytest.mark.parametrize(
    "text",
    [
        "+7 912 345-67-89",
        "8 (912) 345-67-89",
        "+8 912 345 67 89",
        "007 912 345 67 89",
        "79123456789",
        "9123456789",
        "тел. 8-912-345-67-89",
        "79123456789.0",
        "+7\u00a0912\u00a0345\u201167\u201189",
        "\u202a+79123456789\u202c",
        "8 912 345 67 89 доб. 12",
    ],
)
def test_one_russian_phone_in_its_many_spellings(text):
    assert normalise_phone(text, region="RU") == "+79123456789"


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("0721 234 567", "RO", "+40721234567"),
        ("0040 721 234 567", "RO", "+40721234567"),
        ("06 20 123 4567", "HU", "+36201234567"),
        ("+971 50 123 4567", "RU", "+971501234567"),
        ("40721234567", "RU", "+40721234567"),
        ("1-800-FLOWERS", "US", "+18003569377"),
    ],
)
def test_phones_of_other_countries(text, region, number):
    assert normalise_phone(text, region=region) == number


def test_the_extension_is_kept_apart():
    assert parse_phone("+7 495 123-45-67 ext. 123", region="RU") == ("+74951234567", "123")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "phone_empty"),
        ("\u200b ", "phone_empty"),
        ("7.9E+10", "phone_digits_lost"),
        ("7,91235E+10", "phone_digits_lost"),
        ("7.91235e10", "phone_digits_lost"),
        ("no phone", "phone_not_valid"),
        ("12345", "phone_not_valid"),
        ("0000000000", "phone_not_valid"),
        ("+7 999 999 99 99", "phone_junk"),
        ("8 912 345 67 89, 8 912 345 67 80", "phone_several"),
        ("1" * 500, "phone_not_valid"),
    ],
)
def test_what_is_no_phone_is_refused_with_its_code(text, code):
    with pytest.raises(ValueProblem) as refused:
        normalise_phone(text, region="RU")
    assert refused.value.code == code


def test_several_phones_in_a_cell_come_apart():
    assert split_phones("8 912 345 67 89; 8 912 345 67 80") == ["8 912 345 67 89", "8 912 345 67 80"]
    assert split_phones("8 495 123 45 67, 12") == ["8 495 123 45 67, 12"]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Anna.Petrova@Example.COM ", "anna.petrova@example.com"),
        ("mailto:a@example.com", "a@example.com"),
        ("Anna <a@example.com>", "a@example.com"),
        ("ａ@example.com", "a@example.com"),
        ("ivan@xn--e1aybc.xn--p1ai", "ivan@тест.рф"),
        ("ivan@ТЕСТ.РФ", "ivan@тест.рф"),
        ("a\u200b@example.com", "a@example.com"),
        ("a@example.com;", "a@example.com"),
    ],
)
def test_an_address_has_one_spelling(text, address):
    assert normalise_email(text) == address


@pytest.mark.parametrize("text", ["a", "a@b", "a@@example.com", "a b@example.com", "@example.com", "a@example..com"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ValueProblem, match="email_not_valid"):
        normalise_email(text)


@pytest.mark.parametrize(
    ("text", "network", "name"),
    [
        ("@Anna_P", "telegram", "anna_p"),
        ("https://t.me/Anna_P?start=1", "telegram", "anna_p"),
        ("tg://resolve?domain=Anna_P", "telegram", "anna_p"),
        ("5551234", "telegram", "5551234"),
        ("https://wa.me/79123456789", "whatsapp", "+79123456789"),
        ("79123456789@c.us", "whatsapp", "+79123456789"),
        ("+7 912 345-67-89", "whatsapp", "+79123456789"),
        ("vk.com/id123", "vk", "id123"),
        ("123", "vk", "id123"),
        ("https://m.vk.com/Durov", "vk", "durov"),
        ("https://www.instagram.com/anna.p/", "instagram", "anna.p"),
    ],
)
def test_a_messenger_name_has_one_spelling(text, network, name):
    assert normalise_handle(text, network=network) == name


@pytest.mark.parametrize(
    ("text", "network", "code"),
    [
        ("", "telegram", "handle_empty"),
        ("a b", "telegram", "handle_not_valid"),
        ("12", "whatsapp", "handle_not_valid"),
        ("https://vk.com/", "vk", "handle_not_valid"),
    ],
)
def test_what_is_no_messenger_name_is_refused(text, network, code):
    with pytest.raises(ValueProblem) as refused:
        normalise_handle(text, network=network)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Ёлкин Фёдор", "елкин  ФЕДОР"), ("Șerban Țepeș", "serban tepes"), ("Győző", "GYOZO"), ("Straße", "strasse")],
)
def test_names_meet_whatever_their_case_and_accents(written, typed):
    assert search_key(written) == search_key(typed)


def test_short_i_stays_a_letter_of_its_own():
    assert search_key("Мой") == "мой" != search_key("Мои")


@given(st.text(max_size=60))
def test_a_search_key_is_its_own_key(text):
    assert search_key(search_key(text)) == search_key(text)


@given(st.text(max_size=40), st.sampled_from(["RU", "RO", "HU", "AE"]))
def test_any_text_is_a_phone_or_a_problem_and_nothing_else(text, region):
    try:
        assert normalise_phone(text, region=region).startswith("+")
    except ValueProblem as problem:
        assert problem.code.startswith("phone_")


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_a_problem_and_nothing_else(text):
    try:
        assert "@" in normalise_email(text)
    except ValueProblem as problem:
        assert problem.code.startswith("email_")
