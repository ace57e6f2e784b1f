"""Touches find their channel by the first rule that fits."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onegoal.core.channel_defaults import DEFAULT_RULES
from onegoal.core.channels import CHANNELS, ChannelRule, Condition, Touch, classify, compile_rules
from onegoal.core.problems import ValueProblem


@pytest.mark.parametrize(
    ("touch", "channel"),
    [
        (Touch("google", "cpc"), "paid_search"),
        (Touch("Yandex", "CPC", "brand"), "paid_search"),
        (Touch("paid_search"), "paid_search"),
        (Touch(click_id="yclid"), "paid_search"),
        (Touch(click_id="gbraid"), "paid_search"),
        (Touch(click_id="msclkid", referrer="bing.com"), "paid_search"),
        (Touch("yandex.direct"), "paid_search"),
        (Touch("VK_Ads"), "paid_social"),
        (Touch("Google Ads"), "paid_search"),
        (Touch("Яндекс Директ"), "paid_search"),
        (Touch("Facebook Lead Ads"), "paid_social"),
        (Touch("Property Finder"), "classifieds"),
        (Touch("Word of Mouth"), "referral"),
        (Touch("Walk-in"), "offline"),
        (Touch("SMS"), "sms"),
        (Touch("google", "organic"), "organic_search"),
        (Touch("organic_search"), "organic_search"),
        (Touch(referrer="https://www.google.ro/search?q=flat"), "organic_search"),
        (Touch(referrer="yandex.ru"), "organic_search"),
        (Touch("vk", "cpc"), "paid_social"),
        (Touch("facebook", "paid_social"), "paid_social"),
        (Touch("fb_target"), "paid_social"),
        (Touch(click_id="ttclid"), "paid_social"),
        (Touch("instagram"), "organic_social"),
        (Touch("social"), "organic_social"),
        (Touch(referrer="m.vk.com"), "organic_social"),
        (Touch(click_id="fbclid", referrer="l.facebook.com"), "organic_social"),
        (Touch("google", "display"), "display"),
        (Touch("youtube", "cpv"), "video"),
        (Touch("Cian"), "classifieds"),
        (Touch("avito", "cpc"), "classifieds"),
        (Touch("Яндекс.Недвижимость"), "classifieds"),
        (Touch(referrer="realty.yandex.ru"), "classifieds"),
        (Touch(referrer="www.imobiliare.ro"), "classifieds"),
        (Touch(referrer="storia.ro"), "classifieds"),
        (Touch("ingatlan.com", "referral"), "classifieds"),
        (Touch(referrer="www.olx.ro"), "classifieds"),
        (Touch(referrer="domclick.ru"), "classifieds"),
        (Touch("telegram", "post"), "messengers"),
        (Touch(referrer="t.me"), "messengers"),
        (Touch(request_type="whatsapp"), "messengers"),
        (Touch("newsletter", "email"), "email"),
        (Touch(referrer="e.mail.ru"), "email"),
        (Touch("friend"), "referral"),
        (Touch(referrer="blog.example.com"), "referral"),
        (Touch("broker"), "partners"),
        (Touch(request_type="broker"), "partners"),
        (Touch("billboard"), "offline"),
        (Touch(request_type="walk_in"), "offline"),
        (Touch(request_type="call"), "calls"),
        (Touch("cian", request_type="call"), "classifieds"),
        (Touch("(direct)", "(none)"), "direct"),
        (Touch("direct_traffic"), "direct"),
        (Touch(request_type="form"), "direct"),
        (Touch("unknown"), "other"),
        (Touch("some_new_thing", "whatever"), "other"),
        (Touch(campaign="spring"), "other"),
    ],
)
def test_the_default_table_knows_the_trade(touch, channel):
    assert classify(DEFAULT_RULES, touch).channel == channel


@pytest.mark.parametrize("touch", [Touch(), Touch(" ", "(none)", "(not set)"), Touch("null", "-")])
def test_a_blank_touch_is_direct(touch):
    assert classify(DEFAULT_RULES, touch).channel == "direct"


def test_a_host_that_only_ends_alike_is_not_that_host():
    assert classify(DEFAULT_RULES, Touch(referrer="notavito.ru")).channel == "referral"


def test_the_first_rule_in_position_wins_whatever_the_order_given():
    late = ChannelRule(20, "late", (Condition("source", "is_set"),))
    early = ChannelRule(10, "early", (Condition("source", "contains", ("goo",)),))
    assert classify([late, early], Touch("Google")) == ("early", 10)
    assert classify([late, early], Touch("bing")) == ("late", 20)


def test_without_a_fitting_rule_blank_is_direct_and_the_rest_is_other():
    assert classify([], Touch()) == ("direct", None)
    assert classify([], Touch("x")) == ("other", None)


@pytest.mark.parametrize(
    ("operator", "values", "fits", "fails"),
    [
        ("is", ("VK",), "vk", "vk2"),
        ("is_not", ("vk",), "ok", "VK"),
        ("contains", ("ads", "target"), "my_target", "organic"),
        ("starts_with", ("fb", "ig"), "IG_story", "my_ig"),
        ("matches_any", ("vk", "ok"), "OK", "o"),
        ("is_empty", (), "", "x"),
        ("is_set", (), "x", ""),
    ],
)
def test_each_operator_accepts_and_refuses(operator, values, fits, fails):
    rules = [ChannelRule(1, "mine", (Condition("source", operator, values),))]
    assert classify(rules, Touch(fits)).channel == "mine"
    assert classify(rules, Touch(fails)).channel != "mine"


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        (("colour", "is", ("x",)), "channel_field_unknown"),
        (("source", "regex", ("(a+)+",)), "channel_operator_unknown"),
        (("source", "is", ()), "channel_values_missing"),
        (("source", "contains", ("",)), "channel_values_missing"),
    ],
)
def test_a_condition_that_means_nothing_is_refused(condition, code):
    with pytest.raises(ValueProblem) as refused:
        Condition(*condition)
    assert refused.value.code == code


def test_rules_survive_the_way_through_json():
    assert (
        tuple(ChannelRule.from_data(json.loads(json.dumps(rule.to_data()))) for rule in DEFAULT_RULES) == DEFAULT_RULES
    )


def test_default_positions_are_distinct_and_channels_known():
    assert len({rule.position for rule in DEFAULT_RULES}) == len(DEFAULT_RULES)
    assert {rule.channel for rule in DEFAULT_RULES} <= set(CHANNELS)


@given(st.builds(Touch, *[st.text(max_size=15)] * 6))
def test_every_touch_has_exactly_one_known_channel(touch):
    once = compile_rules(DEFAULT_RULES)(touch)
    assert once.channel in CHANNELS
    assert compile_rules(DEFAULT_RULES)(touch) == once


@given(st.text(min_size=1, max_size=15))
def test_an_unknown_source_is_never_direct(source):
    known = compile_rules(DEFAULT_RULES)(Touch(f"zz{source}"))
    assert known.channel != "direct"
