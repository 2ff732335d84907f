"""Keeping a scheme: sign, suspend, extend, set levels of regions, put rules into force. Two persons sign whatever touches people."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel.i18n import say
from onedoor.kernel.jobs import enqueue
from onedoor.kernel.memory import changed
from onedoor.kernel.problems import Invalid
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.passes import policy
from onedoor.passes.errors import BadRuleset, BadStep, NeedsDifferentPeople, NoSuchScheme, NotPreviewed, RulesetFixed
from onedoor.passes.models import ActId, Basis, Grants, Level, NewRuleset, RegionLevel, Ruleset, Scheme, Signature, State
from onedoor.passes.records import Act
from onedoor.passes.rules import failures
from onedoor.passes.store import acts
from onedoor.passes.store import schemes as store

from .known import NAME, known, ruleset
from .loading import put_ruleset

MOST_ACTS = 100
LONGEST = 300


async def own_scheme(work: Work, code: str) -> Scheme:
    """The only way to a scheme for writing: locked, and of the own department."""
    found = await store.locked(work.db, code)
    if found is None:
        raise NoSuchScheme()
    policy.may_keep(work.actor, found, orgs.code_of(work.actor.org) if work.actor.org else None)
    return found


async def _signing(work: Work, code: str) -> Scheme:
    """Signing is open to other departments too: the second person is better one who did not write it."""
    found = await store.locked(work.db, code)
    if found is None:
        raise NoSuchScheme()
    policy.own(work.actor)
    return found


def _signature(work: Work) -> Signature:
    person = work.actor.id if isinstance(work.actor.id, PersonId) else None
    org = (orgs.code_of(work.actor.org) if work.actor.org else None) or ""
    return Signature(work.actor.name[:60], org, work.now, person)


def _second(signed: list[Signature], mine: Signature) -> list[Signature]:
    if any(one.person == mine.person and one.person is not None for one in signed):
        raise NeedsDifferentPeople()
    return [*signed, mine]


async def _note(work: Work, code: str, act: str, detail: dict[str, Any]) -> None:
    mine = _signature(work)
    await acts.add(work.db, Act(ActId.new(), code, act, work.now, mine.person, mine.name or work.actor.system, mine.org, detail))


async def _save(work: Work, scheme: Scheme) -> Scheme:
    await store.save(work.db, scheme, work.now)
    await changed(work.db, NAME)
    return scheme


async def history(work: Work, code: str) -> list[Act]:
    """What was done with a scheme and by whom, the latest first."""
    return await acts.of_scheme(work.db, code, MOST_ACTS)


async def sign(work: Work, code: str) -> Scheme:
    """Put one's name under a draft; with the second one it comes into force, and its first rules with it."""
    scheme = await _signing(work, code)
    if scheme.state is not State.DRAFT:
        raise BadStep(state=str(scheme.state))
    signed = _second(scheme.signed_by, _signature(work))
    await _note(work, code, "signed", {})
    if len(signed) < policy.SIGNATURES:
        return await _save(work, replace(scheme, signed_by=signed))
    schemes = await known(work)
    first = min((v for c, v in schemes.versions if c == code), default=None)
    if first is not None and schemes.versions[code, first].valid_from is None:
        await store.sign_ruleset(work.db, code, first, signed, work.now)
    return await _save(work, replace(scheme, signed_by=signed, state=State.IN_FORCE))


async def suspend(work: Work, code: str, reason: str) -> Scheme:
    """Stop at once: nobody declares or shows. One person is enough, with a reason that everybody may read."""
    scheme = await own_scheme(work, code)
    if scheme.state is not State.IN_FORCE:
        raise BadStep(state=str(scheme.state))
    await _note(work, code, "suspended", {"reason": _words(work, "suspend_reason", reason)})
    return await _save(work, replace(scheme, state=State.SUSPENDED))


async def resume(work: Work, code: str, reason: str) -> Scheme:
    """Go on; what has passed its end does not."""
    scheme = await own_scheme(work, code)
    if scheme.state is not State.SUSPENDED or scheme.ends_on < work.today:
        raise BadStep(state=str(scheme.state))
    await _note(work, code, "resumed", {"reason": _words(work, "resume_reason", reason)})
    return await _save(work, replace(scheme, state=State.IN_FORCE))


def _words(work: Work, field: str, words: str) -> str:
    plain = words.strip()
    if not plain or len(plain) > LONGEST:
        detail = say(work.locale, "请写明原因，最多 {n} 个字；所有人都能看到", n=LONGEST)
        raise Invalid(errors=[{"pointer": f"/{field}", "detail": detail}])
    return plain


async def ask_extension(work: Work, code: str, ends_on: dt.date, document: str, reason: str) -> Act:
    """延期: before the end, at most 90 days, on a new legal basis, by a named person; a second person signs."""
    scheme = await own_scheme(work, code)
    if scheme.state is not State.IN_FORCE or scheme.ends_on < work.today:
        raise BadStep(state=str(scheme.state))
    errors: list[dict[str, str]] = []
    if not scheme.ends_on < ends_on <= scheme.ends_on + policy.LONGEST_EXTENSION:
        detail = say(work.locale, "新的最后一天要在 {day} 之后，最多延长 90 天", day=scheme.ends_on.isoformat())
        errors.append({"pointer": "/ends_on", "detail": detail})
    if not document.strip() or len(document) > 100 or document.strip() == scheme.basis.document:
        errors.append({"pointer": "/document", "detail": say(work.locale, "请填写新的文件号，不能是原来那一份")})
    if errors:
        raise Invalid(errors=errors)
    detail = {"ends_on": ends_on.isoformat(), "document": document.strip(), "reason": _words(work, "reason", reason)}
    await _note(work, code, "extension_asked", detail)
    return (await acts.of_scheme(work.db, code, 1))[0]


async def extension_asked(work: Work, code: str) -> Act | None:
    """An extension that waits for its second signature."""
    last = await acts.last_extension(work.db, code)
    return last if last and last.act == "extension_asked" else None


async def sign_extension(work: Work, code: str) -> Scheme:
    """The second signature; from now on the new last day holds."""
    scheme = await _signing(work, code)
    asked = await extension_asked(work, code)
    if asked is None or scheme.state is not State.IN_FORCE or scheme.ends_on < work.today:
        raise BadStep(state=str(scheme.state))
    if asked.person_ref == work.actor.id:
        raise NeedsDifferentPeople()
    ends_on = dt.date.fromisoformat(asked.detail["ends_on"])
    await _note(work, code, "extended", {**asked.detail, "asked_by": asked.name, "before": scheme.ends_on.isoformat()})
    basis = Basis(asked.detail["document"], scheme.basis.article, scheme.basis.url)
    return await _save(work, replace(scheme, ends_on=ends_on, basis=basis))


def deletion_signed(history: list[Act]) -> list[Act]:
    """Who has put their name under the certificate of deletion, the first one first."""
    return [one for one in reversed(history) if one.act == "deletion_signed"]


async def sign_deletion(work: Work, code: str) -> None:
    """两人签字: under exactly this certificate, by two persons who have seen it; it is published from the first moment."""
    scheme, made = await _signing(work, code), await acts.deletion(work.db, code)
    if scheme.state is not State.DELETED or made is None:
        raise BadStep(state=str(scheme.state))
    signed = deletion_signed(await acts.of_scheme(work.db, code, MOST_ACTS))
    if len(signed) >= policy.SIGNATURES or any(one.person_ref == work.actor.id for one in signed):
        raise NeedsDifferentPeople()
    await _note(work, code, "deletion_signed", {"sha256": hashlib.sha256(made.jws.encode()).hexdigest()})


async def _rules(work: Work, code: str, version: int) -> Ruleset:
    """What is signed is what lies in the database now, not what this process remembers of it."""
    found = await store.locked_ruleset(work.db, code, version)
    if found is None:
        raise NoSuchScheme()
    return found


async def sign_ruleset(work: Work, code: str, version: int, seen_at: str) -> Ruleset:
    """Put one's name under a version whose preview one has seen; with the second it is in force, and everybody is worked out again."""
    scheme = await _signing(work, code)
    rules = await _rules(work, code, version)
    if rules.valid_from is not None or scheme.state not in (State.IN_FORCE, State.SUSPENDED):
        raise BadStep(state=str(scheme.state))
    if rules.preview is None or rules.preview.at.isoformat() != seen_at:
        raise NotPreviewed()
    if wrong := failures(rules):
        raise BadRuleset(errors=[{"pointer": "/" + "/".join(map(str, where)), "detail": what} for where, what in wrong])
    signed = _second(rules.approved_by, _signature(work))
    done = len(signed) >= policy.SIGNATURES
    await _note(work, code, "rules_in_force" if done else "rules_signed", {"version": version})
    if done:
        return await _in_force(work, rules, signed)
    await store.sign_ruleset(work.db, code, version, signed, None)
    await changed(work.db, NAME)
    return replace(rules, approved_by=signed)


async def enact(work: Work, code: str, version: int, phones: Sequence[str]) -> Ruleset:
    """By the operator, in the name of two members of staff who may sign; the preview must have been made."""
    rules = await _rules(work, code, version)
    if rules.valid_from is not None:
        raise RulesetFixed(scheme=code, version=version)
    if rules.preview is None:
        raise NotPreviewed()
    signed: list[Signature] = []
    for phone in dict.fromkeys(phones):
        person = await identity.person_of_phone(work, phone)
        staff = orgs.staff_of(person) if person else None
        if staff is None or Grants.SIGN not in staff.grants:
            raise NeedsDifferentPeople(f"{phone} is nobody who may sign")
        signed.append(Signature(staff.name, orgs.code_of(staff.org) or "", work.now, staff.person))
    if len(signed) != policy.SIGNATURES:
        raise NeedsDifferentPeople("two different members of staff sign")
    await _note(work, code, "rules_in_force", {"version": version, "by": [one.name for one in signed]})
    return await _in_force(work, rules, signed)


async def _in_force(work: Work, rules: Ruleset, signed: list[Signature]) -> Ruleset:
    """The version counts from now on, and everybody is worked out again."""
    before = (await known(work)).rules(rules.scheme, work.now)
    await store.sign_ruleset(work.db, rules.scheme, rules.version, signed, work.now)
    await changed(work.db, NAME)
    if before:
        args = {"scheme": rules.scheme, "before": before.version, "after": rules.version}
        await enqueue(work.db, "passes.replay", args, queue="bulk", key=f"{rules.scheme} {rules.version}")
    return replace(rules, approved_by=signed, valid_from=work.now)


async def propose(work: Work, code: str, new: NewRuleset) -> None:
    """A later version of the rules; it waits until it has been previewed and signed."""
    await own_scheme(work, code)
    newest = max((v for c, v in (await known(work)).versions if c == code), default=0)
    if new.version < newest or (new.version == newest and (await ruleset(work, code, newest)).valid_from):
        raise RulesetFixed(scheme=code, version=newest)
    await put_ruleset(work, code, new)
    await changed(work.db, NAME)


async def set_level(work: Work, code: str, division: str, level: str, source: str) -> RegionLevel:
    """The level of a part of the city from now on, by a document; those who named it are worked out again."""
    await own_scheme(work, code)
    errors: list[dict[str, str]] = []
    known_places = {one.code for one in orgs.districts()}
    if division not in known_places:
        errors.append({"pointer": "/division", "detail": say(work.locale, "请选择一个地方")})
    if level not in list(Level):
        errors.append({"pointer": "/level", "detail": say(work.locale, "请选择风险等级")})
    if not source.strip() or len(source) > LONGEST:
        errors.append({"pointer": "/source", "detail": say(work.locale, "请填写依据的文件号")})
    if errors:
        raise Invalid(errors=errors)
    made = RegionLevel(code, division, work.now, Level(level), source.strip())
    await store.put_levels(work.db, [made])
    await _note(work, code, "level_set", {"division": division, "level": level, "source": source.strip()})
    await changed(work.db, NAME)
    await enqueue(work.db, "passes.region", {"scheme": code, "division": division}, queue="bulk", key=f"{code} {division}")
    return made
