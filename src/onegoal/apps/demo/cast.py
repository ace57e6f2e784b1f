"""Who and what the demo company is: its people, projects, flats, agencies and campaigns."""

from __future__ import annotations

from dataclasses import dataclass, field

from onegoal.apps.marketing.intake import OriginMarks
from onegoal.core.search import search_key

COMPANY_NAME = "Lumina Development"
CURRENCY = "EUR"
COUNTRY = "RO"
TIME_ZONE = "Europe/Bucharest"
MONTHS = 18
PASSWORD = "demo"  # noqa: S105 - the demo company's only; pages say so everywhere


@dataclass(frozen=True)
class Colleague:
    """One person who signs in; `skill` multiplies the chance that a lead of theirs gets on.

    `joined` and `left` are how many days before the demo's end; who never left has no `left`.
    """

    name: str
    role: str
    team: str = ""
    skill: float = 1.0
    joined: int = 1_100
    left: int | None = None

    @property
    def email(self) -> str:
        return f"{search_key(self.name.split()[0])}@lumina.example"


NORTH, SOUTH = "North team", "South team"
REJECTS_GOOD_LEADS = "Victor Munteanu"
TIRES_DURING_THE_DAY = "Elena Rusu"

COLLEAGUES = (
    Colleague("Irina Popescu", "head", joined=2_900),
    Colleague("Anna Kovács", "marketer", joined=1_720),
    Colleague("Mihai Ionescu", "marketer"),
    Colleague("Daria Sokolova", "marketer", joined=127),
    Colleague("Paul Weber", "marketer", joined=880),
    Colleague("Olga Petrova", "quality", joined=760),
    Colleague("Radu Stan", "supervisor", NORTH, joined=2_150),
    Colleague("Zsófia Nagy", "supervisor", SOUTH, joined=1_430),
    Colleague("Andrei Dumitru", "seller", NORTH, 1.1, joined=1_980),
    Colleague("Maria Ceban", "seller", NORTH, 1.05, joined=1_240),
    Colleague(REJECTS_GOOD_LEADS, "seller", NORTH, 1.0, joined=820),
    Colleague("Sergey Volkov", "seller", NORTH, 0.95, joined=640),
    Colleague(TIRES_DURING_THE_DAY, "seller", SOUTH, 1.1, joined=1_550),
    Colleague("Péter Szabó", "seller", SOUTH, 1.0, joined=930),
    Colleague("Laura Marin", "seller", SOUTH, 1.05, joined=1_310),
    Colleague("Dmitri Orlov", "seller", SOUTH, 0.95, joined=232),
    Colleague("Corina Lungu", "account_manager"),
    Colleague("Ion Barbu", "service", joined=690),
    Colleague("Petra Novák", "accountant", joined=1_860),
    Colleague("Tamás Varga", "administrator", joined=2_300),
)
FORMER = (
    Colleague("Vlad Rotaru", "seller", SOUTH, 0.9, joined=1_020, left=234),
    Colleague("Bianca Toma", "marketer", joined=1_500, left=148),
)
"""Who left: Dmitri Orlov has taken over the leads of the first, Daria Sokolova the campaigns of the second."""
SELLERS = tuple(colleague for colleague in COLLEAGUES if colleague.role == "seller")
FOLLOWS = {"Dmitri Orlov": FORMER[0]}
RAMP_DAYS = 90
"""A new seller begins at not much more than half the skill and has all of it after so many days."""

PARK, RIVERSIDE = "Lumina Park", "Lumina Riverside"
STUDIO, ONE, TWO, THREE = "studio", "1-room", "2-room", "3-room"


@dataclass(frozen=True)
class FlatKind:
    """Flats of one type in one project; `sells_out` ends their sale before the demo's last months."""

    project: str
    product_type: str
    rooms: int
    count: int
    area: tuple[float, float]
    price_of_square_metre: float
    is_scarce: bool = False


FLATS = (
    FlatKind(PARK, STUDIO, 1, 70, (26, 34), 1950),
    FlatKind(PARK, ONE, 1, 150, (38, 48), 1850),
    FlatKind(PARK, TWO, 2, 140, (54, 68), 1780),
    FlatKind(PARK, THREE, 3, 60, (76, 98), 1720),
    FlatKind(RIVERSIDE, ONE, 1, 42, (40, 50), 2350, is_scarce=True),
    FlatKind(RIVERSIDE, TWO, 2, 110, (58, 74), 2280),
    FlatKind(RIVERSIDE, THREE, 3, 90, (82, 115), 2200),
)

AGENCIES = ("Casa Bună Imobiliare", "Open Doors", "Kulcs Ingatlan", "Новый Адрес", "Prime Brokers")


@dataclass(frozen=True)
class Campaign:
    """A stream of visitors: what a day costs, how many come, and how likely they are to ask and to buy.

    `asks` is the chance that a visitor becomes a lead, `fits` that the lead deserves to be qualified, `buys` that a
    qualified one signs; `creatives` are (name, multiplier of `fits`).
    """

    channel_marks: OriginMarks
    project: str
    visits_a_day: float
    cost_of_visit: float
    asks: float
    fits: float
    buys: float
    product_type: str = ""
    creatives: tuple[tuple[str, float], ...] = ()
    keywords: tuple[str, ...] = ()
    landing_pages: tuple[str, ...] = ()
    request_types: tuple[tuple[str, float], ...] = (("form", 0.55), ("call", 0.35), ("chat", 0.10))
    only_assists: bool = False
    first_month: int = 0
    from_agency: bool = False
    segment_weights: tuple[float, float, float] = field(default=(0.55, 0.25, 0.20))


SOLD_OUT_CAMPAIGN = "riverside-1-room"
ASSISTING_CAMPAIGN = "brand-video"
GOOD_CREATIVE = "floor-plan-3d"
SEGMENTS = ("family", "investor", "first home")
REGIONS = ("București", "Ilfov", "Cluj", "Iași", "Chișinău", "Diaspora")

CAMPAIGNS = (
    Campaign(
        OriginMarks(source="google", medium="cpc", campaign="search-park", click_id="gclid"),
        PARK, 19, 7.25, 0.085, 0.46, 0.25, creatives=(("text-price", 0.9), ("text-plan", 1.1)),
        keywords=("new flats park", "apartamente noi", "купить квартиру", "flat from developer"),
        landing_pages=("/park/", "/park/prices/"),
    ),
    Campaign(
        OriginMarks(source="google", medium="cpc", campaign="search-riverside", click_id="gclid"),
        RIVERSIDE, 11, 9.5, 0.075, 0.44, 0.23, creatives=(("text-river", 1.0), ("text-view", 1.05)),
        keywords=("apartments by the river", "apartamente malul raului", "riverside flats"),
        landing_pages=("/riverside/",),
    ),
    Campaign(
        OriginMarks(source="google", medium="cpc", campaign=SOLD_OUT_CAMPAIGN, click_id="gclid"),
        RIVERSIDE, 8, 8.5, 0.09, 0.42, 0.2, product_type=ONE, creatives=(("one-room-offer", 1.0),),
        keywords=("1 room riverside", "garsoniera malul raului"), landing_pages=("/riverside/1-room/",),
    ),
    Campaign(
        OriginMarks(source="facebook", medium="paid_social", campaign="leads-park", click_id="fbclid"),
        PARK, 21, 3.75, 0.095, 0.27, 0.04,
        creatives=((GOOD_CREATIVE, 1.75), ("happy-family", 0.75), ("discount-banner", 0.6)),
        landing_pages=("/park/offer/",), request_types=(("form", 0.9), ("message", 0.1)),
    ),
    Campaign(
        OriginMarks(source="instagram", medium="paid_social", campaign="reels-riverside", click_id="fbclid"),
        RIVERSIDE, 12, 4.25, 0.06, 0.26, 0.04, creatives=(("terrace-reel", 1.1), ("drone-reel", 0.9)),
        landing_pages=("/riverside/terraces/",), request_types=(("form", 0.6), ("message", 0.4)),
    ),
    Campaign(
        OriginMarks(source="youtube", medium="display", campaign=ASSISTING_CAMPAIGN),
        PARK, 14, 2.75, 0.0, 0.0, 0.0, creatives=(("city-film", 1.0),), landing_pages=("/",), only_assists=True,
    ),
    Campaign(
        OriginMarks(source="imobiliare.ro", medium="listing", campaign="portal-listings"),
        PARK, 8, 6.0, 0.11, 0.38, 0.17, request_types=(("call", 0.6), ("form", 0.4)), landing_pages=("/park/",),
    ),
    Campaign(
        OriginMarks(source="google", medium="organic"),
        PARK, 17, 0.0, 0.06, 0.45, 0.22, landing_pages=("/", "/park/", "/blog/how-to-choose/"),
    ),
    Campaign(OriginMarks(), RIVERSIDE, 12, 0.0, 0.055, 0.5, 0.24, landing_pages=("/", "/contacts/")),
    Campaign(
        OriginMarks(source="newsletter", medium="email", campaign="monthly-letter"),
        PARK, 4, 0.4, 0.06, 0.5, 0.26, landing_pages=("/news/",), first_month=2,
    ),
    Campaign(
        OriginMarks(source="billboard", medium="outdoor", campaign="ring-road"),
        RIVERSIDE, 0.9, 55.0, 1.0, 0.33, 0.06, request_types=(("call", 1.0),),
    ),
    Campaign(
        OriginMarks(source="broker", medium="partner"),
        RIVERSIDE, 1.1, 0.0, 1.0, 0.6, 0.33, request_types=(("broker", 1.0),), from_agency=True,
    ),
)  # fmt: skip

LOST_REASONS = ("bought from a competitor", "mortgage refused", "price", "changed plans")

FIRST_NAMES = (
    "Ana", "Ioana", "Elena", "Maria", "Cristina", "Andreea", "Natalia", "Ольга", "Татьяна", "Светлана", "Юлия",
    "Katalin",
    "Eszter", "Judit", "Emma", "Sarah", "Ion", "Andrei", "Alexandru", "Ștefan", "Mihai", "Vasile", "Сергей", "Дмитрий",
    "Алексей", "Николай", "László", "Gábor", "Attila", "John", "Thomas", "Daniel",
)  # fmt: skip
LAST_NAMES = (
    "Popa", "Rotaru", "Munteanu", "Țurcanu", "Stoica", "Matei", "Gheorghe", "Dobre", "Radu", "Șerban", "Иваненко",
    "Мельник", "Ткаченко", "Шевченко", "Бондарь", "Kiss", "Tóth", "Horváth", "Molnár", "Farkas", "Smith", "Brown",
)  # fmt: skip
