"""The pages of a form that is not out yet, with the same templates as any other. Nothing is kept, nobody's data is shown."""

from typing import Any

from msgspec import Struct

from onedoor.cases.forms import showing
from onedoor.cases.forms.building import built
from onedoor.cases.forms.engine import Document, Form, Page
from onedoor.kernel.i18n import pick, say


class Screen(Struct, frozen=True):
    """One page: its address, its title, whether everybody sees it, and how it is drawn."""

    id: str
    title: str
    always: bool
    template: str
    data: dict[str, Any]


def screens(locale: str, item: str, title: str, definition: dict[str, Any], base: str, look: str) -> list[Screen]:
    """Every page there is, in order, conditions or not. Broken says why there is none."""
    form = built(item, 1, definition)
    order = [*(p.id for p in form.pages), *(d.page for d in form.documents)]

    def common(place: int) -> dict[str, Any]:
        onward = order[place + 1] if place + 1 < len(order) else ""
        return {
            "service": title, "back": f"{base}/{order[place - 1]}?look={look}" if place else base, "to": "", "number": place + 1,
            "total": len(order), "changed": [], "errors": [], "preview": f"{base}/{onward}".rstrip("/"), "look": look,
        }  # fmt: skip

    asked = [_question(locale, form, page, common(i)) for i, page in enumerate(form.pages)]
    return asked + [_paper(locale, paper, common(len(form.pages) + i)) for i, paper in enumerate(form.documents)]


def _question(locale: str, form: Form, page: Page, common: dict[str, Any]) -> Screen:
    alone = len(page.ask) == 1
    fields: list[dict[str, Any]] = []
    for name in page.ask:
        question = form.questions[name]
        one = showing.field(locale, question, None, "", heading=alone)
        if question.element:
            one |= {"source": say(locale, "登记库")}
        if question.element and not question.editable:
            one |= {"kind": "readonly", "value": say(locale, "（由登记库填好）")}
        fields.append(one)
    title = pick(locale, page.title)
    data = common | {"ask": page.id, "title": title, "fields_shown": fields, "alone": alone}
    return Screen(page.id, title, page.when is None, "cases/question.html", data)


def _paper(locale: str, paper: Document, common: dict[str, Any]) -> Screen:
    title = pick(locale, paper.name)
    data = common | {"paper": paper, "label": title, "hint": pick(locale, paper.hint), "have": [], "code": paper.code}
    return Screen(paper.page, title, paper.when is None, "cases/paper.html", data)
