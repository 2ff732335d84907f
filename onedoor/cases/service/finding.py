"""按身份证号查找: somebody stands at the counter with a card. The number is compared as a keyed hash and kept nowhere."""
from onedoor.cases import policy
from onedoor.cases.duty import PAGE, Filters, Tab, reach_of
from onedoor.cases.models import InboxRow
from onedoor.cases.store import finding as store
from onedoor.cases.store import inbox
from onedoor.identity import service as identity
from onedoor.identity.ports import Secrets
from onedoor.kernel import buckets
from onedoor.kernel.i18n import say, text
from onedoor.kernel.ports import Ports
from onedoor.kernel.problems import Invalid
from onedoor.kernel.text import citizen_id_fault, fold
from onedoor.kernel.work import Work

from . import claiming, looking
from .looking import Listed

MOST, PER_SECOND = 60, 60 / 3600
"""Looks by number of one clerk: a busy counter's hour. Nobody tries numbers one after the other."""


async def by_id_number(work: Work, ports: Ports, number: str) -> Listed:
    """The person's cases of the own department and districts. The person reads of the look, whether there were any or not."""
    policy.may_find_by_number(work.actor)
    org, mine = claiming.org_of(work), work.actor.id
    assert mine is not None, "the route needs a grant, and grants belong to persons"
    typed = fold(number).replace(" ", "").upper()
    if citizen_id_fault(typed, work.today):
        raise Invalid(errors=[{"pointer": "/id_number", "detail": say(work.locale, "身份证号有误，请照身份证逐字核对 18 位")}])
    await buckets.need(work.db, f"desk number {mine.hex}", capacity=MOST, per_second=PER_SECOND)
    person, reach = await identity.person_of_id_number(work, ports.get(Secrets), typed), reach_of(work.actor.districts)
    rows: list[InboxRow] = []
    if person is not None and person != mine:
        rows = await store.of_person(work.db, org, reach, person, PAGE)
        people = {str(person): rows[0].number if rows else ""}
        await looking.write_down(work, people, text("在办件列表里按身份证号查找"), "person.id_number")
    promised = await looking.promises(work, rows)
    own = await inbox.count_mine(work.db, org, mine)
    counts, marks = await looking.counted(work, org, reach)
    return Listed(rows, counts, marks, own, None, Filters(Tab.ALL), promised)
