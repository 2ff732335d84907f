"""Departments' own systems, each with its ways: `python -m connectors.back_office.simulator --port N --home DIR`.

GET /OFFICE → {"searches", "idempotent"}. POST /OFFICE/registrations {"request_id", …} → 201 {"number", "request_id"}; GET
/OFFICE/registrations?request_id= → {"items": […]}; GET /OFFICE/registrations/NUMBER → {"stage"}; POST
/OFFICE/registrations/NUMBER/documents?request_id=&name=&sha256= with the content → 201 {"id", "request_id"}.

POST /faults {"next": […]} says what happens to the coming writes: "hangs" after writing, "late" writes after it has hung, "twice" answers
twice, "error" is 200 with an error and nothing written, "foreign" answers with another matter, "down" is 503, "lost" breaks off after
writing. POST /OFFICE {"searches", "idempotent"} changes what an office can do, POST /OFFICE/registrations/NUMBER {"stage"} how a matter
stands. Kept in DIR/back_office.jsonl over restarts.
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import Any

from connectors.simulating import Asked, Told, run

HANGS = 30.0
LATE = 0.2
MOST = 21_000_000


class Offices:
    """Everything that is registered, by office, in memory and in a file."""

    def __init__(self, file: Path | None = None, hangs: float = HANGS) -> None:
        self.file, self.hangs = file, hangs
        self.matters: list[dict[str, Any]] = []
        self.traits: dict[str, dict[str, bool]] = {}
        self.faults: list[str] = []
        self.late: set[asyncio.Task[None]] = set()
        if file is not None and file.exists():
            self.matters = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.endswith("}")]

    async def handle(self, asked: Asked) -> Told:
        match asked.method, asked.path.strip("/").split("/"):
            case "POST", ["faults"]:
                self.faults = [str(one) for one in asked.json()["next"]]
                return Told(200, {"next": self.faults})
            case "GET", [office]:
                return Told(200, self.able(office))
            case "POST", [office]:
                self.traits[office] = {name: asked.json()[name] is True for name in ("searches", "idempotent")}
                return Told(200, self.able(office))
            case "GET", [office, "registrations"]:
                wanted = asked.query.get("request_id") if self.able(office)["searches"] else ""
                return Told(200, {"items": [m for m in self.of(office) if wanted in (None, m["request_id"])][:100]})
            case "GET", [office, "registrations", number]:
                found = [m for m in self.of(office) if m["number"] == number]
                return Told(200, {"stage": found[0]["stage"]}) if found else Told(404, {"error": "no such matter"})
            case "POST", [office, "registrations", number]:
                return self.moved(office, number, str(asked.json()["stage"]))
            case "POST", [office, "registrations"]:
                given = asked.json()
                return await self.faulty(office, lambda: self.write(office, given), given["request_id"])
            case "POST", [office, "registrations", number, "documents"]:
                said = asked.query
                return await self.faulty(office, lambda: self.attach(office, number, said), said["request_id"])
            case _:
                return Told(404, {"error": "no such address"})

    def able(self, office: str) -> dict[str, bool]:
        return self.traits.get(office, {"searches": True, "idempotent": True})

    def of(self, office: str) -> list[dict[str, Any]]:
        return [m for m in self.matters if m["office"] == office]

    async def faulty(self, office: str, do: Any, request_id: str) -> Told:
        """One write, with the next fault if there is one."""
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "down":
            return Told(503, {"error": "closed for maintenance"})
        if fault == "error":
            return Told(200, {"error": "系统繁忙"})
        if fault == "late":
            task = asyncio.create_task(self.later(do))
            self.late.add(task)
            task.add_done_callback(self.late.discard)
            await asyncio.sleep(self.hangs)
            return Told(503)
        told = do()
        if fault == "foreign":
            other = next((m for m in self.of(office) if m["request_id"] != request_id), {"number": "X-0", "request_id": "another"})
            return Told(201, {"number": other["number"], "id": "X-0", "request_id": other["request_id"]})
        if fault == "lost":
            raise ConnectionError
        if fault == "hangs":
            await asyncio.sleep(self.hangs)
        return Told(told.status, told.body, times=2 if fault == "twice" else 1)

    async def later(self, do: Any) -> None:
        await asyncio.sleep(LATE)
        do()

    def write(self, office: str, given: dict[str, Any]) -> Told:
        request_id = str(given["request_id"])
        known = [m for m in self.of(office) if m["request_id"] == request_id]
        if known and self.able(office)["idempotent"]:
            return Told(200, {"number": known[0]["number"], "request_id": request_id})
        matter = {
            "office": office, "number": f"{office.upper()}-{len(self.matters) + 1:06d}", "request_id": request_id,
            "case": given.get("number"), "item": given.get("item"), "answers": given.get("answers"), "documents": [], "stage": "received",
        }  # fmt: skip
        self.matters.append(matter)
        self.keep()
        return Told(201, {"number": matter["number"], "request_id": request_id})

    def attach(self, office: str, number: str, said: dict[str, str]) -> Told:
        found = [m for m in self.of(office) if m["number"] == number]
        if not found or found[0]["request_id"] != said["request_id"]:
            return Told(404, {"error": "no such matter"})
        papers: list[dict[str, Any]] = found[0]["documents"]
        known = [p for p in papers if p["sha256"] == said["sha256"]]
        if known and self.able(office)["idempotent"]:
            return Told(200, {"id": known[0]["id"], "request_id": said["request_id"]})
        papers.append({"sha256": said["sha256"], "name": said.get("name", ""), "id": f"{number}/{len(papers) + 1}"})
        self.keep()
        return Told(201, {"id": papers[-1]["id"], "request_id": said["request_id"]})

    def moved(self, office: str, number: str, stage: str) -> Told:
        """Their own staff have gone on with a matter, or back."""
        found = [m for m in self.of(office) if m["number"] == number]
        if not found:
            return Told(404, {"error": "no such matter"})
        found[0]["stage"] = stage
        self.keep()
        return Told(200, {"stage": stage})

    def keep(self) -> None:
        if self.file is not None:
            half = self.file.with_suffix(".half")
            half.write_text("".join(json.dumps(m, ensure_ascii=False) + "\n" for m in self.matters), "utf-8")
            half.replace(self.file)


def main() -> None:
    asked = argparse.ArgumentParser(prog="back_office")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--home", type=Path, required=True)
    told = asked.parse_args()
    told.home.mkdir(parents=True, exist_ok=True)
    asyncio.run(run(Offices(told.home / "back_office.jsonl").handle, told.port, MOST))


if __name__ == "__main__":
    main()
