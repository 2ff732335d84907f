"""Answers as people type them, made into what rules read; everything wrong is told at once."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from onedoor.kernel.i18n import say
from onedoor.kernel.text import fold
from onedoor.kernel.work import Work
from onedoor.orgs import service as orgs
from onedoor.orgs.errors import NoSuchDistrict
from onedoor.passes.models import As, Question, Ruleset
from onedoor.passes.rules.logic import evaluate, truthy

LOWEST, HIGHEST = 340, 430
FAHRENHEIT = (900, 1100)
MOST_PLACES = 30
Given = str | list[str] | None


class Wrong(ValueError):
    """An answer that cannot be taken; the words say what to do."""


def temperature(locale: str, typed: str) -> int:
    """Tenths of a degree: "36.6", "36,6", "36.6°C", "３６．６", "366" and "36度6" are all 366."""
    plain = fold(typed).upper().replace("度", ".").replace("，", ".").replace(",", ".").replace("。", ".")
    plain = re.sub(r"(°|℃|摄氏|C|\s)", "", plain).strip(".")
    if not (found := re.fullmatch(r"(\d{2,3})(?:\.(\d))?\d?", plain)):
        raise Wrong(say(locale, "请填写体温，比如 36.6"))
    tenths = int(found[1]) * 10 + int(found[2] or 0)
    if found[2] is None and LOWEST <= int(found[1]) <= HIGHEST:
        tenths = int(found[1])
    if FAHRENHEIT[0] <= tenths <= FAHRENHEIT[1]:
        raise Wrong(say(locale, "这像是华氏度。请填写摄氏度，比如 36.6"))
    if not LOWEST <= tenths <= HIGHEST:
        raise Wrong(say(locale, "体温应在 34 到 43 度之间，请再量一次"))
    return tenths


def read(work: Work, rules: Ruleset, given: Mapping[str, Given]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """What was answered, and what is wrong. What is not asked of this person is left out, whatever was sent."""
    answers: dict[str, Any] = {}
    errors: list[dict[str, str]] = []
    known = {question.id for question in rules.questions}
    errors += [{"pointer": f"/{name}", "detail": say(work.locale, "没有这个问题")} for name in given if name not in known]
    for question in rules.questions:
        if question.when is not None and not truthy(evaluate(question.when, {"payload": answers})):
            continue
        try:
            value = _answer(work, question, given.get(question.id))
        except Wrong as wrong:
            errors.append({"pointer": f"/{question.id}", "detail": str(wrong)})
            continue
        if value is not None:
            answers[question.id] = value
    return answers, errors


def _answer(work: Work, question: Question, given: Given) -> Any:
    several = [fold(one) for one in ([given] if isinstance(given, str) else given or []) if one.strip()]
    if not several:
        if question.required:
            raise Wrong(say(work.locale, "请回答：{ask}", ask=question.ask))
        return None
    match question.kind:
        case As.TEMPERATURE:
            return temperature(work.locale, several[0][:20])
        case As.DATE:
            return _date(work, several[0])
        case As.DISTRICTS:
            return _places(work, several)
        case As.CHECKS:
            return _chosen(work.locale, question, several)
        case As.RADIOS:
            if len(several) > 1:
                raise Wrong(say(work.locale, "只能选一项"))
            return _chosen(work.locale, question, several)[0]


def _chosen(locale: str, question: Question, given: list[str]) -> list[str]:
    known = [option.value for option in question.options]
    if any(one not in known for one in given):
        raise Wrong(say(locale, "请从列出的选项里选"))
    return [one for one in known if one in given]


def _date(work: Work, given: str) -> str:
    try:
        found = dt.date.fromisoformat(given)
    except ValueError as no:
        raise Wrong(say(work.locale, "请填写日期，比如 2026-11-20")) from no
    if found > work.today:
        raise Wrong(say(work.locale, "这一天还没有到"))
    if found < work.today - dt.timedelta(days=366):
        raise Wrong(say(work.locale, "请填写最近一年里的日期"))
    return found.isoformat()


def _places(work: Work, given: list[str]) -> list[str]:
    if len(given) > MOST_PLACES:
        raise Wrong(say(work.locale, "最多选 {n} 个地方", n=MOST_PLACES))
    for one in given:
        try:
            orgs.district(one)
        except NoSuchDistrict as no:
            raise Wrong(say(work.locale, "没有“{code}”这个地方", code=one[:20])) from no
    return sorted(set(given))
