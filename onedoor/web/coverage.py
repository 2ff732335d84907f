"""不重复填报 How much of what forms ask is known already: per service its fields, those a register holds, those that arrive filled."""

from msgspec import Struct

from onedoor.cases.models import ProcessVersion
from onedoor.cases.service import definitions
from onedoor.cases.service.definitions import Form
from onedoor.exchange import service as exchange
from onedoor.exchange.models import Arrived
from onedoor.kernel.i18n import Text
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId


class Share(Struct, frozen=True):
    """One service. `held`: bound to a fact that has a source. `ready`: and that this department may ask for. `asked`, `came`: how often
    such a fact was asked of a register that has it in the last thirty days, and how often it came."""

    item: str
    title: Text
    org: OrgId
    fields: int
    held: int
    ready: int
    by_consent: int
    asked: int
    came: int
    by_register: int = 0

    @property
    def filled(self) -> float:
        """The share of held fields that arrive filled: as measured; where nobody has asked yet, as agreed."""
        if not self.held:
            return 1.0
        own = self.ready - self.by_register
        measured = self.by_register * (self.came / self.asked if self.asked else 1.0)
        return (own + measured) / self.held


async def coverage(work: Work) -> list[Share]:
    """Every form that is open, by code."""
    known = await definitions.memory.get(work.db)
    seen = {one.item: one for one in await exchange.arrived(work)}
    found: list[Share] = []
    for item, version in sorted(known.newest.items()):
        if item not in known.retired and item not in known.trials:
            process = known.processes[(item, known.current[item])]
            found.append(await _share(work, known.forms[(item, version)], process, seen.get(item)))
    return found


async def _share(work: Work, form: Form, process: ProcessVersion, seen: Arrived | None) -> Share:
    dictionary = await exchange.dictionary(work)
    bound = [q.element for q in form.questions.values() if q.element and q.element in dictionary.elements]
    registers = [e for e in bound if dictionary.source_of(e)]
    agreed = [a for e in registers if (a := dictionary.agreed(process.org_ref, form.item, e, work.today))]
    return Share(
        form.item, process.title, process.org_ref, len(form.questions), len(bound), len(bound) - len(registers) + len(agreed),
        sum(a.ground == "consent" for a in agreed), seen.asked if seen else 0, seen.came if seen else 0, len(agreed),
    )  # fmt: skip


def table(shares: list[Share]) -> list[str]:
    """Lines for a terminal, the city's total last."""
    lines = [f"{'service':<24}{'fields':>8}{'held':>6}{'agreed':>8}{'consent':>9}{'asked':>8}{'came':>7}{'filled':>9}"]
    total = [0] * 6
    filled = 0.0
    for one in shares:
        counts = [one.fields, one.held, one.ready, one.by_consent, one.asked, one.came]
        total = [a + b for a, b in zip(total, counts, strict=True)]
        filled += one.filled * one.held
        lines.append(_line(one.item, counts, one.filled))
    return [*lines, _line("the city", total, filled / total[1] if total[1] else 1.0)]


def _line(name: str, counts: list[int], filled: float) -> str:
    fields, held, ready, consent, asked, came = counts
    return f"{name:<24}{fields:>8}{held:>6}{ready:>8}{consent:>9}{asked:>8}{came:>7}{filled:>8.0%}"
