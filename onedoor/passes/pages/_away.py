"""跨地区流调 as pages put it: people of other regions found under an order, and what other regions asked of ours."""

from typing import Any

from onedoor.kernel.i18n import say
from onedoor.kernel.work import Work
from onedoor.passes.recognition.tracing import Wants
from onedoor.passes.service import tracing_away, tracing_between
from onedoor.passes.service.tracing_away import Outcome
from onedoor.passes.tracing import Class, OrderId
from onedoor.ui.edge import AnyRequest, local


def host(node: str) -> str:
    return node.partition("://")[2]


def near(locale: str, class_: Class) -> str:
    return {
        Class.CLOSE: say(locale, "密切接触"), Class.SECONDARY: say(locale, "一般接触"), Class.VENTILATED: say(locale, "室外同处"),
    }[class_]  # fmt: skip


def steps(locale: str) -> dict[str, str]:
    """What a line of the log says was done."""
    return {
        "away": say(locale, "查找其他地区的人"), "away_people": say(locale, "其他地区答复了"),
        "away_names": say(locale, "其他地区告诉了姓名"), "away_none": say(locale, "其他地区没有答复"),
    }  # fmt: skip


def why(locale: str, problem: str) -> str:
    """Why a region did not answer; the word is nobody's signed word, so one that is not known says no more than that."""
    return {
        "purpose": say(locale, "对方不允许这个用途"), "approval": say(locale, "这个任务没有另一个人同意"),
        "incomplete": say(locale, "任务的内容不完整"), "delay": say(locale, "推迟告知没有写明理由"),
        "window": say(locale, "时间范围超过了对方可以查的天数"), "over": say(locale, "这个任务已经到期"),
        "scheme": say(locale, "对方的这个方案不能流调"), "untold": say(locale, "请先询问，再查看姓名"),
        "replay": say(locale, "这一次询问已经答复过，请再问一次"), "no-such-peer": say(locale, "没有和这个地区互认"),
        "expired": say(locale, "对方的证明已经过期，现在不能采信"), "document": say(locale, "还没有收到对方的证明"),
        "endpoint": say(locale, "对方还不能答复流调"), "answer": say(locale, "收到的答复不能采信"),
    }.get(problem) or say(locale, "对方没有答复，请稍后再试")  # fmt: skip


async def panel(work: Work, which: OrderId, heard: list[Outcome] | None) -> dict[str, Any]:
    """People of other regions under an order, with names when these have just been told; and who did not answer."""
    told = {(one.node, person.mark): person for one in heard or [] for person in one.people if person.name or person.phone}
    rows = [
        {
            "id": one.name, "region": host(one.node), "mark": one.mark[:8], "class": near(work.locale, one.class_), "at": one.first_at,
            "minutes": round(one.seconds / 60), "places": one.places, "named": told.get((one.node, one.mark)), "opened": one.opened_at,
        }
        for one in await tracing_away.people(work, which)
    ]  # fmt: skip
    faults = [(host(one.node), why(work.locale, one.problem)) for one in heard or [] if one.problem]
    return {"rows": rows, "faults": faults, "heard": heard is not None, "nobody": heard is not None and not rows and not faults}


async def asked(request: AnyRequest, work: Work) -> list[dict[str, Any]]:
    """What other regions asked of our people: whose order, and what for; about whom is not said."""
    wants = {Wants.PEOPLE.value: say(work.locale, "查找同处的人"), Wants.NAMES.value: say(work.locale, "查看姓名")}
    return [
        {
            "title": f"{host(one.node)} · {one.case_no} · {wants.get(one.wants, one.wants)}", "at": local(request, one.at),
            "purpose": one.purpose, "who": f"{one.asked_name}、{one.approved_name}",
        }
        for one in await tracing_between.requests(work)
    ]  # fmt: skip
