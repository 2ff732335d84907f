"""A worker process of its own: answers each line [path, body] with one line [status, answer]. Started by test_house.py.

With `issue` it first makes two certificates, revokes one, and prints the codes of both and the text of the other.
"""

import json
import os
import sys
import warnings
from pathlib import Path
from typing import Any

warnings.simplefilter("ignore")


async def codes(house: Any) -> list[str]:
    """Two fresh codes, the first of a certificate that was then revoked, and the signed text of the second."""
    from onedoor.identity import service as identity
    from onedoor.kernel.work import Actor, system
    from onedoor.orgs import service as orgs
    from onedoor.wallet import service as wallet
    from onedoor.wallet import ticket

    from .conftest import CLAIMS

    async with house.begin(actor=system("test")) as work:
        person = await identity.person_of_phone(work, "13900990001")
        assert person is not None
        org = (await orgs.department(work, "gongan")).id
        certs = [await wallet.issue(work, person, "003", CLAIMS, None, "林晓", "990105199203180222", org) for _ in "ab"]
        made = [wallet.code(work, cert, ticket.ON_DEVICE).text for cert in certs]
    async with house.begin(actor=Actor(system="test", org=org)) as work:
        await wallet.revoke(work, certs[0].id, "x")
    async with house.begin(actor=Actor(id=person)) as work:
        return [*made, await wallet.credential(work, certs[1].id)]


def say(words: str) -> None:
    """One line in one piece: what the server's thread writes to its log must not end up in its midst."""
    sys.stdout.flush()
    os.write(1, f"{words}\n".encode())


def main(dsn: str, home: str, issue: str = "") -> None:
    from litestar.testing import TestClient

    from onedoor.web.app import build
    from tests.conftest import settings_for

    app = build(settings_for(dsn, Path(home)))
    with TestClient(app, base_url="http://testserver.local") as client:
        if issue:
            with client.portal() as portal:
                say("codes " + json.dumps(portal.call(codes, app.state.house)))
        say("ready")
        for line in sys.stdin:
            path, body = json.loads(line)
            answer = client.post(path, json=body) if body is not None else client.get(path)
            said = answer.json() if "json" in answer.headers["content-type"] else answer.text
            say("answer " + json.dumps([answer.status_code, said]))


if __name__ == "__main__":
    main(*sys.argv[1:])
