"""试办: a service tried before it is published, on the real way from the first question to the receipt.

The people named in it apply as anybody does. What they hand in has a number that nobody counts, lies in no inbox and issues nothing; it
goes with the trial.
"""

from datetime import timedelta

from msgspec.structs import replace

from onedoor.cases.models import PublishedItem, Trial, TrialCase
from onedoor.cases.store import forms as store
from onedoor.cases.store import trials as tried
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text
from onedoor.kernel.memory import changed
from onedoor.kernel.work import Begin, Work, system

from .definitions import memory, put_form

PREFIX = "SB"
LIFE, LONG_AGO = timedelta(days=14), timedelta(days=3)


async def open_trial(work: Work, row: PublishedItem, people: list[PersonId]) -> Trial:
    """Let these people try it for two weeks; once more with changed tables, it is the next version of the same trial."""
    await tried.open_rows(work.db)  # they are told, and what they have begun is theirs
    trial = Trial(row.item, people, work.now + LIFE)
    marked = Text(f"试办：{row.title.zh}", f"Trial: {row.title.en or row.title.zh}")
    await store.put_trial(work.db, trial.item, trial.people, trial.until)
    await put_form(work, replace(row, title=marked, process={**row.process, "rating": False}), PREFIX)
    return trial


async def close_trial(work: Work, item: str) -> None:
    """The trial goes with everything that was filled in; contents of files are dropped by the nightly sweep."""
    await tried.open_rows(work.db)
    await tried.forget(work.db, item, work.now - LONG_AGO)
    await store.drop_trial(work.db, item)
    await changed(work.db, memory.name)


async def trial_of(work: Work, item: str) -> Trial | None:
    """Who may try it, until when; None when it is not on trial."""
    return (await memory.get(work.db)).trials.get(item)


async def trial_cases(work: Work, item: str) -> list[TrialCase]:
    """What was handed in on trial, without its answers."""
    await tried.open_rows(work.db)
    return await tried.cases(work.db, item)


async def delete_case(work: Work, item: str, number: str) -> int:
    """One of them goes; how many there were."""
    await tried.open_rows(work.db)
    return await tried.delete(work.db, item, number, work.now - LONG_AGO)


async def end_old(begin: Begin) -> None:
    """Trials whose two weeks are over."""
    async with begin(actor=system("cases.trials")) as work:
        for trial in list((await memory.get(work.db)).trials.values()):
            if trial.until < work.now:
                await close_trial(work, trial.item)
