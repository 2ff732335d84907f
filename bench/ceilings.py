"""What the machine could do at most, measured between the works of the same run."""

import asyncio
import subprocess
import sys
import time
import urllib.request
from typing import Any

from markupsafe import Markup

from onedoor.kernel.pg_place import bindir

from .client import Load, fire, request
from .place import Place, free_port

READ = """\\set n random(1, 100)
select case_id, number, title, holder, district, street, status, due_on, light, assignee_ref from cases.inbox
 where org_id = (select id from orgs.department where code = 'gongan') and status in ('submitted', 'accepted', 'supplementing', 'paused')
 order by due_on, case_id limit 31;
"""
WRITE = """begin;
insert into cases.number_claim (number, citizen_id, case_id) values ('B' || gen_random_uuid()::text, uuidv7(), uuidv7());
with c as (insert into cases.case_file (citizen_id, id, number, item, title, form_version, process_version, org_ref,
 district, status, answers, submitted_at, received_on, due_on, legal_due_on, submit_key, answers_sha256)
 values (uuidv7(), uuidv7(), 'B', 'bench', '{"zh":"x"}', 1, 1,
 uuidv7(), '990102', 'submitted', '{}', now(), current_date, current_date, current_date, uuidv7(), '') returning citizen_id, id)
insert into cases.step (citizen_id, id, case_id, kind, at, by, to_status)
 select citizen_id, uuidv7(), id, 'submit', now(), 'applicant', 'submitted' from c;
insert into cases.inbox (org_id, case_id, citizen_ref, number, item, title, holder, district, status, due_on, legal_due_on, since)
 values (uuidv7(), uuidv7(), uuidv7(), 'B', 'bench', '{"zh":"x"}', 'x', '990102', 'submitted', current_date, current_date, now());
insert into kernel.job (queue, kind) values ('bench', 'bench');
commit;
"""
HELLO = """
import sys
from granian import Granian
from granian.constants import Interfaces, Loops
from granian.log import LogLevels
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": b"hello"})
if __name__ == "__main__":
    Granian("hello:app", address="127.0.0.1", port=int(sys.argv[1]), interface=Interfaces.ASGI, workers=int(sys.argv[2]), loop=Loops.uvloop,
            log_level=LogLevels.error).serve(target_loader=lambda: app, wrap_loader=False)
"""


class Ceilings:
    """Each method gives operations a second; the servers stay up between rounds."""

    def __init__(self, place: Place) -> None:
        self.place = place
        (place.root / "hello.py").write_text(HELLO)
        (place.root / "read.sql").write_text(READ)
        (place.root / "write.sql").write_text(WRITE)
        self.port = free_port()
        self.hello = subprocess.Popen(
            [sys.executable, str(place.root / "hello.py"), str(self.port), str(place.workers)], cwd=place.root,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=1)
                break
            except OSError:
                time.sleep(0.05)

    def measure(self, name: str, seconds: float) -> float:
        return {"http": self._http, "pg_read": self._read, "pg_write": self._write, "jinja": self._jinja}[name](seconds)

    def _http(self, seconds: float) -> float:
        got = fire(Load(self.port, [request("GET", "/")], seconds, 8, 0.2))
        return got.done / got.seconds

    def _bench(self, script: str, seconds: float) -> float:
        said = subprocess.run(
            [bindir() / "pgbench", "-n", "-M", "prepared", "-c", "8", "-j", "2", "-T", str(max(1, round(seconds))), "-f",
             str(self.place.root / script), self.place.dsn],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        return float(next(line for line in said.splitlines() if line.startswith("tps")).split()[2])

    def _read(self, seconds: float) -> float:
        return self._bench("read.sql", seconds)

    def _write(self, seconds: float) -> float:
        return self._bench("write.sql", seconds)

    def _jinja(self, seconds: float) -> float:
        """The home page's template alone, in this process, with the same data."""
        return asyncio.run(_render(self.place, seconds))

    def close(self) -> None:
        self.hello.terminate()
        self.hello.wait(10)


async def _render(place: Place, seconds: float) -> float:
    from onedoor.ui import render
    from onedoor.web import home
    from onedoor.web.house import House

    house = House(place.settings)
    render.share(place.settings.city, False)
    await house.open(listen=False)
    try:
        actor = await _somebody(house, place.tokens[0])
        async with house.begin(actor) as work:
            me, seen = await home.mine(work)
        env = render.environment("zh-CN")
        data = {
            "me": me, "notices": (), "tab": "home", "place": None, "unread": seen.unread,
            "often": Markup(env.get_template("web/parts/often.html").render(home.often("zh-CN", "", False, me.often))),
            "everyone": Markup(env.get_template("web/parts/everyone.html").render(home.everyone("zh-CN", ""))),
        }  # fmt: skip
        template = env.get_template("web/home.html")
        said = {"actor": actor, "care": False, "theme": "", "district": "", "path": "/"}
        template.render(**said, **data)
        done, began = 0, time.process_time()
        while time.process_time() - began < seconds / 2:
            template.render(**said, **data)
            done += 1
        return done / (time.process_time() - began)
    finally:
        await house.close()


async def _somebody(house: Any, token: str) -> Any:
    from onedoor.identity import service as identity

    return await identity.actor_of(house.database.reference, token)
