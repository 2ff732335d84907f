"""Where a value of a form comes from, in words; why one is not here; and where one is contested."""

import datetime as dt

from onedoor.exchange.models import TROUBLE, Field, FieldState, Via
from onedoor.identity.models import Fact
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.work import Work

from .drafts import Desk

JUST_NOW = dt.timedelta(hours=1)
SHOWN = (Via.PRESENTED, Via.WALLET)


def origin(work: Work, fact: Fact, field: Field | None) -> str:
    """Where a value comes from, and of which day when a register told it."""
    locale, source = work.locale, pick(work.locale, fact.source)
    if field is None or fact.as_of is None:
        return source
    if field.via is Via.WALLET:
        source = say(locale, "我的{name}", name=source)
    days = (work.today - fact.as_of).days
    when = {0: say(locale, "今天"), 1: say(locale, "昨天")}.get(days) or day(locale, fact.as_of, year=fact.as_of.year != work.today.year)
    if field.via in SHOWN and field.received_at and work.now - field.received_at < JUST_NOW:
        return say(locale, "{source} · 刚刚核验", source=source)
    if field.via is Via.KEPT and field.received_at:
        return say(locale, "{source} · {when}，之前取得", source=source, when=when)
    return say(locale, "{source} · {when}", source=source, when=when)


def absent(work: Work, field: Field) -> str:
    """Why a fact that registers hold is not here, and what to do; nothing when nobody holds it."""
    locale, source = work.locale, field.source
    match field.state:
        case FieldState.PENDING:
            return say(locale, "正在向{source}查询，马上就好。不想等也可以自己填。", source=source)
        case FieldState.NOT_HELD:
            return say(locale, "{source}没有登记这一项，请您填写。", source=source)
        case FieldState.REFUSED if field.problem == "consent":  # another city asks its resident first
            return say(locale, "要先由您在{source}同意：在那里登录，打开“外市想查您的信息”。然后回来再取一次，或先自己填。", source=source)
        case FieldState.CONSENT:  # which only the person gives
            return "" if work.actor.behalf else say(locale, "您同意的话，可以从{source}取，不用自己填。", source=source)
        case state if state in TROUBLE:
            return say(locale, "{source}暂时取不到。请先自己填，我们以后核对，不耽误办理。", source=source)
        case _:
            return ""


def wrong_link(work: Work, desk: Desk, element: str) -> str:
    """Where a value of a register is contested, by the person alone; a certificate that was shown is contested where it was issued."""
    if (field := desk.fields.get(element)) and field.via in SHOWN:
        return ""
    return "" if work.actor.behalf else f"/me/corrections/new?element={element}&item={desk.draft.item}&back=/drafts/{desk.draft.id}/check"


def typed_note(work: Work, desk: Desk, name: str) -> str:
    """Where a suggestion was taken over as it is; or that a register should have told it. Of what is hidden, nothing."""
    if name in desk.veil.questions:
        return ""
    element = desk.form.questions[name].element
    fact, field = desk.facts.get(element), desk.fields.get(element)
    if fact and desk.draft.answers.get(name) == fact.value:
        return say(work.locale, "来自 {source}", source=origin(work, fact, field))
    return absent(work, field) if field and field.state in TROUBLE else ""
