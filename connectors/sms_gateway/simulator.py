"""A phone network on one page: `python -m connectors.sms_gateway.simulator --port N --home DIR`.

POST /messages {"phone", "text", "request_id"} → 202; the same request_id again → 200 and nothing is added.
POST /replies {"phone", "text"} is what that phone sends to the city → 202; GET /replies?after=N → {"items": [{"number", "phone", "text"}]},
in order, a hundred at most. Kept in DIR/sms_inbox.jsonl.
GET /messages?phone=&limit= → {"items": [{"phone", "text", "code", "at"}]}, the newest first. Kept in DIR/sms_outbox.jsonl over restarts.
"""

import argparse
import asyncio
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

from connectors.simulating import Asked, Told, run

SHOWN = 200
KEPT = 5000


class Network:
    """What has been sent, in memory and in a file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.sent: list[dict[str, Any]] = []
        if file.exists():
            for line in file.read_text("utf-8").splitlines()[-KEPT:]:
                try:
                    self.sent.append(json.loads(line))
                except ValueError:
                    continue  # a line cut short when the machine went down
        self.known = {message["request_id"] for message in self.sent}
        self.inbox = file.with_name("sms_inbox.jsonl")
        lines = self.inbox.read_text("utf-8").splitlines() if self.inbox.exists() else []
        self.got: list[dict[str, Any]] = [json.loads(line) for line in lines if line.endswith("}")]

    async def handle(self, asked: Asked) -> Told:
        match asked.method, asked.path:
            case "POST", "/messages":
                return self._take(asked.json())
            case "GET", "/messages":
                limit = min(int(asked.query.get("limit", SHOWN)), SHOWN)
                phone = asked.query.get("phone")
                found = [m for m in reversed(self.sent) if phone in (None, m["phone"])][:limit]
                return Told(200, {"items": [{key: m[key] for key in ("phone", "text", "code", "at")} for m in found]})
            case "POST", "/replies":
                return self._get(asked.json())
            case "GET", "/replies":
                after = int(asked.query.get("after", 0))
                return Told(200, {"items": [m for m in self.got if m["number"] > after][:100]})
            case _:
                return Told(404, {"error": "no such address"})

    def _get(self, given: dict[str, Any]) -> Told:
        phone, text = str(given["phone"]), str(given["text"])
        if not re.fullmatch(r"1[3-9]\d{9}", phone) or not 1 <= len(text) <= 500:
            return Told(422, {"error": "phone must be a mobile number and text 1 to 500 characters"})
        message = {"number": len(self.got) + 1, "phone": phone, "text": text}
        with self.inbox.open("a", encoding="utf-8") as file:
            file.write(json.dumps(message, ensure_ascii=False) + "\n")
        self.got.append(message)
        return Told(202, {"status": "accepted"})

    def _take(self, given: dict[str, Any]) -> Told:
        phone, text, request_id = str(given["phone"]), str(given["text"]), str(given["request_id"])
        if not re.fullmatch(r"1[3-9]\d{9}", phone) or not 1 <= len(text) <= 500:
            return Told(422, {"error": "phone must be a mobile number and text 1 to 500 characters"})
        if request_id in self.known:
            return Told(200, {"status": "known"})
        code = re.search(r"(?<!\d)\d{6}(?!\d)", text)
        at = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        message = {"phone": phone, "text": text, "request_id": request_id, "code": code[0] if code else None, "at": at}
        with self.file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(message, ensure_ascii=False) + "\n")
        self.sent.append(message)
        self.known.add(request_id)
        return Told(202, {"status": "accepted"})


def main() -> None:
    asked = argparse.ArgumentParser(prog="sms_gateway")
    asked.add_argument("--port", type=int, required=True)
    asked.add_argument("--home", type=Path, required=True)
    told = asked.parse_args()
    told.home.mkdir(parents=True, exist_ok=True)
    asyncio.run(run(Network(told.home / "sms_outbox.jsonl").handle, told.port))


if __name__ == "__main__":
    main()
