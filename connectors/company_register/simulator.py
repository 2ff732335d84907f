"""The register of companies of a demo city: `python -m connectors.company_register.simulator --port N --home DIR [--data FILE]`.

POST /company {"uscc"} → 200 with the row, 404 when there is none, or it is struck off.
POST /represented {"id_number"} → 200 with the rows whose legal representative has this number.
POST /faults {"fault": "none" | "slow" | "down"} → how it misbehaves from now on; GET /faults tells.
"""

import argparse
import asyncio
import json
import os
from pathlib import Path
from typing import Any

from connectors.simulating import Asked, Told, run
from onedoor.kernel.config import cities_folder

FAULTS = ("none", "slow", "down")


class Companies:
    """The rows by code, and the fault it is told to have."""

    def __init__(self, rows: list[dict[str, Any]], slow_seconds: float = 8.0) -> None:
        self.rows = {row["uscc"]: row for row in rows}
        self.fault, self.slow_seconds = "none", slow_seconds

    async def handle(self, asked: Asked) -> Told:
        match asked.method, asked.path:
            case "POST", "/faults":
                return self._misbehave(asked.json()["fault"])
            case "GET", "/faults":
                return Told(200, {"fault": self.fault})
            case "POST", "/company" | "/represented":
                return await self._answered(asked)
            case _:
                return Told(404, {"error": "no such address"})

    async def _answered(self, asked: Asked) -> Told:
        if self.fault == "down":
            return Told(503, {"error": "down for maintenance"})
        if self.fault == "slow":
            await asyncio.sleep(self.slow_seconds)
        question = asked.json()
        living = [row for row in self.rows.values() if row.get("status", "normal") == "normal"]
        if asked.path == "/represented":
            return Told(200, [_shown(row) for row in living if row["legal_id_number"] == question["id_number"]])
        found = next((row for row in living if row["uscc"] == question["uscc"]), None)
        return Told(200, _shown(found)) if found else Told(404, {"error": "not in the register"})

    def _misbehave(self, fault: str) -> Told:
        if fault not in FAULTS:
            return Told(422, {"error": f"fault must be one of {', '.join(FAULTS)}"})
        self.fault = fault
        return Told(200, {"fault": fault})


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in ("status", "certs")}


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a companies.jsonl; a city without one has no companies."""
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines if line.strip()]


def main() -> None:
    asked = argparse.ArgumentParser(prog="company_register")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--data", type=Path)
    told = asked.parse_args()
    data = told.data or cities_folder() / os.environ.get("ONEDOOR_CITY", "qinghe") / "demo" / "companies.jsonl"
    asyncio.run(run(Companies(rows_of(data)).handle, told.port))


if __name__ == "__main__":
    main()
