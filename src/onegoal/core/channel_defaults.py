"""The channel table a new company starts with: advertising of the Russian, Romanian, Hungarian and English markets."""

from __future__ import annotations

from typing import Final

from onegoal.core.channels import ChannelRule, Condition


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_PAID_SEARCH_CLICKS: Final = _words("gclid gbraid wbraid yclid msclkid")
_PAID_SOCIAL_CLICKS: Final = _words("ttclid rb_clickid vkclid li_fat_id twclid sccid")
_PAID: Final = _words(
    "cpc ppc cpm cpa cpv paid paidsearch paid-search paid_search paidsocial paid-social paid_social sem"
)
_SOCIAL_PAID_MEDIA: Final = _words(
    "paidsocial paid-social paid_social social_paid social-paid smm_paid target targeting"
)
_DISPLAY_MEDIA: Final = _words("display banner banners cpm programmatic rtb gdn retargeting remarketing interstitial")
_SEARCH: Final = _words("google yandex bing duckduckgo yahoo mail.ru rambler")
_SEARCH_NAMES: Final = _words(
    "google_ads googleads adwords google-ads yandex.direct yandex_direct yandex-direct yandexdirect ydirect "
    "direct.yandex bing_ads bingads microsoft_ads яндекс.директ яндекс_директ гугл_реклама"
)
_SEARCH_HOSTS: Final = (
    "google.",
    "yandex.",
    "ya.ru",
    "bing.",
    "duckduckgo.",
    "search.yahoo.",
    "go.mail.ru",
    "nova.rambler.",
)
_SOCIAL: Final = _words(
    "social_media facebook fb ig instagram meta vk vkontakte vk_ads vkads mytarget tiktok ok "
    "odnoklassniki linkedin twitter x "
    "youtube_ads pinterest threads social facebook_ads facebookads instagram_ads meta_ads tiktok_ads dzen "
    "yandex_zen reddit snapchat"
)
_SOCIAL_HOSTS: Final = _words(
    "facebook.com fb.com instagram.com vk.com vk.ru ok.ru tiktok.com linkedin.com lnkd.in twitter.com x.com t.co "
    "pinterest.com threads.net dzen.ru zen.yandex.ru reddit.com"
)
_SOCIAL_AD_NAMES: Final = _words(
    "vk_ads vkads mytarget facebook_ads facebookads instagram_ads meta_ads tiktok_ads таргет target"
)
_VIDEO: Final = _words("youtube youtube.com rutube vimeo vk_video vkvideo")
_VIDEO_HOSTS: Final = _words("youtube.com youtu.be rutube.ru vimeo.com vkvideo.ru")
_PORTALS: Final = _words(
    "cian циан avito авито domclick домклик yandex.realty yandex_realty realty.yandex яндекс.недвижимость m2 "
    "move.ru novostroy novostroy-m etagi n1 imobiliare storia olx publi24 ingatlan ingatlan.com otthonterkep "
    "zenga jofogas 999.md bayut propertyfinder property_finder dubizzle rightmove zoopla onthemarket idealista "
    "immobiliare zillow"
)
_PORTAL_HOSTS: Final = _words(
    "cian.ru avito.ru domclick.ru realty.yandex.ru realty.ya.ru m2.ru move.ru novostroy.ru novostroy-m.ru "
    "etagi.com n1.ru imobiliare.ro storia.ro olx.ro olx.ua olx.kz olx.uz publi24.ro ingatlan.com otthonterkep.hu "
    "zenga.hu jofogas.hu 999.md bayut.com propertyfinder.ae dubizzle.com rightmove.co.uk zoopla.co.uk "
    "onthemarket.com idealista.com zillow.com"
)
_MESSENGERS: Final = _words(
    "telegram tg whatsapp wa viber messenger max telegram_ads telegram-ads messengers chat_bot chatbot"
)
_MESSENGER_HOSTS: Final = _words(
    "t.me telegram.org web.telegram.org org.telegram.messenger wa.me whatsapp.com viber.com m.me"
)
_EMAIL: Final = _words(
    "email email_campaign e-mail mail newsletter e_mail emailing mailing unisender sendpulse mailchimp рассылка"
)
_EMAIL_HOSTS: Final = _words(
    "mail.google.com e.mail.ru mail.yandex.ru outlook.live.com mail.yahoo.com com.google.android.gm"
)
_PARTNERS: Final = _words(
    "partner partners affiliate affiliates broker brokers agent agency agents agencies брокер брокеры агент "
    "агентство партнер партнёр партнеры broker_registration közvetítő ingatlanközvetítő agenție parteneri"
)
_REFERRAL: Final = _words(
    "referral refer recommendation recommend referrals word_of_mouth friend friends сарафан рекомендация "
    "рекомендации recomandare ajánlás recomandări"
)
_OFFLINE: Final = _words(
    "offline outdoor ooh dooh billboard billboards radio tv print press newspaper magazine event events "
    "exhibition expo flyer leaflet walk_in walk-in walkin showroom qr signage наружка наружная_реклама радио тв "
    "пресса выставка листовка"
)
_CALLS: Final = _words(
    "call calls cold_call phone phone_call inbound_call call_tracking calltracking callback звонок звонки telefon apel"
)
_ORGANIC: Final = _words("organic organic_search organic-search seo search_organic natural")
_SOCIAL_MEDIA: Final = _words(
    "social social-network social_network social-media social_media sm smm organic_social organic-social"
)

Row = tuple[str, tuple[tuple[str, str, tuple[str, ...]], ...]]
# Order matters: what the advertiser wrote himself (UTM) is asked before click ids and referrers, narrow before wide.
_ROWS: Final[tuple[Row, ...]] = (
    ("classifieds", (("source", "matches_any", _PORTALS + _PORTAL_HOSTS),)),
    ("partners", (("medium", "matches_any", _PARTNERS),)),
    ("partners", (("source", "matches_any", _PARTNERS),)),
    ("email", (("medium", "matches_any", _EMAIL),)),
    ("sms", (("medium", "matches_any", _words("sms смс viber_sms")),)),
    ("sms", (("source", "matches_any", _words("sms смс")),)),
    ("messengers", (("source", "matches_any", _MESSENGERS + _MESSENGER_HOSTS),)),
    ("messengers", (("medium", "matches_any", (*_MESSENGERS, "messenger", "messengers", "chat")),)),
    ("offline", (("medium", "matches_any", _OFFLINE),)),
    ("offline", (("source", "matches_any", _OFFLINE),)),
    ("paid_social", (("medium", "matches_any", _SOCIAL_PAID_MEDIA),)),
    (
        "paid_social",
        (("source", "matches_any", _SOCIAL + _SOCIAL_HOSTS), ("medium", "matches_any", (*_PAID, "ads", "ad"))),
    ),
    ("video", (("source", "matches_any", _VIDEO), ("medium", "matches_any", (*_PAID, "video", "ads")))),
    ("display", (("medium", "matches_any", _DISPLAY_MEDIA),)),
    ("display", (("source", "matches_any", _words("display banner dv360 programmatic yandex_display rsya рся")),)),
    (
        "paid_search",
        (("source", "matches_any", _SEARCH_NAMES + _words("paid_search paid-search paidsearch sem ppc cpc")),),
    ),
    ("paid_search", (("medium", "matches_any", (*_PAID, "search")),)),
    ("paid_social", (("source", "matches_any", _SOCIAL_AD_NAMES),)),
    ("organic_search", (("medium", "matches_any", _ORGANIC),)),
    ("organic_search", (("source", "matches_any", _ORGANIC),)),
    ("organic_social", (("medium", "matches_any", _SOCIAL_MEDIA),)),
    ("paid_search", (("click_id", "matches_any", _PAID_SEARCH_CLICKS),)),
    ("paid_social", (("click_id", "matches_any", _PAID_SOCIAL_CLICKS),)),
    (
        "paid_social",
        (
            ("source", "contains", _words("_ads -ads ads_ target")),
            ("source", "contains", _words("facebook fb insta vk meta tiktok")),
        ),
    ),
    ("organic_social", (("source", "matches_any", _SOCIAL + _SOCIAL_HOSTS),)),
    ("organic_social", (("click_id", "is", ("fbclid",)),)),
    ("video", (("source", "matches_any", _VIDEO),)),
    ("organic_search", (("source", "matches_any", _SEARCH),)),
    ("email", (("source", "matches_any", _EMAIL),)),
    ("referral", (("source", "matches_any", _REFERRAL),)),
    ("referral", (("medium", "matches_any", (*_REFERRAL, "link", "site")),)),
    ("calls", (("source", "matches_any", _CALLS),)),
    (
        "direct",
        (("source", "matches_any", _words("direct (direct) direct_traffic direct-traffic typein type-in прямой")),),
    ),
    ("other", (("source", "is_set", ()),)),
    ("other", (("medium", "is_set", ()),)),
    ("classifieds", (("referrer", "matches_any", _PORTAL_HOSTS),)),
    ("email", (("referrer", "matches_any", _EMAIL_HOSTS),)),
    ("messengers", (("referrer", "matches_any", _MESSENGER_HOSTS),)),
    ("video", (("referrer", "matches_any", _VIDEO_HOSTS),)),
    ("organic_social", (("referrer", "matches_any", _SOCIAL_HOSTS),)),
    ("organic_search", (("referrer", "starts_with", _SEARCH_HOSTS),)),
    ("referral", (("referrer", "is_set", ()),)),
    ("other", (("click_id", "is_set", ()),)),
    ("other", (("campaign", "is_set", ()),)),
    ("partners", (("request_type", "matches_any", _PARTNERS),)),
    ("offline", (("request_type", "matches_any", _OFFLINE),)),
    ("messengers", (("request_type", "matches_any", (*_MESSENGERS, "message")),)),
    ("email", (("request_type", "matches_any", _EMAIL),)),
    ("calls", (("request_type", "matches_any", _CALLS),)),
)

DEFAULT_RULES: Final[tuple[ChannelRule, ...]] = tuple(
    ChannelRule(10 * number, channel, tuple(Condition(*condition) for condition in conditions))
    for number, (channel, conditions) in enumerate(_ROWS, start=1)
)
"""Positions go in tens, so that a company can put its own rules between; a blank touch falls through to `direct`."""
