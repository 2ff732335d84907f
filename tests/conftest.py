"""One PostgreSQL for the whole run, one database per worker cloned from a template that is migrated and loaded once.

Tests speak to the application over HTTP. Every test makes its own people, so nothing has to be rolled back.
"""

import asyncio
import fcntl
import functools
import gc
import itertools
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from onedoor.kernel import config, db, log, memory
from onedoor.kernel.config import Settings

from . import nursery
from .transport import OneHop

gc.set_threshold(50_000, 20, 50)  # or each look walks through all tests and the whole program
ROOT = Path(__file__).parent.parent
HOME = ROOT / ".test"
LOADED = HOME / "loaded"
"""The house that loaded the template: its keys open what stands there."""
MARK = HOME / "template.stamp"
CITY = ROOT / "cities" / "qinghe"
TEMPLATE = "onedoor_template"
LONG = (
    "web/test_roles.py", "faults/test_schemathesis.py", "operations/test_up.py", "operations/test_drill.py", "providers/test_example.py",
    "faults/test_kill.py", "exchange/test_cities.py", "operations/test_archive.py", "cities/test_check.py", "rules/",
    "cases/test_desk.py",
)
CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
SIGN_IN = re.compile(r"(?:登录验证码是|sign-in code is) (\d{6})")

# httpx reads all authorities anew for each client, though none of them speaks TLS.
ssl.create_default_context = functools.cache(ssl.create_default_context)


def pytest_configure(config: pytest.Config) -> None:
    """Before several processes part: they are forks, and what all of them wait for is made while the tests are being read."""
    if getattr(config.option, "tx", None) and not hasattr(config, "workerinput"):
        nursery.workers(config.args)
        if not there():
            subprocess.Popen([sys.executable, "-m", "tests.furnished"], cwd=ROOT)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file stays on one process, and so do the laws: they read the same sources."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "tests/rules" if nodeid.startswith("tests/rules/") else super()._split_scope(nodeid)

    return ByFile(config, log) if config.option.dist == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no process is left with it at the end."""

    def place(item: pytest.Item) -> int:
        folder, name = item.path.parts[-2:]
        return next((place for place, long in enumerate(LONG) if long in (f"{folder}/{name}", f"{folder}/")), len(LONG))

    items.sort(key=place)


class Outbox:
    """The port of the SMS gateway, kept in a list: the real gateway's simulator has contract tests of its own."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []
        self.ids: set[str] = set()

    async def send(self, phone: str, text: str, request_id: str) -> None:
        if request_id not in self.ids:
            self.ids.add(request_id)
            self.sent.append((phone, text))

    def all(self, phone: str) -> list[str]:
        return [text for number, text in self.sent if number == phone]

    def last(self, phone: str) -> str:
        return next(text for number, text in reversed(self.sent) if number == phone)

    def code(self, phone: str) -> str:
        """The newest one-time code; other messages to the same phone may have come after it."""
        codes = (found[0] for number, text in reversed(self.sent) if number == phone and (found := CODE.search(text)))
        return next(codes)

    def sign_in_code(self, phone: str) -> str:
        """The newest code to sign in with; a code for something else may come in the same moment."""
        codes = (found[1] for number, text in reversed(self.sent) if number == phone and (found := SIGN_IN.search(text)))
        return next(codes)


def settings_for(dsn: str, home: Path) -> Settings:
    return Settings(
        home=home, dsn=dsn, city_dir=CITY, city=config.city_of(CITY), calendar=config.calendar_of(CITY), demo=True,
        public_url="http://testserver.local", pool=4, log_level="error",
    )  # fmt: skip


def server() -> str:
    """The DSN of the test run's PostgreSQL; started by whoever needs it first, left running for the next run."""
    from onedoor.kernel.postgres import Cluster

    HOME.mkdir(exist_ok=True)
    return os.environ.get("ONEDOOR_TEST_DATABASE_URL") or Cluster(HOME / "cluster").ensure()


def _named(dsn: str, name: str) -> str:
    head, _, query = dsn.partition("?")
    return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{query}" if query else "")


async def _admin(dsn: str, *statements: str) -> None:
    conn = await asyncpg.connect(_named(dsn, "postgres"))
    try:
        for statement in statements:
            await conn.execute(statement)
    finally:
        await conn.close()


def stamp() -> str:
    """Changes whenever a migration or the city's data change."""
    import hashlib

    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("onedoor/*/migrations/*.sql"), *ROOT.glob("cities/qinghe/**/*.*")]):
        digest.update(path.read_bytes())
    for path in sorted([*ROOT.glob("onedoor/*/models.py"), ROOT / "onedoor/wallet/kinds.py", ROOT / "onedoor/web/city.py"]):
        digest.update(path.read_bytes() if path.exists() else b"")
    return digest.hexdigest()


async def _make_template(dsn: str) -> None:
    from onedoor.kernel.migrate import migrate

    shutil.rmtree(LOADED, ignore_errors=True)
    await _admin(dsn, f"drop database if exists {TEMPLATE} with (force)", f"create database {TEMPLATE}")
    await migrate(_named(dsn, TEMPLATE))
    await load_city(_named(dsn, TEMPLATE))


async def load_city(dsn: str) -> None:
    """The demo city with its people, as `onedoor demo` loads it."""
    from onedoor.web.city import load_demo

    await load_demo(settings_for(dsn, LOADED), CITY)


def there() -> bool:
    """Whether the template is what the migrations and the city make of it today."""
    return LOADED.exists() and MARK.exists() and MARK.read_text() == stamp()


def with_template() -> str:
    """The DSN of a server that has the template; made by whoever needs it first."""
    dsn = server()
    with open(HOME / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not there():
            MARK.unlink(missing_ok=True)
            asyncio.run(_make_template(dsn))
            MARK.write_text(stamp())
    return dsn


@pytest.fixture(scope="session")
def cluster() -> str:
    return server()


@pytest.fixture(scope="session")
def template() -> str:
    return with_template()


@pytest.fixture(scope="session")
def own_home(template: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This worker's own house, as its database is its own: keys are turned and forgotten here, and ends of logs are noted."""
    return Path(shutil.copytree(LOADED, tmp_path_factory.mktemp("house") / "home"))


@pytest.fixture(scope="session")
def dsn(template: str, worker_id: str) -> Iterator[str]:
    """This worker's own database."""
    name = f"onedoor_test_{worker_id}_{os.getpid()}"
    with open(HOME / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        asyncio.run(_admin(
            template, f"drop database if exists {name} with (force)", f"create database {name} template {TEMPLATE}",
            f"alter database {name} set synchronous_commit = off",  # what survives a power cut is proven in clusters of their own
        ))  # fmt: skip
    yield _named(template, name)
    asyncio.run(_admin(template, f"drop database if exists {name} with (force)"))


@pytest.fixture
def clone(template: str, worker_id: str) -> Iterator[str]:
    """A loaded database of one test's own, to change or to take away."""
    name = f"onedoor_clone_{worker_id}_{os.getpid()}"
    gone = f"drop database if exists {name} with (force)"
    with open(HOME / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        asyncio.run(_admin(template, gone, f"create database {name} template {TEMPLATE}"))
    yield _named(template, name)
    asyncio.run(_admin(template, gone))


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return getattr(request.config, "workerinput", {}).get("workerid", "main")


class Register:
    """The port of the population register over the demo city's rows."""

    def __init__(self) -> None:
        lines = (CITY / "demo" / "register.jsonl").read_text("utf-8").splitlines()
        self.rows = {row["id_number"]: row for row in map(json.loads, lines)}
        self.made: dict[str, Any] = {}
        """People whom a test made up: known here, and in nobody's way who takes people from `rows` by their place."""
        self.away = False

    def row(self, id_number: str) -> dict[str, Any] | None:
        return self.rows.get(id_number) or self.made.get(id_number)

    async def match(self, name: str, id_number: str) -> Any:
        from onedoor.identity.models import RegisterEntry
        from onedoor.kernel.ids import convert

        if self.away:
            raise OSError("the register does not answer")
        row = self.row(id_number)
        if row is None or row["name"] != name or row.get("status", "normal") != "normal":
            return None
        return convert({k: row[k] for k in RegisterEntry.__struct_fields__}, RegisterEntry)


class Site:
    """The application under test: make clients, run jobs, read text messages."""

    def __init__(self, app: Litestar, first: TestClient[Any]) -> None:
        self.app, self._first = app, first
        self.transport = OneHop(app, self.run)
        self.outbox, self.register = Outbox(), Register()
        self.house = app.state.house
        self._phones = (f"138{n:08d}" for n in itertools.count(int.from_bytes(os.urandom(3)) * 5))

    def client(self) -> httpx.Client:
        """A new browser: its own cookies, the same application; follows redirects."""
        return httpx.Client(transport=self.transport, base_url="http://testserver.local", follow_redirects=True)

    def run(self, call: Callable[..., Any], *args: Any) -> Any:
        """Run a coroutine function on the application's own loop."""
        with self._first.portal() as portal:
            return portal.call(call, *args)

    def jobs(self) -> int:
        """Run every waiting job to its end; how many there were."""
        from onedoor.kernel.jobs import Worker
        from onedoor.web import rooms

        by_kind, listeners, cron = rooms.jobs()
        worker = Worker(self.house.database, self.house.begin, self.house.ports, by_kind, listeners, cron, self.house.settings.zone)

        async def all_queues() -> int:
            done = 0
            while some := sum([await worker.once(q) for q in ("otp", "events", "sms", "default", "bulk")]):
                done += some
            return done

        return self.run(all_queues)

    def new_phone(self) -> str:
        return next(self._phones)

    def sign_in(self, phone: str | None = None) -> httpx.Client:
        """A browser signed in with `phone` (a new one by default) by its one-time code."""
        browser = self.client()
        phone = phone or self.new_phone()
        assert browser.post("/login", data={"phone": phone}, follow_redirects=False).status_code == 303
        self.jobs()
        code = self.outbox.sign_in_code(phone)
        answer = browser.post("/login/code", data={"phone": phone, "code": code}, follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return browser


@pytest.fixture(scope="session")
def site(dsn: str, own_home: Path) -> Iterator[Site]:
    from onedoor.identity.ports import PopulationRegister, SmsGateway
    from onedoor.providers import policy
    from onedoor.web.app import build
    from onedoor.web.serve import settle

    memory.forget_all()
    policy.MOST_APPS = 10_000  # one hospital registers the apps of every module
    log.configure("warning")
    app = build(settings_for(dsn, own_home))
    settle()
    loop = {"use_uvloop": True}  # as behind granian
    with TestClient(app, base_url="http://testserver.local", raise_server_exceptions=False, backend_options=loop) as first:
        made = Site(app, first)
        made.house.ports.put(SmsGateway, made.outbox)
        made.house.ports.put(PopulationRegister, made.register)
        yield made


@pytest.fixture
def client(site: Site) -> httpx.Client:
    """A browser nobody is signed in with."""
    return site.client()


@pytest.fixture
def login(site: Site) -> Callable[..., httpx.Client]:
    """`login(phone)` gives a signed-in browser; without a phone, a new person's."""
    return site.sign_in


@pytest.fixture
def queries() -> Iterator[list[str]]:
    """Every statement sent for the test while it runs."""
    noted: list[str] = []
    before = db.queries.set(noted)
    yield noted
    db.queries.reset(before)
