"""人社局 A social insurance system: `python -m connectors.exchange_soap.simulator --port N --home DIR`.

POST /services/SiService, SOAP 1.1 document/literal in GB18030, though it declares GBK; GET /services/SiService?wsdl.
queryInsured and queryCard (aac002: the identity number), and registerSubsidy, known again by its requestId. Fields have the insurance
trade's codes; a fault is a 200. It takes its time ($ONEDOOR_SOCIAL_MS, 400), and with $ONEDOOR_SOCIAL_HOURS=1 it is closed from 23 to 6.
"""

import asyncio
import datetime as dt
import os
import re
import zlib
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, unescape

from connectors.demo_people import Kept, Person, by_number, chance, differs, people, told
from connectors.faults import Faults, faulty
from connectors.simulating import Asked, Handle, Told, run, started

CODE, NAMESPACE, SERVICE = "social", "http://si.example/services", "/services/SiService"
FIRMS = ("柳岸软件", "和顺机械", "书院印务", "荷塘食品", "码头物流", "云台农业")
WSDL = f"""<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
 xmlns:tns="{NAMESPACE}" xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NAMESPACE}">
<wsdl:types><xs:schema targetNamespace="{NAMESPACE}" elementFormDefault="qualified">
<xs:element name="queryInsured"><xs:complexType><xs:sequence><xs:element name="aac002" type="xs:string"/></xs:sequence>
</xs:complexType></xs:element>
<xs:element name="queryInsuredResponse"><xs:complexType><xs:sequence><xs:any maxOccurs="unbounded"/></xs:sequence>
</xs:complexType></xs:element>
</xs:schema></wsdl:types>
<wsdl:message name="queryInsuredIn"><wsdl:part name="body" element="tns:queryInsured"/></wsdl:message>
<wsdl:message name="queryInsuredOut"><wsdl:part name="body" element="tns:queryInsuredResponse"/></wsdl:message>
<wsdl:portType name="Si"><wsdl:operation name="queryInsured"><wsdl:input message="tns:queryInsuredIn"/>
<wsdl:output message="tns:queryInsuredOut"/></wsdl:operation></wsdl:portType>
<wsdl:binding name="SiSoap" type="tns:Si"><soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
<wsdl:operation name="queryInsured"><soap:operation soapAction="queryInsured"/><wsdl:input><soap:body use="literal"/></wsdl:input>
<wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation></wsdl:binding>
</wsdl:definitions>"""  # fmt: skip


class Social:
    """Insured people, and the subsidies that have been registered."""

    def __init__(self, home: Path, address: str = "", ms: int = 400, hours: bool = False) -> None:
        self.faults, self.address, self.ms, self.hours = Faults(), address, ms, hours
        self.subsidies = Kept(home / "registers" / CODE / "subsidies.jsonl")
        self.asked = 0

    def handle(self) -> Handle:
        return faulty(self._answer, self.faults, self.state)

    def state(self) -> dict[str, Any]:
        kept = list(self.subsidies.rows.values())
        return {"registers": {CODE: self.address}, "rows": len(people()), "asked": self.asked, "subsidies": kept}

    async def _answer(self, asked: Asked, mode: str) -> Told:
        if (asked.method, asked.path) == ("GET", SERVICE):
            return Told(200, raw=WSDL.encode(), kind="text/xml; charset=UTF-8")
        if (asked.method, asked.path) != ("POST", SERVICE):
            return Told(404, {"error": "no such address"})
        await asyncio.sleep(self.ms / 1000)
        if self.hours and not 6 <= dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).hour < 23:
            return _fault("soap:Server.Closed", "系统维护时间，请于 6:00 后再查")
        said = asked.body.decode("gb18030")
        if "registerSubsidy" in said:
            return self._subsidy(said)
        return self._person(_field(said, "aac002"), "queryCard" if "queryCard" in said else "queryInsured", mode)

    def _person(self, number: str, question: str, mode: str) -> Told:
        self.asked += 1
        person = by_number().get(number)
        if person is None or not person.living or person.age(dt.date.today()) < 16:
            return _fault("soap:Client.NoSuchPerson", "无此人参保信息")
        if mode == "wrong_person":
            person = next(other for other in people() if other.id_number != number)
        words = f"<aac002>{person.id_number}</aac002>{_about(person, mode)}"
        words += _card(person, mode) if question == "queryCard" else _work(person, mode) + _insurances(person)
        return _envelope(f"<{question}Response xmlns='{NAMESPACE}'><result>{words}</result></{question}Response>")

    def _subsidy(self, said: str) -> Told:
        request, number = _field(said, "requestId"), _field(said, "aac002")
        if number not in by_number():
            return _fault("soap:Client.NoSuchPerson", "无此人")
        row = {"aac002": number, "kind": _field(said, "aae013"), "number": f"DJ{len(self.subsidies.rows) + 1:08d}"}
        kept = self.subsidies.put(request, row)
        words = f"<aac002>{number}</aac002><aaz158>{kept['number']}</aaz158>"
        return _envelope(f"<registerSubsidyResponse xmlns='{NAMESPACE}'><result>{words}</result></registerSubsidyResponse>")


def _about(person: Person, mode: str) -> str:
    known = f"{person.name[:1]}小{person.name[-1:]}" if differs(CODE, person) else person.name
    day = dt.date.today() - dt.timedelta(days=400 if mode == "stale" else 1)
    return f"<aac003>{escape(known)}</aac003><aae036>{day:%Y-%m-%d}</aae036>"


def _employer(person: Person) -> str | None:
    works = 18 <= person.age(dt.date.today()) < 60 and chance("works", person, 3) > 0
    return told(person, "employer", f"青禾市{FIRMS[chance('firm', person, len(FIRMS))]}有限公司" if works else None)


def _work(person: Person, mode: str) -> str:
    """Where somebody works or last did, and the day they left."""
    employer, left = _employer(person), told(person, "left", None)
    name = "aab004x" if mode == "wrong_schema" else "aab004"
    words = f"<{name}>{escape(employer)}</{name}>" if employer else f"<{name} xsi:nil='true'/>"
    day = f"{dt.date.today() - dt.timedelta(days=left):%Y%m%d}" if left else "00000000"
    return f"{words}<aae031>{day}</aae031>"


def _insurances(person: Person) -> str:
    """A row for each: its kind, its state (1 paying, 2 paused, 3 drawing), months paid, the base in yuan."""
    age, kinds = person.age(dt.date.today()), ("110", "210", "410") if _employer(person) else ("170",)
    months, base = max(0, min(age, 60) - 22) * 12 + chance("months", person, 12), 4200 + chance("base", person, 9000)
    state = "3" if age >= 60 else "2" if told(person, "left", None) else "1"
    return "".join(
        f"<row><aae140>{kind}</aae140><aac008>{state}</aac008><aae201>{months}</aae201><aae180>{base}.00</aae180></row>" for kind in kinds
    )


def _card(person: Person, mode: str) -> str:
    name = "aae010x" if mode == "wrong_schema" else "aae010"
    account = told(person, "account", f"621700990{zlib.crc32(person.id_number.encode()):010d}")
    return f"<aaz500>QH099{chance('card', person, 10**8):08d}</aaz500><{name}>{account[:4]} {account[4:]}</{name}>"


def _field(said: str, name: str) -> str:
    found = re.search(rf"<(?:\w+:)?{name}[^>]*>([^<]*)<", said)
    if found is None:
        raise ValueError(f"no {name}")
    return unescape(found[1], {"&quot;": '"'}).strip()


def _envelope(body: str) -> Told:
    words = (
        '<?xml version="1.0" encoding="GBK"?>\n<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>{body}</soap:Body></soap:Envelope>'
    )
    return Told(200, raw=words.encode("gb18030"), kind="text/xml; charset=GBK")


def _fault(code: str, words: str) -> Told:
    return _envelope(f"<soap:Fault><faultcode>{code}</faultcode><faultstring>{words}</faultstring></soap:Fault>")


def main() -> None:
    given = started("exchange_soap")
    ms, hours = int(os.environ.get("ONEDOOR_SOCIAL_MS", "400")), os.environ.get("ONEDOOR_SOCIAL_HOURS") == "1"
    asyncio.run(run(Social(given.home, f"http://127.0.0.1:{given.port}", ms, hours).handle(), given.port))


if __name__ == "__main__":
    main()
