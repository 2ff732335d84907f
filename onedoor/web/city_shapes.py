"""What each file of a city's folder looks like, key by key."""

import re
from functools import cache
from pathlib import Path

from msgspec.structs import fields

from onedoor.cases.models import MOST_EXTENDED, MOST_SPECIAL_DAYS, Applicant, Kind
from onedoor.cases.service import checking
from onedoor.cases.service.checking import RUNGS
from onedoor.exchange.models import Clocks
from onedoor.wallet.service import DERIVED

from .city_shape import Maybe, Shape, anything, both, day, either, many, mapping, maybe, moment, number, one_of, table, text, truth, whole

TONES = ("g", "b", "o", "r", "i")
CODE = text(40, r"[a-z0-9][a-z0-9-]*", "ga-juzhuzheng")
LEVELS = {"city": 4, "district": 6, "street": 9, "grid": 12}
COLOUR = text(7, r"#[0-9A-Fa-f]{6}", "#CFE3F2")
PHONE = text(13, r"1[3-9]\d{9}", "13900000001")
LONG = both(2000, 6000)
BACK_OFFICE = text(40, r"[a-z][a-z0-9-]*", "permits")
ELEMENT = text(60, r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+", "person.name")


@cache
def icons() -> tuple[str, ...]:
    """The drawings there are."""
    sprite = Path(__file__).parent.parent / "ui" / "components" / "sprite.html"
    return tuple(re.findall(r'id="i-([a-z-]+)"', sprite.read_text("utf-8")))


def icon() -> Shape:
    return one_of("", *icons())


CITY = table({
    "code": text(4, r"\d{4}", "9901"), "name": both(20), "zone": text(40), "locale": one_of("zh-CN", "en"),
    "hotline": text(20, r"[0-9-]+", "12345"), "slogan": both(60), "day_ends": text(5, r"([01]\d|2[0-3]):[0-5]\d", "17:00"),
    "supplement_days": whole(1, 90), "default_district": maybe(text(12, r"\d{6,12}", "990102")),
    "map": maybe(text(300, r"(geo:|https://)[^\s\"<>]*", "geo:{lat},{lon}")),
    "outside": maybe(many(text(100, r"([a-z0-9-]+\.)+[a-z0-9-]+", "hospital.example"), 200)),
    "exchange": maybe(table({"clocks": table({one.name: maybe(whole(1, 90)) for one in fields(Clocks)})})),
})  # fmt: skip

DISTRICT = table({
    "code": text(12, r"\d{4}(\d{2}(\d{3}(\d{3})?)?)?", "990102"), "level": one_of(*LEVELS),
    "parent": either((str, text(12)), (type(None), anything)), "name": both(30),
})  # fmt: skip


def departments() -> Shape:
    return table({
        "code": CODE, "name": both(40), "short": both(12), "uscc": text(18), "phone": text(20, r"[0-9+][0-9 -]{2,}", "0990-8620011"),
        "address": both(100), "hours": both(100), "lat": number(-90, 90), "lon": number(-180, 180), "icon": icon(),
        "tone": one_of(*TONES), "summary": both(200),
    })  # fmt: skip


CLOCK = r"([01]\d|2[0-3]):[0-5]\d"
SPANS = maybe(many(text(11, rf"{CLOCK}-({CLOCK}|24:00)", "09:00-17:00"), 4))
FACILITIES = ("ramp", "lift", "toilet", "parking", "wheelchair", "braille", "sign", "glasses", "nursing")

OFFICE = table({
    "code": CODE, "name": both(40), "district": text(12, r"\d{4,12}", "990102001"), "address": both(100), "lat": number(-90, 90),
    "lon": number(-180, 180), "hours": table({"working": SPANS, "saturday": SPANS, "sunday": SPANS, "holiday": SPANS}),
    "phone": text(20, r"[0-9+][0-9 -]{2,}", "0990-8620011"), "counters": maybe(whole(0, 1000)),
    "facilities": maybe(many(one_of(*FACILITIES), len(FACILITIES))), "departments": maybe(many(CODE, 60)), "items": maybe(many(CODE, 500)),
})  # fmt: skip


def categories() -> Shape:
    return table({"category": many(table({"code": CODE, "name": both(12), "icon": icon(), "tone": one_of(*TONES)}), 60, 1)})


def life_events() -> Shape:
    event = table({"code": CODE, "name": both(20), "icon": icon(), "tone": one_of(*TONES), "words": both(100)})
    return table({"event": many(event, 60, 1)})


ARTICLE = table({
    "code": CODE, "title": both(60), "summary": both(200), "department": CODE, "items": maybe(many(CODE, 20)), "on_day": day,
    "body": many(table({"head": maybe(both(60)), "text": LONG}), 40, 1),
})  # fmt: skip

CALENDAR = table({"off": maybe(many(day, 366)), "on": maybe(many(day, 366))})

CLAIM = table({
    "name": text(40, r"[a-z][a-z0-9_]*", "address"), "label": both(30), "kind": one_of("text", "date", "code", "number", "bool"),
    "mask": maybe(one_of("none", "name", "number", "address", "hidden")), "face": maybe(truth), "sd": maybe(one_of("always", "never")),
})  # fmt: skip

CERT_TYPES = table({"type": many(table({
    "code": text(3, r"\d{3}", "003"), "name": both(30), "issuer": CODE, "ground": COLOUR, "ink": COLOUR, "sheet": maybe(truth),
    "valid_days": whole(0, 36600), "number": text(12, r"[A-Z0-9-]+", "QHJZ"), "holder": maybe(both(30)), "claims": many(CLAIM, 40),
    "lines": maybe(many(whole(1, 12), 3, 3)), "edge": maybe(COLOUR), "derived": maybe(many(one_of(*DERIVED), len(DERIVED))),
    "fills": maybe(mapping(r"[a-z][a-z0-9_]*", ELEMENT)), "guarded": maybe(truth), "held_by": maybe(one_of("person", "firm", "both")),
}), 200)})  # fmt: skip

WISH = table({
    "type": text(3, r"\d{3}", "001"), "claims": many(text(40, r"[a-z][a-z0-9_]*", "age_over_18"), 20, 1),
    "values": maybe(many(either((str, text(60)), (bool, truth), (int, whole(0, 1_000_000))), 20)),
})  # fmt: skip

VERIFIERS = table({"verifier": many(table({
    "code": CODE, "organisation": CODE, "name": both(40), "purposes": many(table({
        "code": CODE, "words": both(40), "wants": many(WISH, 8, 1), "keeps": maybe(both(60)),
        "fills": maybe(mapping(r"[a-z][a-z0-9_]*", text(60))),
    }), 40, 1),
}), 2000)})  # fmt: skip

NOTICES = table({"notice": many(table({
    "code": CODE, "level": one_of("red", "orange", "yellow", "blue"), "title": both(60), "detail": both(200), "body": LONG,
    "area": text(12, r"\d{4,12}", "9901"), "starts": moment, "ends": moment, "department": CODE,
    "audience": maybe(one_of("everyone", "residents", "staff")),
}), 200)})  # fmt: skip

TERM = table({"lang": one_of("zh", "en"), "say": text(60, least=2), "means": many(text(60), 8, 1)})

STAGES = ("received", "reviewing", "decided")
BACK_OFFICES = table({"back_office": many(table({
    "code": BACK_OFFICE, **{stage: maybe(many(text(40), 20)) for stage in STAGES},
}), 60)})  # fmt: skip

URGENT = table({"urgent": many(table({
    "code": CODE, "words": many(text(20, least=2), 100, 1), "title": both(40), "detail": both(120),
    "phone": text(20, r"[0-9-]+", "110"),
}), 20)})  # fmt: skip

MATERIAL = table({
    "name": both(80), "note": maybe(both(300)), "kind": one_of("original", "copy", "form", "none"),
    "from": one_of("upload", "wallet", "register", "counter"), "required": maybe(truth),
})  # fmt: skip

GUIDE = table({
    "summary": LONG, "who": LONG, "fee": both(300), "promised_days": whole(0, 400), "statutory_days": whole(0, 400),
    "trips": whole(0, 9), "where": both(400), "basis": maybe(many(text(300), 20)), "objection": maybe(LONG),
    "steps": maybe(many(both(500), 20)), "materials": maybe(many(MATERIAL, 40)),
})  # fmt: skip

HAND = table({
    "register": CODE, "operation": text(40, r"[a-z][a-z0-9_]*", "register"), "when": maybe(anything),
    "body": mapping(r"[a-z][a-z0-9_.]*", text(80, r"/[a-z].*|@[a-z].+|#[a-z].*|=.+", "/answer, @person.name, #claim or =word")),
})  # fmt: skip

ASSESSMENT = table({
    "resource": text(60, r"[a-z][a-z0-9.-]*", "hospital.assessment"), "refer": maybe(HAND),
    "claims": mapping(r"[a-z][a-z0-9_]*", text(60)), "words": maybe(mapping(r"[a-z][a-z0-9_]*", mapping(".+", text(40)))),
})  # fmt: skip

SPECIAL = table({"kind": one_of(*Kind), "max_days": whole(1, MOST_SPECIAL_DAYS), "when": maybe(anything)})

INSTANT = table({
    "when": maybe(anything),
    "conditions": many(table({"when": anything, "words": both(120)}), checking.MOST_CONDITIONS, 1),
    "examples": maybe(many(table({"given": mapping(r"[/@].+", anything), "grants": truth}), checking.MOST_EXAMPLES)),
})  # fmt: skip

PROCESS = table({
    "assessment": maybe(ASSESSMENT), "report": maybe(many(HAND, 5)), "specials": maybe(many(SPECIAL, len(Kind))),
    "extend_days": maybe(whole(0, MOST_EXTENDED)),
    "accept_days": maybe(whole(0, 30)), "supplement_days": maybe(whole(1, 90)), "cert_type": maybe(text(3, r"\d{3}", "003")),
    "valid_days": maybe(whole(0, 36600)), "decides": maybe(one_of("department")), "rating": maybe(truth),
    "min_assurance": maybe(whole(1, 3)), "decline_to": maybe(both(200)),
    "back_office": maybe(BACK_OFFICE), "silence": maybe(truth),
    "claims": maybe(mapping(r"[a-z][a-z0-9_]*", text(80, r"[/@].+|#.*", "/address, @person.name or #"))),
    "applicant": maybe(one_of(*Applicant)), "instant": maybe(INSTANT),
})  # fmt: skip

OPTION = table({"value": text(60), "label": both(100), "hint": maybe(both(200))})
FIELD_KINDS = ("radios", "checks", "select", "text", "number", "textarea", "date", "phone", "id-number", "money", "address",
               "group")  # fmt: skip
NAME = r"[a-z][a-z0-9_]*"

ASKED: dict[str, Shape | Maybe] = {
    "label": both(120), "hint": maybe(both(400)), "as": one_of(*FIELD_KINDS), "options": maybe(many(OPTION, 60, 1)),
    "unit": maybe(both(12)), "reason": maybe(text(300)),
}  # fmt: skip
FIELD = table(ASKED | {"of": maybe(mapping(NAME, table(ASKED)))})

FORM = table({
    "version": whole(1, 10_000), "title": both(60), "schema": mapping(".*", anything),
    "fields": mapping(NAME, FIELD),
    "pages": many(table({
        "id": text(40, r"[a-z][a-z0-9-]*", "kind"), "ask": many(text(60, NAME, "kind"), 12, 1), "title": maybe(both(120)),
        "when": maybe(anything),
    }), 40, 1),
    "bindings": maybe(mapping(r"/[a-z][a-z0-9_]*", either(
        (str, ELEMENT), (dict, table({"element": ELEMENT, "editable": maybe(truth), "ladder": maybe(many(one_of(*RUNGS), len(RUNGS)))})),
    ))),
    "documents": maybe(many(table({
        "code": text(40, r"[a-z][a-z0-9-]*", "lease"), "name": both(80), "hint": maybe(both(300)), "required": maybe(truth),
        "when": maybe(anything), "max": maybe(whole(1, 30)), "owable": maybe(one_of("decision", "delivery")), "promisable": maybe(truth),
    }), 30)),
})  # fmt: skip


def items() -> Shape:
    return table({
        "code": CODE, "name": both(60), "short": maybe(both(8, 40)), "department": CODE, "category": CODE,
        "audience": one_of("citizen", "business", "both"), "aliases": maybe(many(text(60), 40)),
        "online": one_of("online", "counter", "info"), "districts": maybe(many(text(12, r"\d{4,12}", "990102"), 60)),
        "popular": maybe(whole(0, 1000)), "icon": maybe(icon()), "tone": maybe(one_of("", *TONES)),
        "life_events": maybe(many(text(20), 12)), "guide": GUIDE, "process": maybe(PROCESS), "form": maybe(FORM),
        "site": maybe(text(300, r"https://[^\s\"<>]+", "https://hospital.example/book")),
    })  # fmt: skip


def journeys() -> Shape:
    situation = table({
        "name": text(40, NAME, "first_child"), "label": both(120), "hint": maybe(both(300)),
        "options": many(table({"value": text(40, r"[a-z0-9][a-z0-9_-]*", "yes"), "label": both(100), "hint": maybe(both(200))}), 20, 2),
    })  # fmt: skip
    leg = table({
        "code": text(20, r"[a-z][a-z0-9-]*", "household"), "item": CODE, "name": maybe(both(30)),
        "when": maybe(anything), "why_not": maybe(both(200)),
        "after": maybe(many(text(20), 12)), "map": maybe(mapping(NAME, anything)),
    })  # fmt: skip
    return table({
        "code": text(30, r"[a-z][a-z0-9-]*", "birth"), "name": both(30), "summary": both(300), "department": CODE, "icon": icon(),
        "tone": one_of(*TONES), "aliases": maybe(many(text(60), 60)), "life_events": maybe(many(text(20), 12)),
        "also": maybe(many(CODE, 12)), "order": maybe(whole(0, 1000)), "situation": many(situation, 12), "leg": many(leg, 40, 1),
    })  # fmt: skip


BENEFIT = table({
    "code": CODE, "name": both(30), "summary": both(300), "gives": both(120), "item": CODE, "department": CODE, "ground": both(200),
    "rule": anything, "reasons": both(200), "answers": maybe(mapping(NAME, anything)), "ask": maybe(many(text(60, NAME, "account"), 6)),
    "pause_days": maybe(whole(1, 3660)),
})  # fmt: skip

CERTS = maybe(many(table({"type": text(3), "claims": mapping(NAME, anything)}), 40))
RESIDENT = table({
    "phone": PHONE, "name": text(50), "id_number": text(18), "role": one_of("resident"), "real_name": truth,
    "district": text(12, r"\d{6,12}", "990102"), "locale": one_of("zh-CN", "en"),
    "certs": CERTS, "note": maybe(both(300)),
})  # fmt: skip
STAFF = table({
    "phone": PHONE, "name": text(50), "department": CODE, "post": both(40), "grants": many(text(60, r"[a-z]+:[a-z]+", "cases:handle"), 20),
    "districts": many(text(12, r"\d{4,12}", "9901"), 60, 1),
})  # fmt: skip
HISTORY = table({
    "item": CODE, "per_week": whole(1, 100_000), "on_time": maybe(whole(0, 100)), "in_law": maybe(whole(0, 100)),
    "granted": maybe(whole(0, 100)), "declined": maybe(whole(0, 30)), "withdrawn": maybe(whole(0, 30)), "lapsed": maybe(whole(0, 30)),
    "rated": maybe(whole(0, 100)), "stars": maybe(many(whole(0, 100), 5, 5)),
    **{part: maybe(mapping(r"[a-z][a-z0-9_-]*", whole(1, 100))) for part in ("reasons", "again", "missing", "left")},
})  # fmt: skip
APP = table({
    "department": CODE, "client_id": text(18, r"od[0-9a-f]{16}", "od0123456789abcdef"), "name": both(60), "about": both(200),
    "redirects": many(text(500), 20, 1), "logouts": maybe(many(text(500), 20)), "secret": maybe(text(200)),
    "scopes": many(table({"scope": text(20), "purpose": both(200), "needed": maybe(truth)}), 10, 1),
    "endpoint": maybe(table({"url": text(500), "kinds": many(text(40), 20, 1), "secret": text(100, r"whsec_[A-Za-z0-9+/=]+")})),
})  # fmt: skip
REGISTER = table({
    "id_number": text(18), "name": text(50), "sex": one_of("male", "female"), "birth_on": day, "nation": both(20),
    "household_address": text(200), "address": text(200), "phone": maybe(PHONE), "status": one_of("normal", "cancelled"),
    "guardians": maybe(mapping(r"\d{17}[\dX]", one_of("mother", "father", "guardian"))), "certs": CERTS,
})  # fmt: skip

COMPANY = table({
    "uscc": text(18), "name": text(100), "legal_name": text(60), "legal_id_number": text(18), "address": text(200), "scope": text(1000),
    "founded_on": day, "status": one_of("normal", "cancelled"), "certs": CERTS,
})  # fmt: skip

COLOURS = ("green", "popup", "grey", "yellow", "red")
QUESTION = table({
    "id": text(40, NAME, "symptoms"), "ask": both(100), "hint": maybe(both(200)), "field": maybe(text(40)), "required": maybe(truth),
    "as": one_of("radios", "checks", "temperature", "date", "districts"), "when": maybe(anything),
    "options": maybe(many(table({"value": text(40), "label": both(60)}), 20, 1)),
})  # fmt: skip
RULE = table({
    "id": CODE, "title": both(60), "when": anything, "colour": one_of(*COLOURS), "days": maybe(whole(0, 366)), "until": maybe(anything),
    "tell": both(300), "appeal": both(300),
})  # fmt: skip
RULE_TEST = table({
    "name": text(100), "answers": mapping(NAME, anything), "colour": one_of(*COLOURS), "fired": maybe(many(CODE, 60)),
    "age_days": maybe(whole(0, 400)), "levels": maybe(many(one_of("low", "mid", "high"), 10)),
    "home_level": maybe(one_of("low", "mid", "high")),
})  # fmt: skip
PASS = table({
    "code": text(31, r"[a-z0-9][a-z0-9-]*", "epi-2026"),
    "kind": one_of("health", "resident", "visitor", "worker", "vehicle", "event", "area"),
    "name": both(30), "about": both(300), "authority": CODE, "purposes": many(both(200), 6, 1), "starts": day, "ends": day,
    "retention_days": whole(0, 1830), "tracing_days": maybe(whole(0, 14)),
    "basis": table({"document": text(100), "article": both(300), "url": maybe(text(300, r"https://\S+", "https://…"))}),
    "gate": maybe(table({
        "offline_id": maybe(truth), "list_hours": maybe(whole(1, 168)), "step_seconds": maybe(whole(5, 240)), "vehicles": maybe(truth),
    })),
    "signed": maybe(many(table({"name": text(60), "org": CODE, "at": moment}), 2)),
    "level": maybe(many(table({
        "division": text(12, r"\d{4,12}", "990105"), "level": one_of("low", "mid", "high"), "since": moment, "source": text(300),
    }), 2000)),
    "ruleset": table({
        "version": whole(1, 10_000), "fresh_days": whole(1, 366), "question": many(QUESTION, 20), "rule": many(RULE, 60, 1),
        "test": many(RULE_TEST, 500, 1),
    }),
})  # fmt: skip
