"""Any order of moves on any days, against a plain model: only what the table allows happens, each writes one step, the clock is fair.

The model counts days on its own fingers: it shares nothing with the house but the dates of the October holiday.
"""

import os
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec import Struct

from onedoor.cases.duty import Declining, Reason, Refusing, Wanted
from onedoor.cases.errors import (
    AlreadyRated,
    ExtendedBefore,
    NoSuchCase,
    NothingOwed,
    NotOpenForThat,
    NotRatedNow,
    NotToBounce,
    PapersOwed,
    SpecialBefore,
    TooLateToExtend,
)
from onedoor.cases.models import AskedKind, Case, Grants, Step
from onedoor.cases.recounting import Clock, recount
from onedoor.cases.service import arriving, bouncing, clocks, deciding, definitions, extending, following, handling, owing, pausing
from onedoor.cases.service.following import Given
from onedoor.cases.specials import Starting
from onedoor.cases.store import files
from onedoor.identity.models import PersonId
from onedoor.kernel.work import Actor, Work, system
from onedoor.orgs import service as orgs
from onedoor.orgs.models import OrgId

from .test_handling import Days
from .test_owing import owed

TIMES = int(os.environ.get("ONEDOOR_EXAMPLES", "1"))
FIRST = date(2026, 9, 22)
ACCEPT, PROMISED, STATUTORY, ANSWERING = 5, 5, 15, 15
OFF = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
WORKED = {date(2026, 9, 20), date(2026, 10, 10)}
OPEN = {"submitted", "accepted", "supplementing", "paused"}
ENDED_BY_STAFF = {"decided", "declined", "lapsed"}
TABLE = {
    "accept": {"submitted": "accepted"}, "decline": {"submitted": "declined"},
    "ask": {"submitted": "supplementing", "accepted": "supplementing"}, "grant": {"accepted": "decided"}, "refuse": {"accepted": "decided"},
    "transfer": {"submitted": "submitted", "accepted": "accepted"}, "bounce": {"submitted": "submitted", "accepted": "accepted"},
    "give": {**{status: status for status in ("submitted", "accepted", "supplementing", "decided")}, "paused": "accepted"},
    "special": {"accepted": "paused"}, "finish": {"paused": "accepted"}, "extend": {"accepted": "accepted"},
    "withdraw": dict.fromkeys(OPEN, "withdrawn"),
    "note": {status: status for status in (*OPEN, *ENDED_BY_STAFF, "withdrawn")}, "answer": {"supplementing": "?"},
}  # fmt: skip
KINDS = {"grant": "decide", "refuse": "decide", "special": "pause", "finish": "resume"}
STAFF_ACTS = [
    "accept", "accept", "ask", "ask", "special", "special", "finish", "extend", "note", "transfer", "bounce", "grant", "refuse", "decline",
]  # fmt: skip
LASTS, MORE = 4, 3
"""Working days of an inspection, and those by which a case is extended."""


def works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in OFF)


def count(start: date, end: date) -> int:
    """Working days after `start`, up to and with `end`."""
    return sum(works(start + timedelta(n)) for n in range(1, (end - start).days + 1))


def later(day: date, days: int) -> date:
    while days:
        day += timedelta(1)
        days -= works(day)
    return day


class Model:
    """A case in plain values: since when it is accepted, since when it waits for the applicant, how long it has waited before."""

    def __init__(self) -> None:
        self.status, self.steps = "submitted", ["submit"]
        self.received, self.waited = FIRST, 0
        self.since: date | None = None
        self.asked: date | None = None
        self.stopped: date | None = None
        """Since when the clock stands still for a paper that is owed, or for an inspection."""
        self.until: date | None = None
        """The last day of an inspection that goes on."""
        self.inspected, self.extended = False, 0
        self.owes, self.late, self.fresh = True, False, False
        """Whether the lease is owed, and late; whether the case has just been handed on."""

    def moved(self, act: str, to: str, day: date) -> None:
        self.steps.append(KINDS.get(act, act))
        if act in ("accept", "deem"):
            self.since = day if act == "accept" else self.received
        if act == "ask":
            self.asked = day
        self.fresh = act == "transfer" or (self.fresh and act in ("note", "deem"))
        if act == "pause":
            self.stopped = day
        self.extended = MORE if act == "extend" else self.extended
        self.procedure(act, day)
        if act == "give":
            self.owes = False
            to = "paused" if self.until else to
        if self.stopped and act == "give" and not self.until:
            self.waited, self.stopped = self.waited + count(self.stopped, day), None
        if act == "answer":
            to = "accepted" if self.since else "submitted"
            assert self.asked is not None
            stood = count(self.asked, day)
            self.waited, self.received = (self.waited + stood, self.received) if self.since else (0, later(self.received, stood))
        if act in ("answer", "withdraw", "lapse"):
            self.asked = None
        self.status = to

    def procedure(self, act: str, day: date) -> None:
        """An inspection begins, or is over: at its last day, however late somebody notices."""
        if act == "special":
            self.stopped, self.until, self.inspected = day, later(day, LASTS), True
        if act in ("finish", "resume") and self.stopped and self.until:
            self.waited += count(self.stopped, min(day, self.until))
        if act in ("finish", "resume", "withdraw"):
            self.stopped = self.until = None


class Line(Struct, frozen=True):
    """Where a case lies, and by when somebody must act."""

    org_id: OrgId
    status: str
    due_on: date


class Moves(RuleBasedStateMachine):
    """One case of the demo city from its first day until it has ended, and a little longer."""

    site: Any
    program: Any

    @initialize()
    def hand_in(self) -> None:
        rented = {"kind": "new", "reason": "home", "housing": "rent", "moved_in": "2025-10-01"}
        self.days = Days(self.site, owed(self.program, **rented)["id"])
        self.days.day, self.model, self.away, self.rated = FIRST, Model(), False, False
        self.site.run(self.first_day)

    async def first_day(self) -> None:
        await self.days.received(FIRST)
        self.citizen = await self.days.citizen()
        async with self.days.begin() as work:
            await work.db.run(
                "update cases.step set at = $now, due_after = $due where case_id = $case", now=work.now, case=self.days.case,
                due=later(FIRST, ACCEPT + PROMISED),
            )  # fmt: skip
            legal = later(FIRST, ACCEPT + STATUTORY)
            await work.db.run("update cases.case_file set legal_due_on = $day where id = $case", day=legal, case=self.days.case)
            case = await files.shown(work.db, self.citizen, self.days.case)
            assert case is not None
            self.clock = Clock(await definitions.process_of(work, case.item, case.process_version), work.calendar)
            await work.db.run("update cases.inbox set due_on = $day where case_id = $case", day=later(FIRST, ACCEPT), case=self.days.case)
            await work.db.run("update cases.owed set due_on = $day where case_id = $case", day=later(FIRST, PROMISED), case=self.days.case)
            known = (await orgs.snapshot(work.db)).departments
            self.offices = {code: known[code].id for code in ("gongan", "minzheng")}

    @rule(days=st.sampled_from([1, 1, 2, 3, 5, 8, 16]))
    def nights_pass(self, days: int) -> None:
        """Each night the clock of the house runs; what it does not do it may not have to do."""
        for _ in range(days):
            self.days.day += timedelta(1)
            yesterday = self.days.day - timedelta(1)
            silent = self.model.status == "submitted" and count(self.model.received, yesterday) >= ACCEPT
            over = self.model.asked is not None and count(self.model.asked, yesterday) >= ANSWERING
            overdue = self.model.owes and self.days.day > self.due
            self.site.run(self.night, overdue)
            if self.model.until and self.days.day > self.model.until:
                self.model.moved("resume", "accepted", self.days.day)
            if silent:
                self.model.moved("deem", "accepted", self.days.day)
            if over:
                self.model.moved("lapse", "lapsed", self.days.day)
            self.model.late = self.model.late or overdue
            if overdue and self.model.status == "accepted":
                self.model.moved("pause", "paused", self.days.day)

    async def night(self, overdue: bool) -> None:
        for moved in (pausing.run_out, clocks.deem, clocks.lapse, *((owing.late,) if overdue else ())):
            async with self.days.begin(system("cases.daily")) as work:
                await moved(work, self.citizen, self.days.case)

    @property
    def due(self) -> date:
        """By when the lease is due: as told when the case was handed in, and no later than the case itself when it was accepted."""
        return later(FIRST, PROMISED)

    @rule(act=st.sampled_from(STAFF_ACTS))
    def staff_acts(self, act: str) -> None:
        self.attempt(act, self.as_staff)

    @rule(days=st.sampled_from([1, 5, 8, 16]))
    def an_inspection(self, days: int) -> None:
        """Taken on and stopped, where that is possible now, and how many nights later somebody looks again."""
        for act in ("accept", "special"):
            self.attempt(act, self.as_staff)
        self.nights_pass(days)

    @rule(act=st.sampled_from(["answer", "answer", "answer", "give", "withdraw"]))
    def applicant_acts(self, act: str) -> None:
        self.attempt(act, self.as_applicant)

    def attempt(self, act: str, how: Any) -> None:
        """Either the move happens and the model makes it too, or it is refused by name and nothing has changed."""
        to = TABLE[act].get(self.model.status)
        if act in ("answer", "give", "withdraw") or not self.away:
            if to is not None and (refused := self.refused(act)):
                with pytest.raises(refused):
                    self.site.run(how, act)
                return
            if to is not None:
                self.site.run(how, act)
                self.model.moved(act, to, self.days.day)
                self.away = self.away or act in ("transfer", "bounce")
                return
            refusal: type[Exception] = NotOpenForThat
        else:
            refusal = NoSuchCase
        with pytest.raises(refusal):
            self.site.run(how, act)

    def refused(self, act: str) -> type[Exception] | None:
        """What stands in the way of a move that the status would allow."""
        if act == "grant" and self.model.owes:
            return PapersOwed
        if act == "give" and not self.model.owes:
            return NothingOwed
        if act == "finish" and not self.model.until:
            return NotOpenForThat
        if act == "special" and self.model.inspected:
            return SpecialBefore
        if act == "extend" and self.model.extended:
            return ExtendedBefore
        if act == "extend" and self.days.day > later(self.model.since or FIRST, STATUTORY + self.model.waited):
            return TooLateToExtend
        return NotToBounce if act == "bounce" and not (self.model.fresh and self.soon()) else None

    def soon(self) -> bool:
        """Whether the case was handed on no longer than a working day ago."""
        return self.days.day <= later(self.handed, 1)

    @rule()
    def it_arrives(self) -> None:
        """The job that brings a case to its new desk; once more changes nothing."""
        self.site.run(self.arrive)
        self.away = False

    async def arrive(self) -> None:
        async with self.days.begin() as work:
            await arriving.arrive(work, self.citizen, self.days.case)

    @rule(stars=st.integers(1, 5))
    def it_is_rated(self, stars: int) -> None:
        if self.model.status in ENDED_BY_STAFF and not self.rated:
            self.site.run(self.rate, stars)
            self.rated = True
        else:
            with pytest.raises(AlreadyRated if self.rated else NotRatedNow):
                self.site.run(self.rate, stars)

    async def rate(self, stars: int) -> None:
        async with self.days.begin(Actor(id=self.citizen, assurance=2)) as work:
            await following.rate(work, self.days.case, stars, [], "")

    async def as_applicant(self, act: str) -> None:
        async with self.days.begin(Actor(id=self.citizen, assurance=2)) as work:
            if act == "withdraw":
                await following.withdraw(work, self.days.case, "")
            elif act == "give":
                await work.db.run(
                    "insert into cases.attachment (citizen_id, case_id, document, sha256, size, kind, name, scan, at) "
                    "values ($citizen, $case, 'lease', 'x', 1, 'image/png', 'x.png', 'clean', $at)",
                    citizen=self.citizen, case=self.days.case, at=work.now,
                )  # fmt: skip
                await owing.give(work, self.days.case)
            else:
                await following.supplement(work, self.days.case, {"extra-1": Given([], "好")})

    async def as_staff(self, act: str) -> None:
        """The supervisor of the department that has the case now."""
        here = (await self.look())[0].org_ref
        grants = frozenset({str(Grants.HANDLE), str(Grants.SUPERVISE)})
        other = next(code for code, office in self.offices.items() if office != here)
        case = self.days.case
        async with self.days.begin(Actor(id=PersonId.new(), grants=grants, org=here, districts=("9901",), name="主管")) as work:
            if act in ("special", "finish", "extend"):
                await self.as_inspector(work, act)
                return
            match act:
                case "accept":
                    await handling.accept(work, case)
                case "decline":
                    await handling.decline(work, case, Declining(Reason.OTHER, "不符"))
                case "ask":
                    await handling.ask_supplement(work, case, [Wanted(label="说明", kind=AskedKind.WORDS)], reason="还缺")
                case "grant":
                    await deciding.grant(work, case)
                case "refuse":
                    await deciding.refuse(work, case, Refusing("不符", "第九条"))
                case "transfer":
                    await handling.transfer(work, case, other, "归你们")
                    self.handed = self.days.day
                case "bounce":
                    await bouncing.bounce(work, case, "不归我们")
                case _:
                    await handling.note(work, case, "记一笔", inner=True)

    async def as_inspector(self, work: Work, act: str) -> None:
        if act == "special":
            await pausing.start(work, self.days.case, Starting("inspection", "看看住处", later(self.days.day, LASTS)))
        elif act == "finish":
            await pausing.end(work, self.days.case, "属实")
        else:
            await extending.extend(work, self.days.case, MORE, "等回函")

    async def look(self) -> tuple[Case, list[Step], list[Line]]:
        async with self.days.begin() as work:
            case = await files.shown(work.db, self.citizen, self.days.case)
            steps = await files.steps(work.db, self.citizen, self.days.case)
            lines = await work.db.all(Line, "select org_id, status, due_on from cases.inbox where case_id = $case", case=self.days.case)
        assert case is not None
        return case, steps, lines

    @invariant()
    def all_is_well(self) -> None:
        case, steps, lines = self.site.run(self.look)
        model = self.model
        assert case.status == model.status
        assert [step.kind for step in steps] == model.steps
        self.steps_give_the_row(case, steps)
        self.the_clock_is_fair(case, steps)
        if self.away:
            assert lines == []
        else:
            by_day = later(case.received_on, ACCEPT) if model.status == "submitted" else case.due_on
            assert lines == [Line(case.org_ref, model.status, by_day)]

    def steps_give_the_row(self, case: Case, steps: list[Step]) -> None:
        status, due = None, None
        for step in steps:
            assert (step.from_status, step.due_before) == (status, due) or step.kind == "submit"
            status, due = step.to_status, step.due_after
        assert (status, due, len(steps)) == (case.status, case.due_on, case.rev)
        anew = recount(case, steps, self.clock)
        assert anew.faults == 0, [one for one in (*anew.steps, *anew.rows) if not getattr(one, "good", getattr(one, "same", True))]

    def the_clock_is_fair(self, case: Case, steps: list[Step]) -> None:
        model, day = self.model, self.days.day
        assert case.due_on <= case.legal_due_on
        assert (case.paused_on, case.answer_by is None) == (model.asked or model.stopped, model.asked is None)
        assert case.pause_kind == ("" if model.stopped is None else "inspection" if model.until else "owed")
        if model.status == "submitted":
            assert case.received_on == model.received
            assert count(case.received_on, day - timedelta(1)) < ACCEPT
        if model.since is None or model.status not in ("accepted", "supplementing", "paused"):
            return
        assert case.accepted_on == model.since
        assert case.due_on == later(model.since, PROMISED + model.extended + model.waited)
        assert case.legal_due_on == later(model.since, STATUTORY + model.extended + model.waited)
        still = model.asked or model.stopped
        stood = model.waited + (count(still, day) if still else 0)
        counted = PROMISED + model.extended - count(still or day, case.due_on) + count(case.due_on, still or day)
        assert counted + stood == count(model.since, day)


def test_moves_against_the_model(site: Any, program: Any) -> None:
    class Here(Moves):
        pass

    Here.site, Here.program = site, program
    how = settings(
        max_examples=8 * TIMES, stateful_step_count=14 if TIMES == 1 else 40, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink] if TIMES > 1 else [Phase.generate],
        derandomize=TIMES == 1,
    )  # fmt: skip
    run_state_machine_as_test(Here, settings=how)
