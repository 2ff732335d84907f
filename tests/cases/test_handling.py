"""Clocks, jobs and the machine, with the day in the test's hand."""

from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import httpx
import pytest
from msgspec.structs import replace

from onedoor.cases.duty import After, Declining, Reason, Refusing, Wanted, reach_of
from onedoor.cases.errors import ChangedMeanwhile, NotOpenForThat, OwnCase
from onedoor.cases.models import AskedKind, CaseId, Move, Status
from onedoor.cases.service import claiming, clocks, deciding, following, handling, looking
from onedoor.cases.service.following import Given
from onedoor.cases.store import files
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Actor, Work, system
from onedoor.orgs import service as orgs

from .kit import submitted

GOLDEN_WEEK = date(2026, 10, 1)


class Days:
    """Works of a chosen day: the department's chief, the applicant, the nightly job."""

    def __init__(self, site: Any, case: str) -> None:
        self.site, self.case, self.day = site, CaseId.parse(case), date(2026, 9, 25)

    def at(self, work: Work) -> Work:
        return replace(work, today=self.day, now=datetime.combine(self.day, time(2), UTC))

    @asynccontextmanager
    async def begin(self, actor: Actor | None = None, **said: Any) -> Any:
        async with self.site.house.begin(actor or system("test")) as work:
            yield self.at(work)

    async def citizen(self) -> PersonId:
        async with self.begin() as work:
            return PersonId(await work.db.value("select citizen_ref from cases.inbox where case_id = $case", case=self.case))

    async def chief(self) -> Actor:
        async with self.begin() as work:
            known = await orgs.snapshot(work.db)
        member = next(m for m in known.staff.values() if m.name == "魏东")
        return Actor(id=member.person, grants=member.grants, org=member.org, districts=member.districts, name=member.name)

    async def as_chief(self, do: Any, *given: Any, **named: Any) -> Any:
        async with self.begin(await self.chief()) as work:
            return await do(work, self.case, *given, **named)

    async def as_applicant(self, do: Any, *given: Any) -> Any:
        async with self.begin(Actor(id=await self.citizen(), assurance=2)) as work:
            return await do(work, self.case, *given)

    async def received(self, day: date) -> None:
        """The case was handed in on this day."""
        async with self.begin() as work:
            after = work.calendar.after
            await work.db.run(
                "update cases.case_file set received_on = $day, due_on = $due, legal_due_on = $legal where id = $case",
                case=self.case, day=day, due=after(day, 10), legal=after(day, 25),
            )  # fmt: skip

    async def stands(self) -> Any:
        citizen = await self.citizen()
        async with self.begin() as work:
            return await files.shown(work.db, citizen, self.case)


@pytest.fixture
def days(site: Any, program: httpx.Client) -> Days:
    made = Days(site, submitted(program)["id"])
    site.run(made.received, date(2026, 9, 25))
    return made


def test_the_clock_stops_over_the_october_holiday(days: Days) -> None:
    """Paused on 29 September, answered on 12 October: 1 to 7 October are off, Saturday the 10th is worked, so five days are given back."""

    async def story() -> None:
        days.day = date(2026, 9, 28)
        accepted = await days.as_chief(handling.accept)
        async with days.begin() as work:
            assert accepted.due_on == work.calendar.after(days.day, 5) == date(2026, 10, 10)
        days.day = date(2026, 9, 29)
        asked = await days.as_chief(handling.ask_supplement, [Wanted(label="说明", kind=AskedKind.WORDS)])
        assert (asked.status, asked.paused_on, asked.due_on) == (Status.SUPPLEMENTING, days.day, accepted.due_on)
        days.day = date(2026, 10, 12)
        answered = await days.as_applicant(following.supplement, {"extra-1": Given([], "好")})
        async with days.begin() as work:
            calendar = work.calendar
        assert calendar.working_days_between(date(2026, 9, 29), days.day) == 5
        assert answered.due_on == calendar.after(accepted.due_on, 5)
        assert answered.legal_due_on == calendar.after(accepted.legal_due_on, 5)
        assert answered.status is Status.ACCEPTED
        left_before = calendar.working_days_between(date(2026, 9, 29), accepted.due_on)
        assert calendar.working_days_between(days.day, answered.due_on) == left_before

    days.site.run(story)


def test_silence_is_acceptance(days: Days) -> None:
    async def story() -> None:
        days.day = date(2026, 10, 9)  # the fifth working day after 25 September: 28, 29, 30, 8, 9
        await clocks.daily(days.begin)
        assert (await days.stands()).status is Status.SUBMITTED
        days.day = date(2026, 10, 10)
        await clocks.daily(days.begin)
        case = await days.stands()
        assert (case.status, case.accepted_on) == (Status.ACCEPTED, date(2026, 9, 25))
        async with days.begin(await days.chief()) as work:
            assert case.due_on == work.calendar.after(case.accepted_on, 5)
            assert "deemed" in (await claiming.line(work, days.case)).flags
        await clocks.daily(days.begin)
        assert (await days.stands()).rev == case.rev

    days.site.run(story)


def test_an_unanswered_request_lapses(days: Days) -> None:
    async def story() -> None:
        days.day = date(2026, 9, 28)
        asked = await days.as_chief(handling.ask_supplement, [Wanted(code="lease", note="缺")])
        days.day = asked.answer_by
        await clocks.daily(days.begin)
        assert (await days.stands()).status is Status.SUPPLEMENTING
        async with days.begin() as work:
            days.day = work.calendar.after(asked.answer_by, 1)
        await clocks.daily(days.begin)
        case = await days.stands()
        assert (case.status, case.asked, case.paused_on) == (Status.LAPSED, [], None)

    days.site.run(story)


def test_lights_turn_once(days: Days) -> None:
    async def light() -> str:
        async with days.begin(await days.chief()) as work:
            return str((await claiming.line(work, days.case)).light)

    async def story() -> None:
        days.day = date(2026, 9, 28)
        accepted = await days.as_chief(handling.accept)
        assert await light() == "green"
        days.day = date(2026, 10, 8)  # two working days are left: the 9th and the worked Saturday
        await clocks.daily(days.begin)
        assert await light() == "yellow"
        days.day = date(2026, 10, 11)
        assert accepted.due_on < days.day
        await clocks.daily(days.begin)
        assert await light() == "red"
        async with days.begin() as work:
            told = await work.db.value(
                "select count(*) from kernel.job where kind = 'event:cases.Overdue' and args->'body'->>'case' = $case", case=str(days.case)
            )
        await clocks.daily(days.begin)
        assert told == 1

    days.site.run(story)


def test_nobody_handles_their_own(days: Days) -> None:
    async def story() -> None:
        chief = await days.chief()
        own = replace(chief, id=await days.citizen())
        for do, given in ((claiming.claim, ()), (handling.accept, ()), (looking.show, ())):
            with pytest.raises(OwnCase):
                async with days.begin(own) as work:
                    await do(work, days.case, *given)

    days.site.run(story)


def test_cases_of_those_who_have_gone_go_back(days: Days) -> None:
    async def story() -> None:
        async with days.begin() as work:
            known = await orgs.snapshot(work.db)
            gone = next(m for m in known.staff.values() if m.name == "贺兰")  # serves another district
            await work.db.run("update cases.inbox set assignee_ref = $to where case_id = $case", case=days.case, to=gone.person)
        async with days.begin() as work:
            assert await clocks.give_back(work, gone.org) >= 1
        async with days.begin(await days.chief()) as work:
            assert (await claiming.line(work, days.case)).assignee_ref is None

    days.site.run(story)


def test_every_move_from_every_end_is_refused(days: Days) -> None:
    moves: dict[Move, Any] = {
        Move.ACCEPT: lambda: days.as_chief(handling.accept),
        Move.DECLINE: lambda: days.as_chief(handling.decline, Declining(Reason.OTHER, "不行")),
        Move.ASK: lambda: days.as_chief(handling.ask_supplement, [Wanted(label="说明")], reason="再要一次"),
        Move.DECIDE: lambda: days.as_chief(deciding.refuse, Refusing("不符", "第九条")),
        Move.TRANSFER: lambda: days.as_chief(handling.transfer, "minzheng", "不归我们"),
    }

    async def story() -> None:
        days.day = date(2026, 9, 28)
        with pytest.raises(NotOpenForThat):
            await moves[Move.DECIDE]()
        await moves[Move.ACCEPT]()
        with pytest.raises(NotOpenForThat):
            await moves[Move.ACCEPT]()
        with pytest.raises(NotOpenForThat):
            await moves[Move.DECLINE]()
        await moves[Move.ASK]()
        for move in moves:
            with pytest.raises(NotOpenForThat):
                await moves[move]()
        days.day = date(2026, 9, 29)
        await days.as_applicant(following.supplement, {"extra-1": Given([], "", "没有")})
        await moves[Move.DECIDE]()
        for move in moves:
            with pytest.raises(NotOpenForThat):
                await moves[move]()

    days.site.run(story)


def test_a_seen_state_that_is_gone(days: Days) -> None:
    async def story() -> None:
        seen = (await days.stands()).rev
        await days.as_chief(handling.accept, rev=seen)
        with pytest.raises(ChangedMeanwhile):
            await days.as_chief(handling.ask_supplement, [Wanted(label="说明")], rev=seen)

    days.site.run(story)


def test_reach_and_places() -> None:
    whole = reach_of(("9901",))
    assert whole.whole
    assert whole.narrowed("990102").districts == ["990102"]
    east = reach_of(("9901.990102", "9901.990103.990103001"))
    assert (east.whole, east.districts, east.streets) == (False, ["990102"], ["990103001"])
    assert east.narrowed("990102001").streets == ["990102001"]
    assert east.narrowed("990103").streets == ["990103001"]
    assert east.narrowed("990104") == reach_of(())
    somewhere = After(date(2026, 1, 2), datetime(2026, 1, 2, 3, 4, 5, 678, UTC), CaseId.new())
    assert After.parse(str(somewhere)) == somewhere
