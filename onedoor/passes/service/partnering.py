"""Seven calls for other houses' systems. Each does what the person could do themselves, by a token which the person gave for that."""

import base64
from collections.abc import Mapping
from typing import Any

from onedoor.kernel.i18n import say
from onedoor.kernel.work import Actor, Work
from onedoor.passes import partners
from onedoor.passes.errors import BadDeclaration, NoSuchDeclaration
from onedoor.passes.gates import NewSlots
from onedoor.passes.models import Channel, Decision, Question
from onedoor.passes.od1 import layout
from onedoor.providers import service as providers
from onedoor.providers.models import Scope

from . import answers
from .declaring import Said, asking, declare, same_again
from .gating import Spoken, speaker
from .looking import why
from .minting import draw, mint
from .scanning import Asked, Checked, check


async def person_of(work: Work, *fields: str) -> Actor:
    """Whom a partner acts for, as that person themselves: nothing beyond their own rows, and none of their family's."""
    found = await providers.given(work, Scope.PASSES, fields)
    return Actor(id=found.citizen)


def _read(work: Work, questions: list[Question], given: Mapping[str, partners.Value]) -> dict[str, answers.Given]:
    """Fields of the standard as answers: names of questions for names of fields, codes of options for their words."""
    by_name = {one.field: one for one in questions if one.field} | {one.id: one for one in questions}
    found: dict[str, answers.Given] = {}
    errors: list[dict[str, str]] = []
    for name, value in given.items():
        question = by_name.get(name)
        if question is None or question.id in found:
            errors.append({"pointer": f"/fields/{name}", "detail": say(work.locale, "没有这个问题")})
            continue
        codes = {word: one.value for one in question.options for word in (one.label.zh, one.label.en, one.value)}
        several = value if isinstance(value, list) else [str(value)]
        found[question.id] = [codes.get(one, one) for one in several]
    if errors:
        raise BadDeclaration(errors=errors)
    return found


async def declared(work: Work, said: partners.Declaring | partners.Correcting) -> dict[str, Any]:
    """健康申报, and 纠错, which supersedes the one before and keeps it."""
    about = await asking(work, said.scheme)
    reason = said.reason.strip() if isinstance(said, partners.Correcting) else ""
    if isinstance(said, partners.Correcting) and not reason:
        raise BadDeclaration(errors=[{"pointer": "/reason", "detail": say(work.locale, "请写明更正的原因")}])
    if reason and about.last is None:
        raise NoSuchDeclaration()
    made = await declare(work, said.scheme, Said(_read(work, about.rules.questions, said.fields), said.division, reason), Channel.API)
    return {"declaration": str(made.declaration.id), **_colour(made.decision)}


async def travelled(work: Work, said: partners.Travelling) -> dict[str, Any]:
    """行程申报: the last declaration once more, with other places."""
    made = await same_again(work, said.scheme, Channel.API, places=said.places, division=said.division)
    return {"declaration": str(made.declaration.id), **_colour(made.decision)}


def _colour(one: Decision) -> dict[str, Any]:
    return {"colour": one.colour, "since": one.since, "until": one.until, "version": one.ruleset_version}


async def queried(work: Work, said: partners.Asking) -> dict[str, Any]:
    """查询: the colour, and why, in words."""
    seen = await why(work, said.scheme)
    reasons = [{"rule": one.id, "title": one.title, "tell": one.tell, "appeal": one.appeal} for one in seen.fired]
    return {**_colour(seen.decision), "reasons": reasons}


async def applied(work: Work, said: partners.Applying) -> dict[str, Any]:
    """申领: tickets for the device's chains."""
    signed = await mint(work, NewSlots(said.scheme, said.device, said.first_t0, said.anchors))
    tickets = [base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in signed]
    return {"tickets": tickets, "server_time": int(work.now.timestamp())}


async def drawn(work: Work, said: partners.Asking) -> dict[str, Any]:
    """制码: the text of a code that is good for a minute, for a device that makes no chains."""
    found = await draw(work, said.scheme)
    return {"text": found.text, "colour": found.bearer.standing.colour, "step": found.step}


async def verified_codes(work: Work, asked: Spoken, said: partners.Verifying) -> list[Checked]:
    """验码: as the turnstile whose secret this is would ask by itself, so each check is kept and told to the person."""
    gate = await speaker(work, asked)
    return await check(work, gate, [Asked(_bytes(one), _Line(said)) for one in said.codes])


class _Line:
    """What a turnstile knows beside a code; nothing here but the way."""

    companions, temp = 0, None

    def __init__(self, said: partners.Verifying) -> None:
        self.direction = said.direction


def _bytes(text: str) -> bytes:
    try:
        return layout.read(text)
    except layout.Unreadable:
        return b""
