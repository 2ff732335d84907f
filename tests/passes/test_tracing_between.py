"""Tracing across two nodes over HTTP: asked under an order, answered once by the home node, in both logs, and read by whom it concerns."""

import json
import time
from typing import Any

import httpx

from tests.passes.conftest import GUEST, NUMBER, RESIDENT
from tests.passes.test_regions import Node, third

__all__ = ["third"]
OTHER = "13900990003"
Pair = tuple[Node, Node]


def posted(node: Node, token: str) -> tuple[int, str]:
    """The status and the word of an answer."""
    answer = httpx.post(f"{node.url}/api/passes/federation/traces", json={"token": token}, timeout=20)
    if answer.status_code == 200:
        return 200, answer.text
    return answer.status_code, answer.json().get("why") or answer.json()["type"].rpartition("/")[2]


def test_from_asking_to_reading(pair: Pair) -> None:
    here, there = pair
    which = here.do("order", NUMBER, "QH-2026-0117")
    assert not any("QH-2026-0117" in one for one in there.do("looks", GUEST)), "nobody has been asked yet"
    heard, people = here.do("find", which)
    assert heard == [[there.url, 1, ""]]
    assert len(people) == 1
    name, minutes, class_ = people[0]
    assert name.startswith(f"{there.url} ")
    assert 115 <= minutes <= 120, "from the later coming in until the usual time of the place was over"
    assert class_ in ("close", "secondary", "ventilated")
    assert here.do("find", which)[1] == people, "asked again, the same pseudonym, and one line"
    other = here.do("find", here.do("order", NUMBER, "QH-2026-0118"))[1]
    assert other[0][0] != name, "another order, another pseudonym"

    told, faults, kept = here.do("names", which, name)
    assert faults == [""]
    assert told == [["吴二梅", GUEST]]
    assert GUEST not in kept
    assert "吴二梅" not in kept, "names are not kept where they were asked for"
    assert here.do("names", which, f"{there.url} nobody") == ["invalid"]

    assert there.do("guard", GUEST, "30") == "done"
    assert here.do("names", which, name)[0] == [["", ""]], "whoever is specially protected is not named"
    assert there.do("guard", GUEST, "-1") == "done"

    words = [one for one in there.do("looks", GUEST) if "QH-2026-0117" in one]
    assert any("其中有您，用于：找出一起待过的人" in one for one in words)
    assert any("问了您的姓名和电话" in one for one in words)
    assert all("秦川、安澜" in one for one in words), "both who stand behind the order"
    assert not any("QH-2026" in one for one in there.do("looks", OTHER))

    broken, actions, _ = here.do("log")
    assert broken is None
    assert actions[:2] == ["away", "away_people"]
    assert "away_names" in actions
    broken, actions, people_told = there.do("log")
    assert broken is None
    assert actions[0] == "answer_people"
    assert actions[-1] == "answer_names"
    assert people_told == 1
    assert [here.url, "QH-2026-0117", "names", 1] in there.do("asked")


def test_more_than_is_asked_about_is_said(pair: Pair) -> None:
    here, _ = pair
    which = here.do("order", NUMBER, "QH-2026-0119")
    scans, cut = here.do("few", which, "500")
    assert scans > 0
    assert cut is False
    assert here.do("few", which, str(scans)) == [scans, False]
    assert here.do("few", which, "0") == [0, True]


def test_told_later_when_the_order_gives_a_reason(pair: Pair) -> None:
    here, there = pair
    which = here.do("order", NUMBER, "QH-2026-0200", "疫情处置期间，依第四十条推迟")
    before = there.do("later")
    assert here.do("find", which)[0] == [[there.url, 1, ""]]
    assert not any("QH-2026-0200" in one for one in there.do("looks", GUEST)), "not yet"
    assert there.do("later") == before + 1, "thirty days after the order's end, without anybody doing anything"


BENT = {
    "purpose": {"use": "police"},
    "approval": {"approved": None},
    "approval ": {"approved": {"mark": "a", "name": "安澜"}},
    "incomplete": {"basis": " "},
    "incomplete ": {"case_no": "QH\u0000-1"},
    "delay": {"delay": "x"},
    "window": {"begins": 1},
    "over": {"until": 1},
    "over ": {"until": 4_000_000_000},
    "scheme": {"scheme": "nothing"},
    "untold": {"wants": "names"},
    "audience": {"aud": "https://elsewhere.example"},
    "expired": {"exp": 1},
    "shape": {"scans": []},
    "shape ": {"scans": ["x" * 32]},
    "shape  ": {"jti": "1"},
    "shape   ": {"ends": 10**18, "begins": 10**18 - 60},
}


def test_what_is_refused(pair: Pair, third: tuple[str, str]) -> None:
    here, there = pair
    for why, bent in BENT.items():
        assert posted(there, here.do("letter", there.url, "order_x", json.dumps(bent))) == (409, why.strip()), why
    good = here.do("letter", there.url, "order_x", "{}")
    assert posted(there, good)[0] == 200
    assert posted(there, good) == (409, "replay")
    head, _, signature = good.split(".")
    assert posted(there, f"{head}.{here.do('letter', there.url, 'order_y', '{}').split('.')[1]}.{signature}") == (409, "signature")
    for text in ("", "a.b.c", "x" * 70_000):
        assert posted(there, text)[0] == 409
    stranger = here.do("letter", there.url, "order_x", json.dumps({"iss": third[0]}))
    assert posted(there, stranger) == (404, "no-such-peer")
    assert there.do("believe", *third, "9903", "verify") == "agreed"
    assert there.do("job")[third[0]] == "expired"
    assert posted(there, stranger) == (409, "expired"), "a document nine days old vouches for nobody"


def test_records_of_others_and_of_other_days_are_not_told(pair: Pair) -> None:
    """A node is told of the records that it has made itself, within the days of the order."""
    here, there = pair
    which = here.do("order", NUMBER, "QH-2026-0300")
    assert here.do("find", which)[0][0][1] == 1
    now = int(time.time())
    early: dict[str, Any] = {"begins": now - 9 * 86_400, "ends": now - 8 * 86_400}
    before = there.do("asked")
    assert posted(there, here.do("letter", there.url, which, json.dumps(early)))[0] == 200
    assert there.do("asked")[0][3] == 0, "nobody"
    assert len(there.do("asked")) == len(before) + 1, "answered and kept all the same"


def test_where_our_own_were_elsewhere_is_part_of_the_itinerary(pair: Pair) -> None:
    here, there = pair
    code = there.do("code", RESIDENT, "990202001001", "none")
    here.do("door", code)
    here.do("job")
    which = there.do("order", NUMBER, "LJ-2026-1")
    assert there.do("itinerary", which) == [f"界河大桥（{here.url.partition('://')[2]}）"]


def test_a_node_that_does_not_answer(pair: Pair) -> None:
    here, there = pair
    which = here.do("order", NUMBER, "QH-2026-0400")
    assert there.do("withdraw", here.url) == "done"
    assert here.do("find", which)[0] == [[there.url, 0, "no-such-peer"]]
    assert here.do("log")[1][-1] == "away_none"
    assert here.do("withdraw", there.url) == "done"
    assert here.do("find", which)[0] == [[there.url, 0, "no-such-peer"]], "not asked at all"
    for node, other, division in ((here, there, "9902"), (there, here, "9901")):
        node.do("believe", other.url, other.do("fingerprint"), division, "verify")
        node.do("job")
