"""Making and changing a draft: part by part, nothing typed is lost, each change can be undone."""

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from onedoor.cases.service import trials
from onedoor.catalog import service as catalog
from onedoor.identity.models import PersonId
from onedoor.kernel import text
from onedoor.kernel.i18n import say
from onedoor.kernel.ids import to_json
from onedoor.kernel.problems import Forbidden, Invalid, Unauthorized
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.models import Department, Level, OrgId
from onedoor.studio import policy, store
from onedoor.studio.bundle import file, filling, outline, questions, shape
from onedoor.studio.bundle.boxes import Typed, Wrong
from onedoor.studio.bundle.outcome import renamed_claims
from onedoor.studio.bundle.parts import Certificate, Part, Scene, World
from onedoor.studio.errors import (
    CodeInUse,
    DraftChanged,
    DraftOpen,
    NoSuchPart,
    NoSuchServiceDraft,
    NoSuchVersion,
    NotABundle,
    NotInThatState,
    PartChanged,
)
from onedoor.studio.models import Bundle, Draft, DraftId, Edit, Line, State
from onedoor.wallet import service as wallet

UNDOS, PAGE = 50, 30
CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
TRIAL = "try-"


class Seen(Struct, frozen=True):
    """One part before an editor: the draft, the part, what stands in it, and a mark of that."""

    draft: Draft
    part: Part
    scene: Scene
    typed: Typed
    mark: str


def me(work: Work) -> PersonId:
    if not isinstance(work.actor.id, PersonId):
        raise Unauthorized()
    return work.actor.id


async def own_department(work: Work) -> Department:
    """The department of whoever is signed in."""
    found = await orgs.department_of(work, work.actor.org) if work.actor.org else None
    if found is None:
        raise Forbidden()
    return found


async def world(work: Work) -> World:
    """Everything a service may refer to, from memory."""
    known = await orgs.departments(work)
    types = await wallet.all_types(work)
    places = {d.code: d.name for d in orgs.districts() if d.level is Level.DISTRICT}
    return World(
        departments={d.code: d.name for d in known}, categories={c.code: c.name for c in catalog.own_categories()}, districts=places,
        certificates={t.code: Certificate(t.name, t.issuer, {c.name: c.label for c in t.claims}) for t in types.values()},
        items=frozenset(),
    )  # fmt: skip


async def listed(work: Work, state: str = "", after: str = "") -> tuple[list[Line], str]:
    """One page of drafts: the own department's, or all for the bureau; and where the next page begins, whatever is changed meanwhile."""
    at, before = _cursor(after)
    org = None if policy.sees_all(work.actor) else OrgId(work.actor.org.uuid) if work.actor.org else OrgId.new()
    found = await store.drafts(work.db, org, state if state in list(State) else "", at, before, PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{round(last.changed_at.timestamp() * 1_000_000)}.{last.id}" if last else ""


def _cursor(given: str) -> tuple[datetime | None, DraftId | None]:
    """Where a page begins: "<microseconds>.service_…"."""
    if not given:
        return None, None
    at, _, which = given.partition(".")
    try:
        return datetime.fromtimestamp(int(at) / 1_000_000, UTC), DraftId.parse(which)
    except (ValueError, OverflowError, OSError):
        raise NoSuchServiceDraft() from None


async def opened(work: Work, draft_id: DraftId, *, lock: bool = False) -> Draft:
    """A draft before somebody who may see it."""
    draft = await (store.locked if lock else store.draft)(work.db, draft_id)
    if draft is None or draft.state is State.DISCARDED:
        raise NoSuchServiceDraft(draft=str(draft_id))
    policy.may_see(work.actor, draft)
    return draft


async def create(work: Work, name: dict[str, str], category: str, code: str = "", *, like: str = "", starter: str = "") -> Draft:
    """A new service of the own department: empty, begun from a starter, or like another one."""
    name = _named(work, name, category)
    own, draft_id = await own_department(work), DraftId.new()
    chosen = code or await _free(work, own.code)
    bundle = outline.blank(chosen, own.code, category, name)
    if like:
        found = await store.newest(work.db, [like])
        if not found:
            raise NoSuchVersion(item=like)
        bundle = found[0].bundle | {"code": chosen, "department": own.code, "name": name, "category": category}
        bundle.pop("short", None)
    elif starter:
        if starter not in filling.starters():
            raise Invalid(errors=[{"pointer": "/starter", "detail": say(work.locale, "请从列出的选项里选")}])
        bundle = filling.begun(bundle, filling.starters()[starter], await world(work))
    return await begin(work, bundle, draft_id)


async def _free(work: Work, department: str) -> str:
    """A code that nothing bears yet: short enough to be said, so that now and then one is drawn twice."""
    while True:
        code = f"{department}-{secrets.token_hex(3)}"
        if not await _borne(work, code) and await store.open_draft(work.db, code) is None:
            return code


async def _borne(work: Work, code: str) -> bool:
    """Whether a service has this code, or has had it."""
    return catalog.find_item(code) is not None or bool(await store.newest(work.db, [code]))


def _named(work: Work, name: dict[str, str], category: str) -> dict[str, str]:
    """What a service is called, as it is stored; Invalid names each box that cannot be kept."""
    errors: list[dict[str, str]] = []
    for lang, most in (("zh", 60), ("en", 240)):
        if text.fault(name.get(lang, "")) or len(name.get(lang, "").strip()) > most:
            errors.append({"pointer": f"/name_{lang}", "detail": say(work.locale, "最多写 {n} 个字，不能有看不见的符号", n=most)})
    if not name.get("zh", "").strip():
        errors.append({"pointer": "/name_zh", "detail": say(work.locale, "请填写这一项")})
    if category not in {c.code for c in catalog.own_categories()}:
        errors.append({"pointer": "/category", "detail": say(work.locale, "请选择一项")})
    if errors:
        raise Invalid(errors=errors)
    return {lang: name.get(lang, "").strip() for lang in ("zh", "en")}


async def begin(work: Work, bundle: Bundle, draft_id: DraftId | None = None, *, base: int = 0) -> Draft:
    """A draft of these tables; the code must be free, or (with `base`) be the service's own."""
    own, code = await own_department(work), str(bundle["code"])
    if bundle["department"] != own.code:
        said = say(work.locale, "这是别的部门的事项，只能由那个部门编写")
        raise Forbidden(said)
    if bad := await _code_fault(work, code, base):
        raise CodeInUse(errors=[{"pointer": "/code", "detail": bad}])
    draft = Draft(
        draft_id or DraftId.new(), own.id, code, bundle, State.EDITING, 1, base, [me(work)], None, None, work.now, work.actor.name
    )
    if not await store.add(work.db, draft):
        had = await store.open_draft(work.db, code)
        raise DraftOpen(draft=str(had.id) if had else "")
    return draft


async def _code_fault(work: Work, code: str, base: int) -> str | None:
    if not CODE.fullmatch(code) or code.startswith(TRIAL):
        return say(work.locale, "编码用小写字母、数字和短横线，最多 40 个，例如 wl-jieshuzheng")
    if not base and await _borne(work, code):
        return say(work.locale, "编码“{code}”已经用在别的事项上了，请换一个", code=code)
    return None


async def new_version(work: Work, item: str) -> Draft:
    """The next version of a service begins as the newest one; an open draft is gone on with."""
    had = await store.open_draft(work.db, item)
    if had is not None:
        return await opened(work, had.id)
    found = await store.newest(work.db, [item])
    if not found:
        raise NoSuchVersion(item=item)
    return await begin(work, found[0].bundle, base=found[0].version)


async def import_file(work: Work, raw: bytes) -> Draft:
    """A draft of a file: a new service, or the next version of one the department has."""
    bundle = file.read(raw)
    own = await own_department(work)
    known = await store.newest(work.db, [bundle["code"]])
    if known and known[0].bundle["department"] == own.code:
        return await begin(work, bundle | {"department": own.code}, base=known[0].version)
    return await begin(work, bundle | {"department": own.code})


async def seen(work: Work, draft_id: DraftId, key: str, place: int) -> Seen:
    """One part, or one entry of a list; place -1 is a new entry."""
    return _seen(work, await opened(work, draft_id), key, place, await world(work))


def _seen(work: Work, draft: Draft, key: str, place: int, known: World) -> Seen:
    part = outline.BY_KEY.get(key)
    if part is None or part not in outline.shown(draft.bundle):
        raise NoSuchPart(part=key[:40])
    if part.many and not -1 <= place < outline.count(draft.bundle, key):
        raise NoSuchPart(part=key, place=place)
    scene = Scene(work.locale, draft.bundle, place if part.many else -1, known)
    typed = part.read(scene)
    return Seen(draft, part, scene, typed, marked(typed) if place >= 0 or not part.many else "")


def mark_of(locale: str, bundle: Bundle, known: World, part: Part, place: int) -> str:
    """The mark of one entry, for buttons beside it."""
    return marked(part.read(Scene(locale, bundle, place, known)))


def marked(typed: Typed) -> str:
    """Another editor's change gives another mark."""
    return hashlib.sha256(to_json(dict(sorted(typed.items())))).hexdigest()[:16]


async def save_part(work: Work, draft_id: DraftId, key: str, place: int, typed: Typed, mark: str) -> Draft:
    """Keep a part. PartChanged holds both texts when a colleague was faster; Invalid names each box that cannot be kept."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    now = _seen(work, draft, key, place, await world(work))
    if mark != now.mark and any(typed.get(n, "") != now.typed.get(n, "") for n in typed):
        raise PartChanged(mine=typed, theirs=now.typed, mark=now.mark)
    try:
        made = now.part.write(now.scene, typed)
    except Wrong as bad:
        raise Invalid(errors=[{"pointer": f"/{box}", "detail": what} for box, what in bad.errors], values=typed) from None
    if key == "questions" and place >= 0:
        made = renamed_claims(made, questions.names(draft.bundle)[place], str(typed.get("name", "")).strip())
    return await changed(work, draft, _followed(draft.bundle, made) if key == "basics" else made, key)


def _followed(before: Bundle, made: Bundle) -> Bundle:
    """The form is called as the service is; a service that goes online gets one."""
    if made.get("online") == "online" and "form" not in made:
        return made | {"form": outline.person_form(made["name"]), "process": made.get("process", {})}
    form: dict[str, Any] | None = made.get("form")
    return made | {"form": form | {"title": made["name"]}} if form and form.get("title") == before.get("name") else made


async def changed(work: Work, draft: Draft, bundle: Bundle, part: str) -> Draft:
    """Keep the tables, and what they were before, for undo; nothing happens when they are the same."""
    if bundle == draft.bundle:
        return draft
    if len(file.written(bundle)) > shape.MOST_BYTES:
        raise Invalid(errors=[{"pointer": "", "detail": say(work.locale, "填写的内容太多了，请精简一些")}])
    await store.remember(work.db, Edit(draft.id, draft.rev, part, draft.bundle, work.now, work.actor.name), UNDOS)
    await store.save(work.db, draft.id, bundle, me(work), work.now, work.actor.name)
    return await opened(work, draft.id)


async def put_service(work: Work, draft_id: DraftId, bundle: Any, rev: int) -> Draft:
    """All tables at once, as a program has them; `rev` is the draft as it was read, and a later one is refused."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    if draft.rev != rev:
        raise DraftChanged(draft=str(draft.id), rev=draft.rev)
    if bad := shape.faults(bundle):
        raise NotABundle(errors=[{"pointer": f"/service/{place}".rstrip("/"), "detail": what} for place, what in bad[:50]])
    for key in ("code", "department"):
        if bundle[key] != draft.bundle[key]:
            said = say(work.locale, "事项的编码和部门不能改")
            raise Invalid(errors=[{"pointer": f"/service/{key}", "detail": said}])
    return await changed(work, draft, bundle, "")


async def rearrange(work: Work, draft_id: DraftId, key: str, place: int, act: str, mark: str) -> Draft:
    """An entry of a list up, down, or away; when it is no longer the one that was seen, nothing happens."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    now = _seen(work, draft, key, place, await world(work))
    if mark and mark != now.mark:
        raise PartChanged(mine={}, theirs=now.typed, mark=now.mark)
    acts: dict[str, Callable[[], Bundle]] = {
        "up": lambda: outline.moved(draft.bundle, key, place, -1), "down": lambda: outline.moved(draft.bundle, key, place, 1),
        "remove": lambda: outline.removed(draft.bundle, key, place),
    }  # fmt: skip
    if act not in acts or not now.part.many or place < 0:
        raise NoSuchPart(part=key, act=act[:20])
    return await changed(work, draft, acts[act](), key)


async def undo(work: Work, draft_id: DraftId) -> Draft:
    """Take back the last change."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    last = await store.last_edit(work.db, draft.id)
    if last is None:
        raise NotInThatState(draft=str(draft.id))
    await store.save(work.db, draft.id, last.bundle, me(work), work.now, work.actor.name)
    await store.forget(work.db, draft.id, last.rev)
    return await opened(work, draft.id)


async def undoable(work: Work, draft: Draft) -> Edit | None:
    """The change that `undo` would take back."""
    return await store.last_edit(work.db, draft.id) if draft.state is State.EDITING else None


async def discard(work: Work, draft_id: DraftId) -> None:
    """Throw the draft away, with its trial; what was published stays as it is."""
    draft = await opened(work, draft_id, lock=True)
    policy.may_edit(work.actor, draft)
    await trials.close_trial(work, TRIAL + draft.id.hex)
    await store.move(work.db, draft.id, State.DISCARDED, None, None, work.now, work.actor.name)
