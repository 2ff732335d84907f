"""Submit a case through the API: case, step, number, inbox line, message and jobs in one durable transaction."""

import uuid

from bench.client import request
from bench.place import Place

NAME, LIMIT_MS, TARGET_MS, CEILING, ONCE = "submit a case", 5.0, 4.0, "pg_write", True


def body(place: Place) -> dict[str, object]:
    """Answers that the form of the item accepts, made from its schema."""
    import tomllib

    from bench.place import CITY

    item = tomllib.loads((CITY / "items" / "gj-jiaocunzhengming.toml").read_text("utf-8"))
    bound = set(item["form"].get("bindings", {}))
    answers: dict[str, object] = {}
    for page in item["form"]["pages"]:
        for name in page["ask"]:
            schema = item["form"]["schema"]["properties"][name]
            if f"/{name}" not in bound and "when" not in page and "enum" in schema:
                answers[name] = schema["enum"][0]
    return {"item": item["code"], "answers": answers, "attachments": []}


def requests(place: Place, rounds: int) -> list[str]:
    content = body(place)
    made = []
    for n in range(6000):
        token = place.tokens[n % len(place.tokens)]
        headers = {"authorization": f"Bearer {token}", "accept": "application/json", "idempotency-key": uuid.uuid4().hex}
        made.append(request("POST", "/api/cases", headers, content))
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
