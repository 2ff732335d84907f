"""The population register of a demo city: `python -m connectors.population_register.simulator --port N --home DIR [--data FILE]`.

POST /match {"name", "id_number"} → 200 with the row, 404 when both do not belong together (or the person is struck off).
POST /kinship {"guardian", "ward"} → 200 {"relation", "until"} when the register names the first as guardian of the second, else 404.
POST /wards {"guardian"} → 200 with the names and numbers of whom the register names this one as guardian.
POST /events {"id_number", "kind": "died" | "incapable" | "restored", "on"} → it has happened; GET /events?after=N → what has, in order.
POST /faults {"fault": "none" | "slow" | "down" | "wrong"} → how it misbehaves from now on; GET /faults tells.
"""

import argparse
import asyncio
import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

from connectors.simulating import Asked, Told, run
from onedoor.kernel.config import cities_folder

LIVES = ("died", "incapable", "restored")
FAULTS = ("none", "slow", "down", "wrong")
SHOWN = ("id_number", "name", "sex", "birth_on", "nation", "household_address", "address")


class Register:
    """The rows by identity number, and the fault it is told to have."""

    def __init__(self, rows: list[dict[str, Any]], slow_seconds: float = 8.0) -> None:
        self.rows = {row["id_number"]: row for row in rows}
        self.fault, self.slow_seconds = "none", slow_seconds
        self.events: list[dict[str, Any]] = []

    async def handle(self, asked: Asked) -> Told:
        match asked.method, asked.path:
            case "POST", "/match":
                return await self._match(asked.json())
            case "POST", "/kinship":
                return await self._kinship(asked.json())
            case "POST", "/wards":
                return await self._wards(asked.json())
            case "POST", "/faults":
                return self._misbehave(asked.json()["fault"])
            case "POST", "/events":
                return self._happened(asked.json())
            case "GET", "/events":
                after = int(asked.query.get("after", "0"))
                return Told(503) if self.fault == "down" else Told(200, self.events[after : after + 100])
            case "GET", "/faults":
                return Told(200, {"fault": self.fault})
            case "GET", "/":
                return Told(200, {"rows": len(self.rows)})
            case _:
                return Told(404, {"error": "no such address"})

    def _misbehave(self, fault: str) -> Told:
        if fault not in FAULTS:
            return Told(422, {"error": f"fault must be one of {', '.join(FAULTS)}"})
        self.fault = fault
        return Told(200, {"fault": fault})

    def _happened(self, said: dict[str, Any]) -> Told:
        row, kind = self.rows.get(str(said.get("id_number"))), said.get("kind")
        if row is None or kind not in LIVES:
            return Told(422, {"error": f"a known id_number, and a kind of {', '.join(LIVES)}"})
        row["status"] = "cancelled" if kind == "died" else "normal"
        on = str(said.get("on") or dt.date.today())
        self.events.append({"number": len(self.events) + 1, "id_number": row["id_number"], "kind": kind, "on": on})
        return Told(201, self.events[-1])

    async def _kinship(self, question: dict[str, Any]) -> Told:
        if self.fault == "down":
            return Told(503, {"error": "down for maintenance"})
        if self.fault == "slow":
            await asyncio.sleep(self.slow_seconds)
        ward = self.rows.get(str(question["ward"]), {})
        relation = ward.get("guardians", {}).get(str(question["guardian"]))
        return Told(200, {"relation": relation, "until": None}) if relation else Told(404, {"error": "the register knows of nothing"})

    async def _wards(self, question: dict[str, Any]) -> Told:
        if self.fault == "down":
            return Told(503, {"error": "down for maintenance"})
        if self.fault == "slow":
            await asyncio.sleep(self.slow_seconds)
        found = [row for row in self.rows.values() if str(question["guardian"]) in row.get("guardians", {})]
        return Told(200, [{"name": row["name"], "id_number": row["id_number"]} for row in found])

    async def _match(self, question: dict[str, Any]) -> Told:
        if self.fault == "down":
            return Told(503, {"error": "down for maintenance"})
        if self.fault == "slow":
            await asyncio.sleep(self.slow_seconds)
        row = self.rows.get(str(question["id_number"]))
        if row is None or row["name"] != question["name"] or row.get("status", "normal") != "normal":
            return Told(404, {"error": "they do not belong together"})
        shown = {key: row[key] for key in SHOWN}
        if self.fault == "wrong":
            shown["birth_on"] = "1900-01-01"
        return Told(200, shown)


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a register.jsonl."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def main() -> None:
    asked = argparse.ArgumentParser(prog="population_register")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--data", type=Path)
    told = asked.parse_args()
    data = told.data or cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe") / "demo" / "register.jsonl"
    asyncio.run(run(Register(rows_of(data)).handle, told.port))


if __name__ == "__main__":
    main()
