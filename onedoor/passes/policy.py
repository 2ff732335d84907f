"""Who may do what with passes, how much may be asked, and the words for colours."""

import datetime as dt

from onedoor.identity.errors import NeedsRealName
from onedoor.identity.models import Assurance
from onedoor.kernel.i18n import say
from onedoor.kernel.problems import Forbidden
from onedoor.kernel.work import Actor
from onedoor.orgs.models import OrgId, covers

from .errors import NotYours
from .models import Colour, Grants, Scheme
from .records import Appeal

MOST_QUESTIONS = 6
APPEAL_WITHIN = dt.timedelta(hours=24)
LONGEST_EXTENSION = dt.timedelta(days=90)
SIGNATURES = 2

SHAPE = {Colour.GREEN: "✓", Colour.POPUP: "!", Colour.GREY: "?", Colour.YELLOW: "!", Colour.RED: "✕"}
"""Beside the words: a colour alone is never the message."""


def colour_words(locale: str, colour: Colour) -> str:
    """What a colour is called."""
    return {
        Colour.GREEN: say(locale, "绿码"), Colour.POPUP: say(locale, "绿码，有一件事要办"), Colour.GREY: say(locale, "灰码"),
        Colour.YELLOW: say(locale, "黄码"), Colour.RED: say(locale, "红码"),
    }[colour]  # fmt: skip


def meaning(locale: str, colour: Colour) -> str:
    """What a colour means for whoever has it."""
    return {
        Colour.GREEN: say(locale, "可以通行"), Colour.POPUP: say(locale, "可以通行，请先办好提示的事"),
        Colour.GREY: say(locale, "还不知道，请申报或重新申报"), Colour.YELLOW: say(locale, "请按提示做，暂时不要去人多的地方"),
        Colour.RED: say(locale, "请按提示做，先不要外出"),
    }[colour]  # fmt: skip


def may_key_in(actor: Actor, path: str) -> bool:
    """Whether a clerk or grid worker may write down what somebody of this place says."""
    return Grants.COUNTER in actor.grants and not actor.outside and covers(actor.districts, path)


def may_serve(actor: Actor, path: str) -> bool:
    """Whether somebody who lives there may be served here: inside the own districts, or in what lies around them, when no more is known."""
    return Grants.COUNTER in actor.grants and (covers(actor.districts, path) or any(covers((path,), held) for held in actor.districts))


def reaches(actor: Actor, path: str) -> bool:
    """Whether a place lies in the own districts."""
    return covers(actor.districts, path)


def own(actor: Actor) -> OrgId:
    """The own department; whoever has none has nothing to do here."""
    if actor.org is None or actor.outside:
        raise NotYours()
    return OrgId(actor.org.uuid)


def may_answer(actor: Actor, appeal: Appeal) -> None:
    """Nobody answers an appeal that they made themselves, or that is about their own colour."""
    if actor.id in (appeal.by_ref, appeal.citizen_id):
        raise NotYours()


def may_keep(actor: Actor, scheme: Scheme, department: str | None) -> None:
    """A scheme is kept by its own department."""
    if not actor.system and (department != scheme.authority or actor.outside):
        raise NotYours()


def proven(actor: Actor) -> None:
    """Whoever stands in for somebody has proven the own name first."""
    if actor.assurance < Assurance.REAL_NAME:
        raise NeedsRealName(step_up="/identity/real-name?next=/passes/family")


def may_keep_gates(actor: Actor) -> OrgId:
    """The department whose gates this member of staff answers for."""
    if Grants.GATES not in actor.grants or not isinstance(actor.org, OrgId):
        raise Forbidden(needs=str(Grants.GATES))
    return actor.org
