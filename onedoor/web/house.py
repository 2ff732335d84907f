"""One running process: its settings, pool, ports, notifications, and how a unit of work is opened in it."""

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import structlog

from onedoor.cases.service import definitions, prefill
from onedoor.cases.service.definitions import applicants
from onedoor.catalog import service as catalog
from onedoor.exchange import service as exchange
from onedoor.exchange.ports import Services
from onedoor.identity.ports import Secrets
from onedoor.kernel import crypto, memory
from onedoor.kernel.config import Settings
from onedoor.kernel.db import Database
from onedoor.kernel.i18n import Text
from onedoor.kernel.listen import Listener, keep_memory
from onedoor.kernel.log import NAME
from onedoor.kernel.ports import Ports
from onedoor.kernel.work import ANONYMOUS, Actor, Work
from onedoor.mandates import service as mandates
from onedoor.mandates.service.cards import InHand
from onedoor.orgs import service as orgs
from onedoor.passes import service as passes
from onedoor.providers import service as providers
from onedoor.tracker import service as tracker
from onedoor.wallet import service as wallet
from onedoor.wallet.ports import Entrusting

log = structlog.get_logger(NAME)
MOST_OFFERED = 500
"""So many services of one department are offered to choose from."""


class Offered:
    """The catalogue's names, for a room below it."""

    def title(self, item: str) -> Text | None:
        found = catalog.find_item(item)
        return found.name if found else None

    def offered_by(self, department: str) -> list[str]:
        return [one.code for one in catalog.items_after("", MOST_OFFERED, department=department)]

    def asks(self, item: str) -> tuple[str, ...]:
        forms = definitions.memory.now
        return () if item in forms.retired or item not in forms.newest else prefill.elements_of(forms.forms[(item, forms.newest[item])])


class House:
    """Opened by the web's lifespan, by the job worker and by commands; closed in reverse."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.ports = Ports()
        self.listener = Listener(settings.dsn)
        self.database: Database
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def now(self) -> dt.datetime:
        """The clock of the house; the one place that asks for the time."""
        return dt.datetime.now(dt.UTC)

    def local(self) -> dt.datetime:
        """The same where the city is."""
        return self.now().astimezone(self.settings.zone)

    def _register_secret(self, code: str) -> bytes:
        return crypto.secret(self.settings.home, f"register_{code}")

    async def open(self, *, listen: bool = True, channels: tuple[str, ...] = ("changed",)) -> None:
        from .connectors import connect

        self.database = await Database.open(self.settings.dsn, self.settings.pool)
        connect(self.ports, self.settings)
        self.listener.silent, self.listener.answering = self.database.pool.sleep, self.database.pool.wake
        catalog.sign_links(self.ports.get(Secrets).key("origin"))
        exchange.open_vault(self.settings.home)
        exchange.open_clocks(self.settings.city.exchange.get("clocks", {}))
        exchange.open_node(self.settings.home, self.settings.public_url)
        self.ports.put(exchange.Line, exchange.Line(self.ports, self.begin, self.local, self.settings.registers, self._register_secret))
        self.ports.put(Services, Offered())
        self.ports.put(Entrusting, InHand())
        orgs.named_by(exchange.title_of_fact)
        mandates.applied_for_by(applicants)
        passes.open_book(self.settings.home)
        passes.open_region(self.settings.home, self.settings.public_url)
        wallet.open_vault(self.settings.home, self.settings.public_url)
        passes.open_vault(self.settings.home, self.settings.public_url)
        tracker.open_vault(self.settings.home)
        providers.open_vault(self.settings.home, self.settings.public_url, self.settings.receivers)
        try:
            await memory.compare(self.database)  # what changes from here on is seen by the next comparison
            await memory.load_all(self.database)
        except Exception as away:
            log.warning("memory_not_loaded", error=str(away))
        if listen:
            self._tasks = [
                asyncio.create_task(self.listener.run(channels, self._stop)),
                asyncio.create_task(keep_memory(self.database, self.listener, self._stop)),
            ]

    async def close(self) -> None:
        self._stop.set()
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self.ports.close()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.database.close(), 5)

    @asynccontextmanager
    async def begin(
        self, actor: Actor = ANONYMOUS, locale: str = "zh-CN", ip: str = "", seconds: int = 5
    ) -> AsyncGenerator[Work]:
        """One transaction as `actor`, committed when the block ends well."""
        citizen = actor.on_behalf_of or actor.id
        async with self.database.tx(citizen=citizen, role=actor.role, seconds=seconds, scopes=actor.scopes) as db:
            yield self.work(db, actor, locale, ip)
        if db.own:
            await memory.refresh(self.database.reference, db.own)

    @asynccontextmanager
    async def look(self, actor: Actor, locale: str = "zh-CN", ip: str = "") -> AsyncGenerator[Work]:
        """One look as `actor`: what is read goes out together, in one message."""
        async with self.database.reading(actor.on_behalf_of or actor.id, actor.role) as db:
            yield self.work(db, actor, locale, ip)

    def work(self, db: Any, actor: Actor, locale: str = "zh-CN", ip: str = "") -> Work:
        now = self.now()
        settings = self.settings
        return Work(
            db=db, actor=actor, now=now, today=now.astimezone(settings.zone).date(), calendar=settings.calendar,
            zone=settings.zone, locale=locale, ip=ip, city=settings.city.code,
        )  # fmt: skip
