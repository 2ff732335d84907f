"""Submit a case through the API: case, step, number, inbox line, message and jobs in one durable transaction."""

import uuid

from bench.client import request
from bench.place import Place

NAME, LIMIT_MS, TARGET_MS, CEILING, ONCE = "submit a case", 5.0, 4.0, "pg_write", True


ITEM = "gj-jiaocunzhengming"
ANSWERS = {"scope": "paid", "from_on": "2026-01-05", "purpose": "rent", "recipient": "本人留存"}


def requests(place: Place, rounds: int) -> list[str]:
    made = []
    for n in range(6000):
        token = place.tokens[n % len(place.tokens)]
        headers = {"authorization": f"Bearer {token}", "accept": "application/json", "idempotency-key": uuid.uuid4().hex}
        made.append(request("POST", "/api/cases", headers, {"item": ITEM, "answers": ANSWERS, "attachments": []}))
    return made


def check(place: Place, sent: int) -> list[str]:
    """As many cases as were answered, each with one step, one number and one inbox line."""
    cases = place.count("select count(*) from cases.case_file where item = 'gj-jiaocunzhengming'")
    numbers = place.count("select count(distinct number) from cases.case_file where item = 'gj-jiaocunzhengming'")
    lines = place.count("select count(*) from cases.inbox where item = 'gj-jiaocunzhengming'")
    steps = place.count(
        "select count(*) from cases.step s join cases.case_file c on c.id = s.case_id where c.item = 'gj-jiaocunzhengming'"
    )
    wrong = {"cases": cases, "numbers": numbers, "inbox lines": lines, "steps": steps}
    return [f"{n} {what}, {sent} were answered 201" for what, n in wrong.items() if n != sent]
