"""What a demo has besides a house: simulators of the outside world as processes of their own, demo people, and who they are."""

import contextlib
import hashlib
import json
import os
import random
import socket
import time
import tomllib
import urllib.request
from pathlib import Path
from typing import Any

from onedoor.kernel.config import REGISTER, cities_folder
from onedoor.kernel.terminal import Refused, waiting

from .children import ROOT, Child
from .up import listens

SIMULATOR_WITHIN = 30.0
LOADED = "demo.loaded"
PORTS = range(20_000, 32_000)
"""Of simulators: below those that a system gives to connections by itself, so that none is lost between being chosen and being used."""
EXAMPLE = "127.0.0.1:8100"
"""Where examples/provider listens: the one place of this machine that a demo's webhooks may go to."""


def simulators(home: Path) -> list["Simulator"]:
    """One process for each connector whose manifest names a simulator; its address goes to `ONEDOOR_<NAME>_URL`.

    One that plays registers tells their addresses itself, see `hand_over`.
    """
    found: list[Simulator] = []
    for path in sorted((ROOT / "connectors").glob("*/manifest.toml")):
        manifest = tomllib.loads(path.read_text("utf-8"))
        module, registers = manifest.get("simulator"), manifest.get("registers", [])
        names = [register_address(code) for code in registers] or [f"ONEDOOR_{manifest['name'].upper()}_URL"]
        if not isinstance(module, str) or all(name in os.environ for name in names):
            continue
        if "." not in module:
            module = f"connectors.{path.parent.name}.simulator"
        port = _untaken({one.port for one in found})
        if not registers:
            os.environ[names[0]] = f"http://127.0.0.1:{port}"
        found.append(Simulator(f"the simulator {manifest['name']}", module, port, home, registers, manifest.get("desk", {})))
    return found


def _untaken(taken: set[int]) -> int:
    """A free port of the loopback that no connection of this machine is given meanwhile."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as asked, contextlib.suppress(OSError):
            asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            asked.bind(("127.0.0.1", port))
            if port not in taken:
                return port
    raise Refused("No port of this machine is free for the simulators.")


def register_address(code: str) -> str:
    """The environment's name for a register's address."""
    return f"{REGISTER}{code.upper().replace('-', '_')}"


def hand_over(children: list[Child]) -> None:
    """Ask each simulated department where its registers are reached: a folder, a database, or an address of HTTP."""
    for child in children:
        if isinstance(child, Simulator) and child.registers:
            with urllib.request.urlopen(f"http://127.0.0.1:{child.port}/_state", timeout=10) as answer:
                told = json.loads(answer.read())["registers"]
            for code in child.registers:
                os.environ.setdefault(register_address(code), str(told[code]))


class Simulator(Child):
    """A connector's simulator on a free port of the loopback. `desk`: the page on which its own people work, when it has one."""

    def __init__(self, name: str, module: str, port: int, home: Path, registers: list[str], desk: dict[str, str]) -> None:
        super().__init__(name, module, "--port", str(port), "--home", str(home), env={}, grace=3)
        self.port, self.registers, self.desk = port, registers, desk


def systems(children: list[Child]) -> dict[str, str]:
    """Where people of simulated departments work: title → address."""
    desks = [(child.desk, child.port) for child in children if isinstance(child, Simulator) and child.desk]
    return {desk["title"]: f"http://127.0.0.1:{port}{desk['path']}" for desk, port in desks}


def until_listening(children: list[Child]) -> None:
    """Wait for every simulator's port."""
    with waiting("Starting the simulators"):
        began = time.monotonic()
        for child in children:
            while isinstance(child, Simulator) and not listens("127.0.0.1", child.port):
                child.must_live()
                if time.monotonic() - began > SIMULATOR_WITHIN:
                    raise Refused(f"{child.name} did not listen within {SIMULATOR_WITHIN:.0f} s.")
                time.sleep(0.03)


def load(home: Path, city: str, made: Path | None) -> None:
    """The city and its demo people, in a process of its own: what it takes of memory is given back.

    Left out when this cluster, known by the marker of its making, has had the same files from the same code before.
    """
    note, fresh = home / LOADED, fingerprint(city, made) if made else ""
    if fresh and note.exists() and note.read_text() == fresh:
        return
    child = Child("loading the city", "onedoor", "city", "load", city, "--demo", env={})
    child.start()
    if child.process is None or child.process.wait():
        raise Refused(f"The city {city} could not be loaded; the reason stands above.")
    if fresh:
        half = note.with_suffix(".half")
        half.write_text(fresh)
        half.replace(note)


def fingerprint(city: str, made: Path) -> str:
    """Changes with the city's files, with our code, and with the cluster."""
    born = made.stat()
    digest = hashlib.sha256(f"{born.st_ino} {born.st_mtime_ns} {born.st_dev}".encode())
    folders = [(cities_folder() / city, "*"), (ROOT / "onedoor", "*.py"), (ROOT / "onedoor", "*.sql")]
    for folder, pattern in folders:
        for path in sorted(p for p in folder.rglob(pattern) if p.is_file()):
            digest.update(f"{path}\n".encode() + path.read_bytes())
    return digest.hexdigest()


def accounts(city: str) -> list[dict[str, Any]]:
    """The people one can log in as, from the city's demo folder."""
    folder = cities_folder() / city / "demo"
    people = [{**row, "role": row.get("role", "resident")} for row in _rows(folder / "residents.jsonl")]
    people += [{**row, "role": _role(row.get("grants", []))} for row in _rows(folder / "staff.jsonl")]
    kept = ("role", "name", "phone", "id_number", "real_name", "department", "post", "districts", "grants", "note")
    return [{key: person[key] for key in kept if key in person} for person in people]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()] if path.exists() else []


def _role(grants: list[str]) -> str:
    if "web:operate" in grants:
        return "operator"
    return "supervisor" if "cases:supervise" in grants else "clerk"


def table(people: list[dict[str, Any]], url: str, desks: dict[str, str]) -> str:
    """Where to go and who to log in as, for a person at a terminal."""
    rows = [(person["role"], person["name"], person["phone"], person.get("id_number", ""), _about(person)) for person in people]
    lines = ["", f"  一扇门 Onedoor is open:  {url}", f"  One-time codes arrive at {url}/demo/outbox", ""]
    lines[-1:] = [*(f"  {title}: {address}" for title, address in desks.items()), ""]
    for role, name, phone, number, about in rows:
        lines.append(f"  {role:<11}{name}{' ' * max(1, 12 - 2 * len(name))}{phone:<13}{number:<20}{about}")
    return "\n".join([*lines, "", "  Stop with Ctrl-C.", ""])


def _about(person: dict[str, Any]) -> str:
    words = person.get("note") or person.get("post") or {}
    place = f" · {person['department']} · {'、'.join(person.get('districts', []))}" if "department" in person else ""
    return f"{words.get('zh', '')}{place}"
