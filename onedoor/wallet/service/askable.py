"""核验方 Who may ask wallets, for what: the city's list, in memory."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from onedoor.kernel.db import Db
from onedoor.kernel.ids import convert
from onedoor.kernel.memory import Memory, changed
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.wallet.models import NewVerifier, Verifier
from onedoor.wallet.store import askings as store

LIFE = dt.timedelta(minutes=5)
"""For so long a question can be answered."""


def client_id_of(address: str) -> str:
    """Who asks, as any wallet can check it: the name in the certificate of the key that signs the request."""
    return f"x509_san_dns:{urlsplit(address).hostname}"


async def _load(db: Db) -> dict[str, Verifier]:
    return {one.code: one for one in await store.verifiers(db)}


verifiers: Memory[dict[str, Verifier]] = Memory("wallet.verifiers", _load)


async def put_verifiers(work: Work, rows: Sequence[Mapping[str, Any]]) -> int:
    """The [[verifier]] tables of a city, the whole list; how many were new, different or gone."""
    count = 0
    for row in rows:
        new = convert(dict(row), NewVerifier)
        org = await orgs.department(work, new.organisation)
        count += await store.put_verifier(work.db, Verifier(new.code, org.id, new.name, new.purposes))
    count += await store.drop_verifiers(work.db, [str(row["code"]) for row in rows])
    if count:
        await changed(work.db, "wallet.verifiers")
    return count


async def own(work: Work) -> Verifier | None:
    """What my organisation may ask."""
    org = work.actor.org
    return next((one for one in (await verifiers.get(work.db)).values() if org and one.org_ref.uuid == org.uuid), None)
