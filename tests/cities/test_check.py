"""Every mistake in a city's folder is told with its file and line, all of them at once."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from .broken import CITY, changed, copied, told

PASS = "passes/epi-2026.toml"
TRIED = '[[ruleset.test]]\nname = "37.3 is fever"\nanswers = { symptoms = ["none"], contact = "no", temp = 373 }'
ITEM = "items/ga-juzhuzheng.toml"

MISTAKES = [
    ("unknown key", ITEM, 'audience = "citizen"', 'audiense = "citizen"', "audiense: unknown key (did you mean audience?)"),
    ("missing English", ITEM, 'short = { zh = "居住证", en = "Residence permit" }', 'short = { zh = "居住证" }', "short: en is missing"),
    ("empty Chinese", ITEM, 'short = { zh = "居住证"', 'short = { zh = ""', "short.zh: must have 1 to 8 characters, has 0"),
    ("short name too long", ITEM, 'short = { zh = "居住证"', 'short = { zh = "居住证居住证居住证"', "must have 1 to 8 characters, has 9"),
    ("no such department", ITEM, 'department = "gongan"', 'department = "gonganju"', "there is no department 'gonganju'"),
    ("no such category", ITEM, 'category = "huzheng"', 'category = "hukou"', "there is no category 'hukou'"),
    ("no such district", ITEM, "districts = []", 'districts = ["990102", "990199"]', "there is no district '990199'"),
    ("no such icon", ITEM, 'icon = "card"', 'icon = "cart"', "icon: 'cart' is not one of"),
    ("code is not the file's", ITEM, 'code = "ga-juzhuzheng"', 'code = "ga-juzhu"', "belongs into items/ga-juzhu.toml"),
    ("promise beyond the law", ITEM, "promised_days = 5", "promised_days = 16", "16 promised days are more than the 15"),
    ("text where a number is wanted", ITEM, "trips = 0", 'trips = "none"', "guide.trips: must be a whole number, not text"),
    ("not TOML", ITEM, "statutory_days = 15", "statutory_days = = 15", "is not TOML"),
    ("control character", ITEM, '"居住证办理", en', '"居住\\u202e证办理", en', "holds control characters"),
    ("no such material source", ITEM, 'from = "upload"', 'from = "post"', "guide.materials.1.from: 'post' is not one of"),
    ("no such certificate type", ITEM, 'cert_type = "003"', 'cert_type = "993"', "there is no certificate type '993'"),
    ("no such claim", ITEM, 'address = "/address"', 'adress = "/address"', "certificate type 003 has no such claim"),
    ("claim from nowhere", ITEM, 'address = "/address"', 'address = "/adress"', "/adress is not in the form's schema"),
    ("unknown type", ITEM, 'name = { "$ref" = "od:name" }', 'name = { "$ref" = "od:nome" }', "'od:nome' is not one of od:name"),
    ("schema does not compile", ITEM, 'phone = { "$ref" = "od:phone" }', 'phone = { type = "strong" }', "the schema does not compile"),
    ("options are not the enum", ITEM, '{ value = "renew", label', '{ value = "again", label', "'again' is not one of the schema's"),
    ("unknown operator", ITEM, 'when = { eq = ["/kind", "new"] }', 'when = { equals = ["/kind", "new"] }', "unknown operator equals"),
    ("unknown pointer", ITEM, 'when = { eq = ["/kind", "new"] }', 'when = { eq = ["/kynd", "new"] }', "/kynd is not asked on an earlier"),
    ("later page", ITEM, 'when = { eq = ["/kind", "new"] }', 'when = { eq = ["/delivery", "post"] }', "/delivery is not asked on"),
    ("unknown element", ITEM, 'when = { eq = ["/kind", "new"] }', 'when = { gt = ["@person.height", 2] }', "@person.height is no element"),
    ("page asks the unknown", ITEM, 'ask = ["kind"]', 'ask = ["kinds"]', "asks kinds, which the schema does not know"),
    ("asked twice", ITEM, 'ask = ["kind"]', 'ask = ["kind", "kind"]', "asks kind a second time"),
    ("page without title", ITEM, '[[form.pages]]\nid = "phone"\nask = ["phone"]', '[[form.pages]]\nid = "phone"\nask = ["phone", "reason"]',
     "asks several things at once and needs a title"),
    ("procedure without days", ITEM, "max_days = 5", "max_days = 0", "process.specials.0.max_days: must be from 1 to 180, is 0"),
    ("no such procedure", ITEM, 'kind = "inspection"', 'kind = "nap"', "'nap' is not one of inspection, hearing"),
    ("procedure twice", ITEM, "max_days = 5 }]", 'max_days = 5 }, { kind = "inspection", max_days = 5 }]', "there is another inspection"),
    ("procedure by an unasked question", ITEM, "max_days = 5 }", 'max_days = 5, when = { eq = ["/kynd", "a"] } }', "/kynd is not asked on"),
    ("binding to nothing", ITEM, '"/name" = "person.name"', '"/nome" = "person.name"', "the schema has no such property"),
    ("bound to the unknown", ITEM, '"/name" = "person.name"', '"/name" = "person.nom"', "there is no element 'person.nom'"),
    ("wrong check character", "departments.jsonl", "11990100000001011X", "119901000000010110", "fails the check character of GB 32100"),
    ("no longitude", "departments.jsonl", '"lon": 114.3321', '"lon": 200', "lon: must be from -180 to 180, is 200"),
    ("not JSON", "departments.jsonl", '{"code": "gongan",', '{"code": "gongan"', "is not JSON"),
    ("broken parent", "districts.jsonl", '"parent": "990102"', '"parent": "990103"', "990103 is not the district that"),
    ("contrast", "cert_types.toml", 'ink = "#1F3A4D"', 'ink = "#A0B0B0"', "needs 4.5"),
    ("no such issuer", "cert_types.toml", 'issuer = "gongan"', 'issuer = "nobody"', "there is no department 'nobody'"),
    ("ends before it starts", "notices.toml", 'ends = "2027-12-31T23', 'ends = "2020-12-31T23', "is not after starts"),
    ("no offset", "notices.toml", 'starts = "2026-11-01T08:00:00+08:00"', 'starts = "2026-11-01T08:00:00"', "is not an instant like"),
    ("no such day", "calendar/2026.toml", '"2026-02-16"', '"2026-02-30"', "off.4: '2026-02-30' is not a date"),
    ("other year", "calendar/2026.toml", '"2026-02-16"', '"2025-02-16"', "2025-02-16 is not in 2026"),
    ("listed twice", "calendar/2026.toml", '"2026-02-16"', '"2026-02-15"', "2026-02-15 is listed twice"),
    ("phrase of one character", "thesaurus.tsv", "zh\t暂住证\t", "zh\t证\t", "say: must have 2 to 60 characters, has 1"),
    ("phrase in no language", "thesaurus.tsv", "zh\t暂住证\t", "cn\t暂住证\t", "lang: 'cn' is not one of zh, en"),
    ("two cells", "thesaurus.tsv", "zh\t暂住证\t", "zh\t暂住证 ", "must have 3 cells with a tab between them, has 2"),
    ("phrase twice", "thesaurus.tsv", "zh\t暂住证\t", "zh\t身份证\t居民身份证\nzh\t暂住证\t", "'身份证' is already on line"),
    ("phrase that means nothing", "thesaurus.tsv", "zh\t暂住证\t", "zh\t无意义的话\t\nzh\t暂住证\t", "means"),
    ("a system's word of no stage", "back_offices.toml", 'received = [', 'arrived = [', "unknown key"),
    ("a word with two meanings", "back_offices.toml", '"审核"]', '"收件"]', "'收件' means something already"),
    ("a system nobody has described", ITEM, "rating = true", 'back_office = "gone"', "'gone' is not in back_offices.toml"),
    ("urgent words without a number", "urgent.toml", 'phone = "12356"', 'phone = "police"', "phone: 'police' is not of the form"),
    ("identity number", "demo/register.jsonl", '"990105199203180222"', '"990105199203180223"', "fails the check character of GB 11643"),
    ("birthday", "demo/register.jsonl", '"birth_on": "1992-03-18"', '"birth_on": "1992-03-19"', "is not the date in"),
    ("grant", "demo/staff.jsonl", '"cases:handle"', '"cases:handel"', "'cases:handel' is not one of"),
    ("claim of a resident", "demo/residents.jsonl", '"authority":', '"authorty":', "certificate type 001 has no such claim"),
    ("no such office's department", "offices.jsonl", '"departments": ["renshe"]', '"departments": ["renshi"]', "no department 'renshi'"),
    ("no such office's district", "offices.jsonl", '"district": "990102001"', '"district": "990102099"', "no district '990102099'"),
    ("office closes before it opens", "offices.jsonl", "13:30-17:00", "13:30-07:00", "'13:30-07:00' ends before it begins"),
    ("spans overlap", "offices.jsonl", "13:30-17:00", "11:30-17:00", "'11:30-17:00' begins before '09:00-12:00' ends"),
    ("no such hour", "offices.jsonl", "13:30-17:00", "13:30-25:00", "is not of the form 09:00-17:00"),
    ("unknown kind of day", "offices.jsonl", '"saturday"', '"satuday"', "satuday: unknown key (did you mean saturday?)"),
    ("office far away", "offices.jsonl", '"lat": 30.5587', '"lat": 3.05587', "are lat and lon exchanged?"),
    ("no such facility", "offices.jsonl", '"ramp"', '"slide"', "facilities.0: 'slide' is not one of ramp"),
    ("office for nothing", "offices.jsonl", ', "departments": ["renshe"]', "", "says neither departments nor items"),
    ("no such office's item", "offices.jsonl", '["ga-juzhuzheng"', '["ga-juzhu"', "there is no items/ga-juzhu.toml"),
    ("map is no address", "city.toml", 'hotline = "12345"', 'map = "javascript:x"\nhotline = "12345"', "is not of the form geo:"),
    ("site of a host that the city does not name", ITEM, 'online = "online"',
     'site = "https://hospital.qinghe.example.org/x"\nonline = "online"', "its host is not among `outside`"),
    ("site without TLS", ITEM, 'online = "online"', 'site = "http://hospital.qinghe.example"\nonline = "online"',
     "is not of the form https:"),
    ("no such life event", ITEM, '"移居", ', '"搬家", ', "there is no event named '搬家' in life_events.toml"),
    ("life event without words", "life_events.toml", "words = {", "word = {", "unknown key (did you mean words?)"),
    ("pass of nobody", PASS, 'authority = "weijian"', 'authority = "weisheng"', "no department 'weisheng'"),
    ("level of no place", PASS, 'division = "990105002"', 'division = "990199"', "no district '990199'"),
    ("rule with an unknown operator", PASS, 'when = { in = ["high"', 'when = { within = ["high"', "'within' is no operator"),
    ("rule about a fact nobody has", PASS, '"payload.temp" }, 373', '"payload.heat" }, 373', "there is no fact 'payload.heat'"),
    ("rule that never ends", PASS, 'days = 3\ntell = { zh = "您说今天', 'days = 0\ntell = { zh = "您说今天', "would never end"),
    ("test of a ruleset that fails", PASS, TRIED, TRIED.replace("373", "372"), "gives green by no rule"),
]  # fmt: skip


def test_the_demo_city_has_no_mistakes() -> None:
    assert told(CITY) == []


@pytest.mark.parametrize(("file", "old", "new", "words"), [m[1:] for m in MISTAKES], ids=[m[0] for m in MISTAKES])
def test_a_mistake_is_told_with_its_line(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    city = copied(tmp_path)
    line = changed(city, file, old, new)
    found = told(city)
    assert any(one.startswith(f"{file}:{line}: ") and words in one for one in found), found


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    city = copied(tmp_path)
    some = [MISTAKES[n] for n in (0, 4, 29, 35)]
    places = [f"{file}:{changed(city, file, old, new)}: " for _, file, old, new, _ in some]
    found = told(city)
    assert all(any(one.startswith(place) for one in found) for place in places), found


def test_codes_are_unique_across_lines(tmp_path: Path) -> None:
    city = copied(tmp_path)
    lines = (city / "departments.jsonl").read_text("utf-8").splitlines()
    (city / "departments.jsonl").write_text("\n".join([*lines, lines[0]]), "utf-8")
    assert f"departments.jsonl:{len(lines) + 1}: code: 'gongan' is already on departments.jsonl:1" in told(city)


def test_an_article_bears_its_files_name_and_names_what_there_is(tmp_path: Path) -> None:
    city = copied(tmp_path)
    well, words = set(told(city)), (CITY / "articles/piantao.toml").read_text("utf-8").replace('"zw-12345"', '"ga-juzhuzheng"')
    (city / "articles").mkdir()
    (city / "articles/piantao.toml").write_text(words, "utf-8")
    assert set(told(city)) == well
    wrong = words.replace('"ga-juzhuzheng"', '"ga-none"').replace('"gongan"', '"gonganju"')
    (city / "articles/pian.toml").write_text(wrong, "utf-8")
    assert sorted(set(told(city)) - well) == [
        "articles/pian.toml:1: code: belongs into articles/piantao.toml",
        "articles/pian.toml:2: department: there is no department 'gonganju' in departments.jsonl",
        "articles/pian.toml:3: items.0: there is no item 'ga-none' in items/",
    ]


def test_a_question_without_label_and_one_never_asked(tmp_path: Path) -> None:
    city = copied(tmp_path)
    line = changed(city, ITEM, 'housing = { enum', 'extra = { type = "string" }\nhousing = { enum')
    found = told(city)
    assert any(one.startswith(f"{ITEM}:{line}: ") and "has no label" in one for one in found), found
    label = '[form.fields.extra]\nlabel = { zh = "另外", en = "Extra" }\nas = "text"\n\n'
    changed(city, ITEM, "[form.fields.housing]", label + "[form.fields.housing]")
    assert any(one.startswith(f"{ITEM}:{line}: ") and "never asked on a page" in one for one in told(city))


def test_an_online_item_needs_its_form(tmp_path: Path) -> None:
    city = copied(tmp_path)
    line = changed(city, "items/ga-gangao.toml", 'online = "counter"', 'online = "online"')
    assert f"items/ga-gangao.toml:{line}: online: an online item needs [form] and [process]" in told(city)


def test_files_missing_unread_or_unreadable(tmp_path: Path) -> None:
    city = copied(tmp_path)
    (city / "categories.toml").unlink()
    (city / "items" / "stray.tml").write_text("code = 1")
    (city / "items" / "ga-gangao.toml").write_bytes(b'code = "x"\nname = "\xff\xfe"\n')
    found = told(city)
    assert "categories.toml:1: the file is missing" in found
    assert "items/stray.tml:1: nothing reads a file of this name" in found
    assert "items/ga-gangao.toml:2: is not UTF-8" in found


def test_a_folder_that_is_no_city(tmp_path: Path) -> None:
    assert "city.toml:1: the file is missing; is this a city's folder?" in told(tmp_path)


def test_nonsense_of_every_type_is_told_and_never_a_crash(tmp_path: Path) -> None:
    for place, rubbish in enumerate(("1", '"x"', "[]", "[1, 2]", "{}", "{ a = 1 }", "true", "1.5", "2026-01-01")):
        city = copied(tmp_path / str(place))
        for key in ("name", "guide", "process", "form", "districts", "aliases"):
            rest = [f'{k} = "x"' for k in ("department", "category")]
            (city / "items" / f"bad-{key}.toml").write_text("\n".join([f'code = "bad-{key}"', f"{key} = {rubbish}", *rest]))
        for key in ("schema", "fields", "pages", "bindings", "documents", "title"):
            text = f'code = "bad-{key}"\nonline = "online"\n[form]\n{key} = {rubbish}\n'
            (city / "items" / f"form-{key}.toml").write_text(text)
        (city / "cert_types.toml").write_text(f"type = {rubbish}")
        (city / "notices.toml").write_text(f"notice = [{rubbish}]")
        words = (city / PASS).read_text("utf-8")
        for key in ("basis", "gate", "ruleset", "level", "signed", "starts"):
            (city / "passes" / f"bad-{key}.toml").write_text(re.sub(rf"^\[*{key}\b[^\n]*$", f"{key} = {rubbish}", words, flags=re.M))
        assert len(told(city)) > 12


RUBBISH: tuple[Any, ...] = (None, 1, -1.5, True, "", "x", [], ["x"], [[]], [{}], {}, {"zh": 1}, {"x": []})


@pytest.mark.parametrize("file", ["districts", "departments", "offices", "demo/residents", "demo/staff", "demo/register"])
def test_any_value_in_a_line_is_told_and_never_a_crash(tmp_path: Path, file: str) -> None:
    city = copied(tmp_path)
    path = city / f"{file}.jsonl"
    lines = path.read_text("utf-8").splitlines()
    row = json.loads(lines[2])
    broken = [json.dumps(row | {key: value}) for key in row for value in RUBBISH]
    path.write_text("\n".join(["{}", *lines, *broken]), "utf-8")
    found = told(city)
    assert len({one.split(":")[1] for one in found if one.startswith(f"{file}.jsonl:")}) > len(broken) * 0.8


def test_any_value_in_a_table_is_told_and_never_a_crash(tmp_path: Path) -> None:
    city = copied(tmp_path)
    words = (city / ITEM).read_text("utf-8").splitlines()
    for place, rubbish in enumerate(("[]", "[[]]", "{}", "{ a = [] }", "1", "true", '""')):
        for number, written in enumerate(words):
            if re.fullmatch(r"[a-z_\"/]+ = [^\[].*[^\[,]", written) and number % 7 == place:
                name = f"items/z{place}-{number}.toml"
                key = written.split(" = ")[0]
                (city / name).write_text("\n".join([*words[:number], f"{key} = {rubbish}", *words[number + 1 :]]), "utf-8")
    found = told(city)
    assert len({one.split(":")[0] for one in found}) > 50
