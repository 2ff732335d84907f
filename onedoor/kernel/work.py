"""One unit of work: who asks, in which transaction, on which day. The first argument of every service function."""

from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from msgspec import Struct

from .calendar import Calendar
from .db import Db
from .ids import Id


class Behalf(Struct, frozen=True, kw_only=True):
    """How far somebody reaches who stands in for another: by which power, for whom, in which matters, doing what, and what stays hidden."""

    power: Id
    name: str
    matters: frozenset[str]
    """Empty for whoever stands in for everything."""
    acts: frozenset[str]
    hidden: frozenset[str]
    papers: frozenset[str] = frozenset()
    """Which kinds of papers it opens; none that are not named."""
    body: bool = False
    """Whom it stands in for is no person but an organisation."""
    whole: bool = False
    """Decides as well what else only the person decides."""

    def reaches(self, matter: str) -> bool:
        return not self.matters or matter in self.matters


class Actor(Struct, frozen=True, kw_only=True):
    """Who acts. Anonymous has no id; jobs act as a named system actor."""

    id: Id | None = None
    grants: frozenset[str] = frozenset()
    assurance: int = 0
    on_behalf_of: Id | None = None
    behalf: Behalf | None = None
    """How far this actor reaches for `on_behalf_of`; None for programs, whose own tokens say it."""
    turned_to: tuple[Id, Id] | None = None
    """Whom this session has turned to, and by which power; it is worth nothing until somebody has looked whether that still holds."""
    org: Id | None = None
    """Where the grants hold: the organisation, and the districts' paths below which they reach."""
    org_title: str = ""
    """What the organisation is called today, for records that are read in years."""
    districts: tuple[str, ...] = ()
    name: str = ""
    session: Id | None = None
    rev: int = 0
    """Counts what has changed for whoever holds this session."""
    system: str = ""
    outside: bool = False
    """Belongs to an organisation that registered itself: its grants reach its own things alone, and no person's rows."""
    serves: bool = False
    """From outside as well, but people's matters lie in its hands: rooms show it its own organisation's, row by row."""

    @property
    def signed_in(self) -> bool:
        return self.id is not None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The innermost code of each path, as the database's row security knows it; nothing for an organisation of its own."""
        return () if self.outside else tuple(path.rpartition(".")[2] for path in self.districts)

    @property
    def role(self) -> str:
        """The word the database's row security knows: citizen, staff, job, or nothing."""
        if self.system:
            return "job"
        return "staff" if self.grants and (self.serves or not self.outside) else "citizen" if self.id else ""


ANONYMOUS = Actor()


def system(name: str) -> Actor:
    """The actor of a job or a reaction, named for the record."""
    return Actor(system=name, name=name)


class Work(Struct, frozen=True, kw_only=True):
    """One request, job or reaction = one Work = one transaction, committed at the edge. A room never commits."""

    db: Db
    actor: Actor
    today: date
    now: datetime
    calendar: Calendar
    zone: ZoneInfo = ZoneInfo("UTC")
    """The city's time, in which `today` is today."""
    locale: str = "zh-CN"
    ip: str = ""
    city: str = ""
    event: Id | None = None
    """The event that is being listened to, in a reaction."""


@runtime_checkable
class Begin(Protocol):
    """`async with begin() as work:` opens the transaction of the request; `begin(actor=…)` acts as somebody else.

    Checkable, because the framework asks of what it injects whether it is what the handler wants.
    """

    def __call__(
        self, *, actor: Actor = ..., locale: str = ..., ip: str = ..., seconds: int = ...
    ) -> AbstractAsyncContextManager[Work]: ...
