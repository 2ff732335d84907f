"""What tests of journeys share: answers to the disability journey, and clerks who act on its cases."""

from typing import Any

import httpx

from tests.cases.kit import bearer

CLERKS = {"cl": "13800991101", "rs": "13800990201", "jt": "13800990801", "mz": "13800990501", "ga": "13800990101", "sc": "13800991201"}
DISABILITY: dict[str, Any] = {
    "has_card": "no", "income": "dibao", "pension": "none", "disability_kind": "sight", "card_hospital": "first", "card_visit": "walk",
    "address": "青禾市东湖区书院街道书院街 33 号 1 单元 302 室", "phone": "13900990002", "payee": "social",
}  # fmt: skip


class Desk:
    """What departments do, each by a clerk of its own."""

    def __init__(self, site: Any) -> None:
        self.site = site
        self.known: dict[str, httpx.Client] = {}

    def clerk(self, item: str) -> httpx.Client:
        phone = CLERKS[item.split("-")[0]]
        if phone not in self.known:
            self.known[phone] = bearer(self.site, phone)
        return self.known[phone]

    def act(self, leg: dict[str, Any], path: str, body: Any) -> httpx.Response:
        answer = self.clerk(leg["item"]).post(f"/api/cases/{leg['case']}/{path}", json=body)
        assert answer.status_code in (200, 201), f"{leg['code']} {path}: {answer.text}"
        return answer

    def end(self, leg: dict[str, Any], outcome: str = "granted") -> None:
        """Accept the case and decide it, then let everything follow."""
        self.act(leg, "acceptances", {})
        why = {} if outcome == "granted" else {"reason": "不符合条件", "law": "《办法》第三条"}
        self.act(leg, "decisions", {"outcome": outcome, **why})
        self.site.jobs()


def pressed(program: httpx.Client, code: str = "disability", key: str = "", **changed: Any) -> dict[str, Any]:
    """A run that has just been pressed."""
    answers = {name: value for name, value in {**DISABILITY, **changed}.items() if value is not None}
    answer = program.post(f"/api/journeys/{code}/runs", json={"answers": answers}, headers={"idempotency-key": key} if key else {})
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def legs(program: httpx.Client, run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The legs of a run as they stand now, by code."""
    shown = program.get(f"/api/runs/{run['id']}").json()
    return {leg["code"]: leg for leg in shown["legs"]}
