"""What is out: its versions, resting with a notice, ending with a successor."""

from collections.abc import Sequence

from msgspec import Struct

from onedoor.cases.service import definitions
from onedoor.catalog import service as catalog
from onedoor.catalog.errors import Retired
from onedoor.catalog.models import Closure, ClosureState, Item
from onedoor.kernel import text
from onedoor.kernel.i18n import Text, say
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.studio import policy, store
from onedoor.studio.errors import NoSuchVersion
from onedoor.studio.models import Line, Version

from .drafts import own_department

PAGE = 50


class Service(Struct, frozen=True):
    """A service that was published: every version, how it stands, and the draft of its next version."""

    item: str
    name: Text
    department: str
    versions: list[Version]
    closure: Closure | None
    draft: Line | None


async def listed(work: Work, after: str) -> tuple[Sequence[Item], str]:
    """One page of services: the own department's, or all for the bureau."""
    own = "" if policy.sees_all(work.actor) else (await own_department(work)).code
    found = catalog.items_after(after, PAGE + 1, department=own)
    return found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else ""


async def ended(work: Work) -> list[Version]:
    """The newest version of each service that has ended, for bringing one back."""
    codes = [code for code, one in (await catalog.closures(work)).items() if one.state is ClosureState.RETIRED]
    found = await store.newest(work.db, codes) if codes else []
    if policy.sees_all(work.actor):
        return found
    own = (await own_department(work)).code
    return [v for v in found if v.bundle["department"] == own]


async def shown(work: Work, item: str) -> Service:
    """One service, to whoever may see it; another department's is not there."""
    versions = await store.versions(work.db, item)
    if not versions:
        raise NoSuchVersion(item=item[:64])
    bundle = versions[0].bundle
    if not policy.sees_all(work.actor) and (await own_department(work)).code != bundle["department"]:
        raise NoSuchVersion(item=item[:64])
    name = Text(bundle["name"]["zh"], bundle["name"].get("en", ""))
    closure = (await catalog.closures(work)).get(item)
    return Service(item, name, bundle["department"], versions, closure, await store.open_draft(work.db, item))


async def version(work: Work, item: str, number: str) -> Version:
    """One version of a service, to whoever may see it: also one that is older than those in the list."""
    await shown(work, item)
    fits = number.isascii() and number.isdigit() and number[0] != "0" and len(number) <= 9
    found = await store.version(work.db, item, int(number)) if fits else None
    if found is None:
        raise NoSuchVersion(item=item[:64], version=number[:9])
    return found


async def suspend(work: Work, item: str, notice: Text) -> None:
    """It rests; the guide says why. Drafts are kept, cases go on. What has ended does not rest: it is published again, or stays so."""
    closure = (await shown(work, item)).closure
    if closure and closure.state is ClosureState.RETIRED:
        raise Retired(item=item, successor=closure.successor)
    _must_be_clean(work, notice, "notice")
    if not notice.zh.strip():
        raise Invalid(errors=[{"pointer": "/notice_zh", "detail": say(work.locale, "请写明为什么暂停、什么时候恢复")}])
    await catalog.put_closure(work, item, Closure(item, ClosureState.SUSPENDED, notice, "", work.now))


def _must_be_clean(work: Work, notice: Text, box: str) -> None:
    """What people are told holds nothing that cannot be shown."""
    if bad := [lang for lang in ("zh", "en") if text.fault(getattr(notice, lang), lines=True)]:
        said = say(work.locale, "有不能使用的字符，请删去看不见的符号后再试")
        raise Invalid(errors=[{"pointer": f"/{box}_{lang}", "detail": said} for lang in bad])


async def resume(work: Work, item: str) -> None:
    """It is offered again."""
    found = await shown(work, item)
    if found.closure and found.closure.state is ClosureState.SUSPENDED:
        await catalog.put_closure(work, item, None)


async def retire(work: Work, item: str, notice: Text, successor: str) -> None:
    """It ends; whoever looks for it is led to the successor. Nothing new is begun, and cases end normally."""
    await shown(work, item)
    _must_be_clean(work, notice, "retire")
    if successor and (successor == item or catalog.find_item(successor) is None):
        raise Invalid(errors=[{"pointer": "/successor", "detail": say(work.locale, "没有这个编码的事项，请核对")}])
    await catalog.put_closure(work, item, Closure(item, ClosureState.RETIRED, notice, successor, work.now))
    await catalog.retire_item(work, item)
    await definitions.retire(work, [item])
