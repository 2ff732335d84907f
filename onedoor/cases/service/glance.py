"""Somebody's unfinished matters at a glance, for the home page."""

from onedoor.cases.store import glance as store
from onedoor.cases.store.glance import Matter
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Work

__all__ = ["Matter", "matters"]


async def matters(work: Work) -> list[Matter]:
    """My drafts and open cases, the most urgent first, six at most."""
    return await store.matters(work.db, work.actor.id, work.zone.key) if isinstance(work.actor.id, PersonId) else []
