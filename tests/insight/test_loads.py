"""各人手上的办件: what each desk has now and what came and went, for the supervisor of the department and nobody else."""

from typing import Any

import httpx

from tests.cases.kit import bearer, residents, submitted

CLERK, SUPERVISOR, NEIGHBOUR = "13800990101", "13800990103", "13800990503"
NAME = "高志远"


def desk_of(seen: dict[str, Any]) -> dict[str, int]:
    return next(one["load"] for one in seen["now"]["desks"] if one["name"] == NAME)


def test_what_is_taken_moves_from_nobody_to_somebody(site: Any) -> None:
    from onedoor.cases.service import looking

    program, clerk, chief = bearer(site, residents()[6]["phone"]), bearer(site, CLERK), bearer(site, SUPERVISOR)

    def now() -> dict[str, Any]:
        looking._counted.clear()  # what is counted is some seconds old at most
        answer = chief.get("/api/desk/load")
        assert answer.status_code == 200, answer.text
        return answer.json()

    before = now()
    cases = [submitted(program)["id"] for _ in range(3)]
    waiting = now()
    assert waiting["now"]["counts"]["unclaimed"] - before["now"]["counts"]["unclaimed"] == 3
    for case in cases:
        assert clerk.post(f"/api/cases/{case}/acceptances", json={}).status_code < 300
    assert clerk.post(f"/api/cases/{cases[0]}/decisions", json={"outcome": "granted"}).status_code < 300
    site.jobs()
    after = now()
    assert desk_of(after)["open"] - desk_of(before)["open"] == 2
    flows = [{one["name"]["zh"]: one for one in seen["items"]}.get("居住证办理", {"received": 0, "decided": 0}) for seen in (before, after)]
    assert (flows[1]["received"] - flows[0]["received"], flows[1]["decided"] - flows[0]["decided"]) == (3, 1)
    page = site.sign_in(SUPERVISOR).get("/desk/load").text
    assert all(words in page for words in (NAME, "手上在办", "近 30 天", "居住证办理"))


def test_nobody_else_reads_it(site: Any, client: httpx.Client) -> None:
    assert client.get("/api/desk/load").status_code == 401
    for phone in (CLERK, residents()[6]["phone"]):
        assert bearer(site, phone).get("/api/desk/load").status_code == 403
    other = bearer(site, NEIGHBOUR).get("/api/desk/load").json()
    assert {one["name"] for one in other["now"]["desks"]}.isdisjoint({NAME, "魏东"})
