"""核验 What the clerk's page says of facts looked up at a register, and which may be."""
from typing import Any

from onedoor.cases.forms import showing
from onedoor.cases.lookup import Outcome
from onedoor.cases.service.definitions import city_moment
from onedoor.cases.service.looking import View
from onedoor.cases.service.lookups import Seen
from onedoor.exchange import service as exchange
from onedoor.kernel.i18n import day, pick, say
from onedoor.kernel.work import Work

TONES = {Outcome.AGREED: "green", Outcome.DIFFERS: "red", Outcome.AWAY: "orange", Outcome.UNANSWERED: "red"}


def lookups_view(work: Work, seen: View) -> dict[str, Any]:
    """Each fact that may be looked up, and the results there are, by question."""
    titles = {one.element: one for one in seen.askable}
    names = {q.element: n for n, q in seen.form.questions.items() if q.element}
    found = [(e, one) for e, one in seen.lookups.items() if e in names]
    return {
        "looked": [
            {
                "label": pick(work.locale, seen.form.questions[names[e]].label), "detail": about(work, one), "words": words(work, seen, e),
                "tone": TONES.get(one.state(seen.filed.answers.get(names[e])), ""),
            }
            for e, one in found
        ],
        "askable": [
            {
                "element": e, "title": pick(work.locale, one.title), "again": e in seen.lookups,
                "press": say(work.locale, "向{office}核验", office=pick(work.locale, one.office)),
            }
            for e, one in titles.items()
        ],
    }  # fmt: skip


def words(work: Work, seen: View, element: str) -> str:
    """How a look came out, with what the register says where it is something else: as this clerk may read it."""
    one, locale = seen.lookups[element], work.locale
    question = next(q for q in seen.form.questions.values() if q.element == element)
    state, told = one.state(seen.filed.answers.get(question.name)), said(work, one, question)
    match state:
        case Outcome.AGREED:
            return say(locale, "核验一致")
        case Outcome.DIFFERS:
            return say(locale, "核验不一致：登记为 {told}", told=told) if told else say(locale, "核验不一致")
        case Outcome.TOLD:
            return say(locale, "登记为 {told}", told=told) if told else say(locale, "登记里有这一项")
        case Outcome.NOT_HELD:
            return say(locale, "登记里没有这一项")
        case Outcome.UNANSWERED:
            return say(locale, "三天没有答复。可以看纸质材料，或者再问一次")
        case Outcome.AWAY:
            return say(locale, "暂时问不到，会自动再问")
        case _:
            return say(locale, "已发出，等答复")


def said(work: Work, one: Seen, question: Any) -> str:
    """What the register says, as long as it is kept."""
    if one.field is None or one.field.value in (None, ""):
        return ""
    return exchange.masked(work, one.lookup.element, showing.answer(work.locale, question, one.field.value))


def about(work: Work, one: Seen) -> str:
    """Of whom, by whom, when and why."""
    locale, at = work.locale, city_moment(work.locale, one.lookup.asked_at)
    words = say(locale, "{source} · {at} · {name}：{why}", source=pick(locale, one.lookup.source), at=at, name=one.lookup.by_name,
                why=one.lookup.reason)  # fmt: skip
    on = one.lookup.as_of or (one.field.as_of if one.field else None)
    return f"{words} · {say(locale, '{day}的登记', day=day(locale, on, year=True))}" if on else words
