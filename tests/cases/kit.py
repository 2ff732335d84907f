"""What tests of cases share: people of the demo city, a filled form, small files."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

ROOT = Path(__file__).parent.parent.parent
PERMIT = "ga-juzhuzheng"
ANSWERS = {
    "kind": "renew", "address": "东湖区柳岸街道春风路 12 号 3 栋 502 室", "housing": "own", "phone": "13900001234", "delivery": "wallet",
}  # fmt: skip


def residents() -> list[dict[str, Any]]:
    """People of the demo city whose names are proven."""
    lines = (ROOT / "cities/qinghe/demo/residents.jsonl").read_text("utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["real_name"]]


def bearer(site: Any, phone: str) -> httpx.Client:
    """A program signed in with a token."""
    program = site.client()
    program.post("/api/codes", json={"phone": phone})
    site.jobs()
    code = site.outbox.sign_in_code(phone)
    answer = program.post("/api/sessions", json={"phone": phone, "code": code})
    assert answer.status_code == 201, answer.text
    program.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return program


def submitted(program: httpx.Client, **changed: Any) -> dict[str, Any]:
    """A residence permit that has been applied for."""
    answer = program.post("/api/cases", json={"item": PERMIT, "answers": ANSWERS | changed})
    assert answer.status_code == 201, answer.text
    return answer.json()


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **saved: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **saved)
    return out.getvalue()


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + extra + b">>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
