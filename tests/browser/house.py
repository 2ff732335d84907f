"""A demo house of its own for the browser: started once, its simulators with it, and people who sign in by their phones."""

import json
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext

from tests import nursery
from tests.furnished import furnish

ROOT = Path(__file__).parents[2]
CLERK, SUPERVISOR, OPERATOR, OTHER_CLERK, WARNER = "13800990101", "13800990103", "13800991603", "13800990201", "13800991501"
HOSPITAL = "13800992201"
REGISTRAR = "13800991602"
PHONE = {"width": 390, "height": 844}
WITHIN = 180


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def rows(name: str) -> list[dict[str, Any]]:
    text = (ROOT / "cities/qinghe/demo" / name).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if line.strip()]


def strangers() -> Iterator[dict[str, Any]]:
    """Grown people of the population register who have no account yet."""
    known = {row["id_number"] for row in rows("residents.jsonl")}
    for row in rows("register.jsonl"):
        if row["status"] == "normal" and row["id_number"] not in known and "1945" < row["birth_on"][:4] < "2000":
            yield row


class House:
    """One running `onedoor demo` in a folder of its own; or the one at ONEDOOR_BROWSER_URL, while tests are being written."""

    def __init__(self, *, alone: bool = False, env: dict[str, str] | None = None, workers: int = 2) -> None:
        self.env, self.workers = env or {}, workers
        self.states: dict[str, Any] = {}
        self.people, self.phones = strangers(), count(13700001001)
        self.lent = "" if alone else os.environ.get("ONEDOOR_BROWSER_URL", "")
        if self.lent:
            self.url, people = self.lent, list(strangers())
            random.shuffle(people)
            self.people, self.phones = iter(people), count(13700000000 + random.randrange(10**7) * 100)
            return
        self.folder = Path(tempfile.mkdtemp(prefix="onedoor-browser-"))
        self.folder.chmod(0o711)
        self.process: subprocess.Popen[str] | None = None
        self.home, self.port = self.folder / "home", free_port()
        self.log = open(self.folder / "log", "w+")  # noqa: SIM115 - closed by stop()
        self.url = f"http://127.0.0.1:{self.port}"
        furnish(self.home)
        self.start()

    def start(self) -> None:
        env = {key: value for key, value in os.environ.items() if not key.startswith("ONEDOOR_")}
        env |= {"ONEDOOR_NIGHT_SECONDS": "2", **self.env}
        words = ["demo", "--json", "--home", str(self.home), "--port", str(self.port), "--workers", str(self.workers)]
        self.process = nursery.Popen(
            [sys.executable, "-m", "onedoor", *words], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=self.log, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.systems: dict[str, str] = json.loads(line)["systems"] if line else {}
        if not line:
            self.log.seek(0)
            raise AssertionError(f"the demo did not start:\n{self.log.read()[-3000:]}")

    def stop(self) -> None:
        if self.lent:
            return
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def kill(self) -> None:
        """The web server and everything of this house at once, as when a machine loses its power."""
        import psutil

        assert self.process is not None
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        for one in family:
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.process.wait(20)

    # ── people ───────────────────────────────────────────────────────────────────────────────────
    def newcomer(self) -> dict[str, Any]:
        """Somebody of the register with a phone nobody has used."""
        return {**next(self.people), "phone": str(next(self.phones))}

    def code(self, phone: str, after: str = "") -> str:
        """The newest one-time code this phone has got, other than `after`."""
        began = time.monotonic()
        while time.monotonic() - began < 20:
            with urlopen(f"{self.url}/demo/outbox.json?phone={phone}", timeout=10) as answer:
                codes = [m["code"] for m in json.load(answer) if m["code"]]
            if codes and codes[0] != after:
                return codes[0]
            time.sleep(0.1)
        raise AssertionError(f"no code has come to {phone}")

    def state(self, browser: Browser, phone: str) -> Any:
        """The cookies of whoever has this phone, signed in once by the house's own forms."""
        if phone not in self.states:
            context = browser.new_context(base_url=self.url)
            asked = context.request.post("/login", form={"phone": phone, "next": "/me"})
            assert asked.ok, asked.text()
            entered = context.request.post("/login/code", form={"phone": phone, "code": self.code(phone), "next": "/me"})
            assert entered.ok, entered.text()
            assert entered.url.endswith("/me")
            self.states[phone] = context.storage_state()
            context.close()
        return self.states[phone]

    def visitor(self, browser: Browser, phone: str = "", locale: str = "zh-CN", **how: Any) -> BrowserContext:
        """A browser of its own, signed in when there is a phone; small, unless told otherwise."""
        how = {"viewport": PHONE, "locale": locale, "reduced_motion": "reduce", "service_workers": "block", **how}
        context = browser.new_context(base_url=self.url, storage_state=self.state(browser, phone) if phone else None, **how)
        context.set_default_timeout(20_000)
        context.add_cookies([{"name": "lang", "value": locale, "url": self.url}])
        return context
