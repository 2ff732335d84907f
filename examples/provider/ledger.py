"""The hospital's own database: patients, appointments, and which webhooks have had their effect."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TABLES = """
create table if not exists patient (sub text primary key, name text, phone text);
create table if not exists appointment (ref text primary key, sub text, matter text, status text, told text);
create table if not exists event (id text primary key, kind text, received int not null default 0, applied int not null default 0);
"""


class Ledger:
    """One file; each `with` is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self.writing() as db:
            db.executescript(TABLES)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=10, isolation_level=None)
        db.row_factory = sqlite3.Row
        try:
            db.execute("begin immediate")
            yield db
            if db.in_transaction:
                db.execute("commit")
        finally:
            db.close()

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self.writing() as db:
            return [dict(row) for row in db.execute(sql, values)]

    def welcome(self, sub: str, name: str, phone: str) -> None:
        """A patient has signed in."""
        with self.writing() as db:
            db.execute("insert or replace into patient (sub, name, phone) values (?, ?, ?)", (sub, name, phone))

    def apply(self, event: dict[str, Any]) -> bool:
        """The effect of a webhook, in the transaction that notes its id: the same event a second time does nothing."""
        with self.writing() as db:
            kind, data = event["type"], event["data"]
            db.execute("insert or ignore into event (id, kind) values (?, ?)", (event["id"], kind))
            db.execute("update event set received = received + 1 where id = ?", (event["id"],))
            fresh = db.execute("update event set applied = applied + 1 where id = ? and applied = 0", (event["id"],)).rowcount == 1
            if fresh and kind == "onedoor.consent.revoked":
                db.execute("delete from patient where sub = ?", (event["subject"],))
            if fresh and kind == "onedoor.matter.cancel_asked":
                db.execute("update appointment set status = 'cancelled' where ref = ?", (data["ref"],))
        return fresh
