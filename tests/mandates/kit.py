"""What tests of mandates share."""

from typing import Any

import httpx

from tests.cases.kit import PERMIT

WHOLE = ["see_status", "fill", "submit", "supplement", "collect"]


def asked(agent: httpx.Client, phone: str, name: str, **changed: Any) -> dict[str, Any]:
    """An agent has asked to act for whoever has this phone."""
    wanted = {"side": "agent", "phone": phone, "name": name, "kind": "family", "items": [PERMIT], "acts": WHOLE, "days": 30}
    answer = agent.post("/api/me/mandates", json=wanted | changed)
    assert answer.status_code == 201, answer.text
    return answer.json()


def agreed(agent: httpx.Client, principal: httpx.Client, phone: str, name: str, **changed: Any) -> str:
    """Both have agreed; the mandate's id."""
    made = asked(agent, phone, name, **changed)
    answer = principal.post(f"/api/me/mandates/{made['id']}/answers", json={"agree": True})
    assert answer.status_code == 201, answer.text
    assert answer.json()["holds"]
    return made["id"]


def turned(program: httpx.Client, mandate: str) -> httpx.Client:
    """The program acts under this mandate."""
    answer = program.put("/api/me/acting", json={"mandate": mandate})
    assert answer.status_code == 200, answer.text
    return program
