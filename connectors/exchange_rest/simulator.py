"""公安局 A police household register: `python -m connectors.exchange_rest.simulator --port N --home DIR`.

POST /oauth/token {client_id, timestamp, proof} → a token of ten minutes. With it and a signature over each call:
POST /api/v2/household/query {idCard, pageNo}: five members a page · POST /api/v2/driver/query {idCard} · POST /api/v2/corrections.
Whatever happens is a 200 with a code inside. Sex is 1 or 2, days are 19900101, a name may lie outside the first plane of Unicode.
Like every simulated register: GET /_state, POST /_fault.
"""

import asyncio
import datetime as dt
import hashlib
import hmac
import secrets
import time
from pathlib import Path
from typing import Any

from connectors.demo_people import Kept, Person, by_number, chance, differs, households, people, told
from connectors.faults import Faults, faulty
from connectors.simulating import Asked, Handle, Told, run, started
from onedoor.kernel import crypto

CODE, PAGE, TOKEN_SECONDS, CLOCK_SECONDS = "police", 5, 600, 300
NATIONS = {"汉族": "01", "回族": "03", "藏族": "04", "维吾尔族": "05", "苗族": "06", "壮族": "08", "满族": "11", "土家族": "15"}


class Police:
    """The register, its tokens, and the corrections it has been handed."""

    def __init__(self, home: Path, secret: bytes, address: str = "") -> None:
        self.secret, self.faults, self.address = secret, Faults(), address
        self.corrections = Kept(home / "registers" / CODE / "corrections.jsonl")
        self.tokens: dict[str, float] = {}
        self.asked = 0

    def handle(self) -> Handle:
        return faulty(self._answer, self.faults, self.state)

    def state(self) -> dict[str, Any]:
        return {"registers": {CODE: self.address}, "rows": len(people()), "asked": self.asked, "corrections": len(self.corrections.rows)}

    async def _answer(self, asked: Asked, mode: str) -> Told:
        match asked.method, asked.path:
            case "GET", "/":
                return Told(200, {"status": "UP"})
            case "POST", "/oauth/token":
                return self._token(asked.json())
            case "POST", _ if fault := self._trespass(asked):
                return Told(200, {"code": fault, "msg": "鉴权失败"})
            case "POST", "/api/v2/driver/query":
                return self._driver(asked.json(), mode)
            case "POST", "/api/v2/household/query":
                return self._household(asked.json(), mode)
            case "POST", "/api/v2/corrections":
                kept = self.corrections.put(asked.headers["idempotency-key"], {**asked.json(), "at": dt.datetime.now().isoformat()})
                return _well({"receiptNo": f"JZ{hashlib.sha256(str(kept['request_id']).encode()).hexdigest()[:12].upper()}"})
            case _:
                return Told(404, {"code": "404"})

    def _token(self, given: dict[str, Any]) -> Told:
        proof = hmac.new(self.secret, f"{given['client_id']}\n{given['timestamp']}".encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(proof, str(given["proof"])) or abs(time.time() - int(given["timestamp"])) > CLOCK_SECONDS:
            return Told(401, {"error": "invalid_client"})
        token = secrets.token_urlsafe(24)
        self.tokens[token] = time.time() + TOKEN_SECONDS
        return Told(200, {"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"})

    def _trespass(self, asked: Asked) -> str:
        if self.tokens.get(asked.headers.get("authorization", "").removeprefix("Bearer "), 0) < time.time():
            return "40101"
        words = f"POST\n{asked.path}\n{asked.headers.get('x-timestamp')}\n{hashlib.sha256(asked.body).hexdigest()}"
        sign = hmac.new(self.secret, words.encode(), hashlib.sha256).hexdigest()
        return "" if hmac.compare_digest(sign, asked.headers.get("x-signature", "")) else "40102"

    def _found(self, given: dict[str, Any], mode: str) -> Person | None:
        self.asked += 1
        person = by_number().get(str(given["idCard"]))
        if person is None or not person.living:
            return None
        if mode == "wrong_person":
            return next(other for other in people() if other.id_number != person.id_number and other.living)
        return person

    def _household(self, given: dict[str, Any], mode: str) -> Told:
        if (person := self._found(given, mode)) is None:
            return NOBODY
        members = [_row(one) for one in households()[person.household]]
        number = int(given.get("pageNo", 1))
        page = members[(number - 1) * PAGE : number * PAGE]
        said = {"idCard": person.id_number, "householdNo": person.household, "totalCount": len(members), "members": page}
        said.update(_family(person))
        if mode == "wrong_schema":
            said["minors"] = said.pop("children")
        return _well({**said, "updateDate": _updated(mode)})

    def _driver(self, given: dict[str, Any], mode: str) -> Told:
        person = self._found(given, mode)
        licence = told(person, "driver", _licence(person)) if person else None
        if person is None or licence is None:
            return NOBODY
        names = ("class", "first") if mode == "wrong_schema" else ("zjcx", "cclzrq")
        words = {names[0]: licence[0], names[1]: licence[1].replace("-", ""), "updateDate": _updated(mode)}
        return _well({"idCard": person.id_number, "state": "A", **words})


NOBODY = Told(200, {"code": "404", "msg": "查无此人"})


def _family(person: Person) -> dict[str, Any]:
    """Who answers for somebody under age, and a grown-up's children under age: those who live together, a generation apart."""
    home, today = households()[person.household], dt.date.today()
    gap = [one for one in home if 18 <= abs(one.birth_on.year - person.birth_on.year) <= 45]
    minor = person.age(today) < 18
    guardian = told(person, "guardian", next((one.id_number for one in gap if minor and one.age(today) >= 18), None))
    children = told(person, "children", [one.id_number for one in gap if not minor and one.age(today) < 18])
    return {
        "guardian": _row(by_number()[guardian]) if guardian else None,
        "children": [{**_row(by_number()[number]), "relation": "1"} for number in children],
    }


def _licence(person: Person) -> list[str] | None:
    since = person.birth_on.year + 20
    if chance("driver", person, 2) or not person.living or since > dt.date.today().year:
        return None
    return [("C1", "C2", "B2")[chance("class", person, 3)], f"{since}-06-{1 + chance('day', person, 28):02d}"]


def _row(person: Person) -> dict[str, Any]:
    address = f"{person.address[:6]}旧街 1 号" if differs(CODE, person) else person.household_address
    return {
        "idCard": person.id_number, "personName": person.name, "sexCode": "1" if person.sex == "male" else "2",
        "birthDate": f"{person.birth_on:%Y%m%d}", "nationCode": NATIONS.get(person.nation, "97"), "registeredAddress": address,
        "liveAddress": person.address, "mobile": person.phone or None,
    }  # fmt: skip


def _updated(mode: str) -> str:
    return f"{dt.date.today() - dt.timedelta(days=400 if mode == 'stale' else 0):%Y%m%d}"


def _well(data: dict[str, Any]) -> Told:
    return Told(200, {"code": "0", "msg": "成功", "data": data, "traceId": secrets.token_hex(8)})


def main() -> None:
    given = started("exchange_rest")
    register = Police(given.home, crypto.secret(given.home, f"register_{CODE}"), f"http://127.0.0.1:{given.port}")
    asyncio.run(run(register.handle(), given.port))


if __name__ == "__main__":
    main()
