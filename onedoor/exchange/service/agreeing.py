"""城市间共享授权 What another city may ask here: agreed by the data steward, and allowed by the person where the agreement says so."""

import datetime as dt
import hashlib
import secrets

from onedoor.exchange import policy
from onedoor.exchange.dictionary import Agreement, Ground, Sharing
from onedoor.exchange.errors import NoSuchResource, NoSuchWaiting
from onedoor.exchange.models import City
from onedoor.exchange.records import Consent, ConsentId, Waiting, WaitingId
from onedoor.exchange.store import cities as store
from onedoor.exchange.store import people
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import Text, day, say, text
from onedoor.kernel.memory import changed
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs.models import OrgId

from .consenting import ONE_CASE, me
from .known import dictionary, memory
from .trusting import trusted

PER_DAY = 1000


async def agreements_of(work: Work, city: City) -> list[Agreement]:
    """What this city may ask, or might."""
    return [one for one in (await dictionary(work)).agreements.values() if one.asker.uuid == city.id.uuid]


async def agree(work: Work, city: City, resource: str, elements: list[str], items: list[str], ground: str, basis: str) -> str:
    """Let a city ask for these facts, for these services of its own, for a year. `errors` names what does not fit."""
    known = await dictionary(work)
    found = known.resources.get(resource)
    if found is None or found.sharing is Sharing.NONE:
        raise NoSuchResource()
    locale, wrong = work.locale, list[dict[str, str]]()
    if not elements or not set(elements) <= set(found.elements):
        wrong.append({"pointer": "/elements", "detail": say(locale, "请选择")})
    if not items or any(not one.isascii() or len(one) > 40 for one in items) or len(items) > 50:
        wrong.append({"pointer": "/services", "detail": say(locale, "请填写对方的事项代码，一行一个，最多 50 个")})
    if not basis.strip():
        wrong.append({"pointer": "/basis", "detail": say(locale, "请填写依据")})
    if ground not in tuple(Ground):
        wrong.append({"pointer": "/ground", "detail": say(locale, "请选择一项")})
    if wrong:
        raise Invalid(errors=wrong)
    which = f"between-{secrets.token_hex(8)}"
    row = Agreement(
        which, city.id, resource, tuple(elements), ("apply",), tuple(items), Ground(ground), basis.strip()[:300], PER_DAY, work.today,
        work.today + dt.timedelta(days=365), "granted",
    )  # fmt: skip
    await store.add_agreement(work.db, row, work.actor.id if isinstance(work.actor.id, PersonId) else None)
    await changed(work.db, memory.name)
    return which


async def asker_title(work: Work, which: OrgId) -> Text | None:
    """The name of a city that stands as the asker of an agreement."""
    known = await trusted(work)
    found = known.by_id(which)
    return known.title(found.node) if found else None


# ── the person's word ──────────────────────────────────────────────────────────────────────────────


async def wishes(work: Work) -> list[tuple[Waiting, Text]]:
    """What other cities would like to know of me, each in the words that would be agreed to."""
    return [(one, await words_of(work, one)) for one in await store.waiting(work.db, me(work), work.now)]


async def words_of(work: Work, one: Waiting) -> Text:
    known = await dictionary(work)
    facts = [known.elements[e].title for e in one.elements if e in known.elements]
    agreement = known.agreements.get(one.agreement)
    source = known.register_of(agreement.resource).title if agreement and agreement.resource in known.resources else Text("")
    said = Text("、".join(f.zh for f in facts), ", ".join(f.en or f.zh for f in facts))
    ends = (work.now + ONE_CASE).astimezone(work.zone).date()
    until = Text(day("zh-CN", ends, year=True), day("en", ends, year=True))
    return text(
        "同意{asker}为办理“{item}”，向{source}取：{facts}。{until}以前有效，随时可以收回。", asker=one.asker, item=one.title, source=source,
        facts=said, until=until,
    )  # fmt: skip


async def decide(work: Work, which: WaitingId, *, agree: bool) -> None:
    """Yes: for this one matter of theirs. No: they are told nothing, and do not ask again for it."""
    citizen = me(work)
    found = await store.answer_waiting(work.db, citizen, which, "agreed" if agree else "declined", work.now)
    if found is None:
        raise NoSuchWaiting()
    known = await dictionary(work)
    agreement = known.agreements.get(found.agreement)
    if not agree or agreement is None or not policy.needs_consent(agreement):
        return
    words = await words_of(work, found)
    given = Consent(
        citizen, ConsentId.new(), found.agreement, found.elements, found.purpose, found.item, found.matter, "case", words, work.locale,
        work.now, work.now + ONE_CASE, None, None,
    )  # fmt: skip
    await people.add_consent(work.db, given, hashlib.sha256(words.zh.encode()).hexdigest())
