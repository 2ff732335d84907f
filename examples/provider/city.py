"""What the hospital tells the city, in its own name: appointments, and how they go."""

import os

from authlib.integrations.httpx_client import AsyncOAuth2Client

from .ledger import Ledger

WORDS = {
    "open": {"zh": "已预约，请在就诊当天带身份证", "en": "Booked. Bring your identity card on the day"},
    "cancelled": {"zh": "预约已取消", "en": "The appointment is cancelled"},
}


def client() -> AsyncOAuth2Client:
    """Gets itself a fresh token whenever the old one has run out."""
    issuer = os.environ["CITY"]
    return AsyncOAuth2Client(
        os.environ["CLIENT_ID"], os.environ["CLIENT_SECRET"], token_endpoint=f"{issuer}/oauth/token", grant_type="client_credentials",
        base_url=issuer, trust_env=False, timeout=10,
    )  # fmt: skip


async def report(ledger: Ledger) -> None:
    """Tell the city of every appointment that stands differently from what it was told last. A repetition is the same key, so it counts
    once; what fails now is told with the next one."""
    async with client() as city:
        await city.fetch_token()
        for one in ledger.rows("select * from appointment where told is not status"):
            key = {"Idempotency-Key": f"{one['ref']}-{one['status']}"}
            if one["matter"] is None:
                title = {"zh": "心内科门诊", "en": "Cardiology outpatients"}
                body = {"sub": one["sub"], "ref": one["ref"], "title": title, "words": WORDS[one["status"]], "status": one["status"]}
                answer = await city.post("/api/provider/matters", json=body, headers=key)
            else:
                body = {"status": one["status"], "words": WORDS[one["status"]]}
                answer = await city.post(f"/api/provider/matters/{one['matter']}/steps", json=body, headers=key)
            answer.raise_for_status()
            with ledger.writing() as db:
                db.execute("update appointment set told = ?, matter = ? where ref = ?", (one["status"], answer.json()["id"], one["ref"]))
