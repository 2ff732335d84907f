"""健康申报: every way of declaring ends here. Nothing is overwritten; a correction is another declaration that names the one before."""

from collections.abc import Mapping
from typing import Any

import msgspec

from onedoor.identity import service as identity
from onedoor.identity.models import PersonId
from onedoor.kernel import outbox
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Unauthorized
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.errors import NoSuchDistrict
from onedoor.passes.errors import BadDeclaration, NoSuchDeclaration
from onedoor.passes.events import DeclarationMade
from onedoor.passes.models import As, Cause, Channel, Decision, Declaration, DeclarationId, Ruleset, Scheme, Standing
from onedoor.passes.store import people as store

from . import answers
from .known import in_force
from .settling import settle

LONGEST_REASON = 400


class Said(msgspec.Struct, frozen=True):
    """What was sent: answers by question, where the person lives now, and for a correction why."""

    answers: Mapping[str, answers.Given]
    division: str = ""
    reason: str = ""
    key: DeclarationId | None = None
    """Drawn when the form was shown: sending the same form twice declares once."""


class Made(msgspec.Struct, frozen=True):
    """A declaration, and the colour that came of it."""

    declaration: Declaration
    decision: Decision


class Asking(msgspec.Struct, frozen=True):
    """What the form needs: scheme, questions, and what is known from the last time."""

    scheme: Scheme
    rules: Ruleset
    last: Declaration | None
    standing: Standing | None
    division: str


def subject(work: Work) -> PersonId:
    """Whose pass it is: the person stood in for, else whoever acts."""
    whose = work.actor.on_behalf_of or work.actor.id
    if not isinstance(whose, PersonId):
        raise Unauthorized()
    return whose


async def asking(work: Work, code: str) -> Asking:
    """The questions for whoever the pass is of, with the answers of the last time and where they live."""
    scheme, rules = await in_force(work, code)
    citizen = subject(work)
    last = await store.last_declaration(work.db, citizen, code)
    standing = await store.standing(work.db, citizen, code)
    person = await identity.person(work, citizen)
    division = last.division if last else (person.district if person else None) or ""
    return Asking(scheme, rules, last, standing, division)


async def declare(work: Work, code: str, said: Said, channel: Channel, citizen: PersonId | None = None) -> Made:
    """Answers into a declaration, and the declaration into a colour."""
    scheme, rules = await in_force(work, code)
    citizen = citizen or subject(work)
    read, errors = answers.read(work, rules, said.answers)
    division, wrong = _division(work, said.division)
    errors += wrong
    if len(said.reason) > LONGEST_REASON:
        errors.append({"pointer": "/reason", "detail": say(work.locale, "太长了，最多 {n} 个字", n=LONGEST_REASON)})
    if errors:
        raise BadDeclaration(errors=errors)
    before = await store.locked(work.db, citizen, code)
    if said.key and before and before.declaration_id and (again := await _again(work, citizen, said.key)):
        return again
    return await _write(work, citizen, scheme, rules, before, read, division, said, channel)


async def same_again(
    work: Work, code: str, channel: Channel, key: DeclarationId | None = None, *, places: list[str] | None = None,
    division: str | None = None,
) -> Made:  # fmt: skip
    """和上次一样: the answers of the last time once more, in one tap. What the rules ask now decides whether that is enough.

    `places` are where the person was, instead of those of the last time, and `division` is where they live now.
    """
    about = await asking(work, code)
    if about.last is None:
        raise NoSuchDeclaration()
    asked = {question.id for question in about.rules.questions if question.kind is not As.TEMPERATURE or question.required}
    given = {name: _typed(value) for name, value in about.last.answers.items() if name in asked}
    if places is not None:
        where = [one.id for one in about.rules.questions if one.kind is As.DISTRICTS]
        if not where:
            raise BadDeclaration(errors=[{"pointer": "/places", "detail": say(work.locale, "没有这个问题")}])
        given = {name: value for name, value in given.items() if name not in where} | {where[0]: [*places]}
    return await declare(work, code, Said(given, division or about.last.division, key=key), channel)


def _typed(value: Any) -> answers.Given:
    return [str(one) for one in value] if isinstance(value, list) else str(value)


async def _write(
    work: Work, citizen: PersonId, scheme: Scheme, rules: Ruleset, before: Standing | None, read: dict[str, Any], division: str,
    said: Said, channel: Channel,
) -> Made:  # fmt: skip
    by = work.actor.id if isinstance(work.actor.id, PersonId) else None
    made = Declaration(
        said.key or DeclarationId.new(), scheme.code, by, (work.actor.name[:60] or None) if by != citizen else None, channel, division,
        read, work.now, before.declaration_id if before and said.reason else None, said.reason or None,
    )  # fmt: skip
    if before is not None or said.key is None:
        store.add_declaration(work.db, citizen, made)
    elif not await store.first_declaration(work.db, citizen, made) and (again := await _again(work, citizen, said.key)):
        return again
    settled = await settle(work, citizen, scheme, rules, made, before, Cause.DECLARATION)
    await outbox.publish(work.db, DeclarationMade(citizen, made.id, scheme.code, division, channel.value))
    return Made(made, settled.decision)


async def _again(work: Work, citizen: PersonId, key: DeclarationId) -> Made | None:
    """The same form once more: what came of it the first time."""
    first = await store.declaration(work.db, citizen, key)
    decision = await store.decision_of(work.db, citizen, key) if first else None
    return Made(first, decision) if first and decision else None


def _division(work: Work, code: str) -> tuple[str, list[dict[str, str]]]:
    try:
        return orgs.district(code).code, []
    except NoSuchDistrict:
        return "", [{"pointer": "/division", "detail": say(work.locale, "请选择现在住的地方")}]
