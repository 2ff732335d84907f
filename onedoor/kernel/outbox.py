"""Events leave in the transaction of the change that caused them; the worker delivers after commit, at least once."""

import msgspec

from .db import Db
from .ids import Id, to_builtins


class EventId(Id):
    """Names one published event, so that a listener acts on it once."""

    prefix = "event"


def kind_of(event: type) -> str:
    """`onedoor.cases.events.Submitted` → `cases.Submitted`."""
    return f"{event.__module__.split('.')[-2]}.{event.__name__}"


async def publish(db: Db, event: msgspec.Struct) -> None:
    """Write `event` to the outbox; it is delivered to every listener once the transaction has committed."""
    db.before_commit(
        "insert into kernel.job (queue, kind, args) values ('events', $kind, $args) returning pg_notify('job', 'events')",
        kind="event:" + kind_of(type(event)),
        args={"event": str(EventId.new()), "body": to_builtins(event)},
    )
