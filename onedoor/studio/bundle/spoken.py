"""What a screen reader says of a page, in its order, read from the page's own HTML."""

from html.parser import HTMLParser

from msgspec import Struct

from onedoor.kernel.i18n import say

SILENT = frozenset({"script", "style", "svg", "head", "template"})
VOID = frozenset({"input", "br", "meta", "link", "use", "img", "hr", "source"})
BLOCKS = frozenset({"p", "li", "dt", "dd", "small", "div", "legend", "label", "figcaption", "summary", "caption", "th", "td", "option"})


class Said(Struct):
    """One thing that is said: what it is, and its words."""

    role: str
    words: str


class _Reader(HTMLParser):
    """Walks the page once. Text is gathered until the element that gives it a role ends."""

    def __init__(self, locale: str) -> None:
        super().__init__(convert_charrefs=True)
        self.locale, self.said = locale, list[Said]()
        self.open: list[tuple[str, str, bool]] = []
        self.labels: dict[str, str] = {}
        self.label = ""
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        hidden = known.get("aria-hidden") == "true" or "hidden" in known or tag in SILENT or (bool(self.open) and self.open[-1][2])
        role = "" if hidden else self._role(tag, known)
        if role or tag in BLOCKS:
            self._flush("")
        if tag == "label":
            self.label = known.get("for", "")
        if role and tag in ("input", "textarea", "select"):
            self._control(role, known)
        elif role and (named := known.get("aria-label")):
            self.said.append(Said(role, named))
        if tag not in VOID:
            self.open.append((tag, role, hidden))

    def handle_endtag(self, tag: str) -> None:
        while self.open:
            name, role, _ = self.open.pop()
            if role or name in BLOCKS:
                self._flush(role)
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.open and not self.open[-1][2]:
            self.words += data

    def _flush(self, role: str) -> None:
        words, self.words = " ".join(self.words.split()), ""
        if not words:
            return
        if self.label:
            self.labels[self.label], self.label = words, ""
        self.said.append(Said(role if role not in self._spaces() else "", words))

    def _spaces(self) -> tuple[str, ...]:
        return (say(self.locale, "区域"), say(self.locale, "一组选项"))

    def _control(self, role: str, known: dict[str, str]) -> None:
        name = self.labels.get(known.get("id", ""), known.get("aria-label", ""))
        state = say(self.locale, "，已选中") if "checked" in known else ""
        self.said.append(Said(role, f"{name}{state}"))

    def _role(self, tag: str, known: dict[str, str]) -> str:
        kinds = {
            "a": say(self.locale, "链接"), "button": say(self.locale, "按钮"), "textarea": say(self.locale, "多行输入框"),
            "select": say(self.locale, "下拉列表"), "fieldset": say(self.locale, "一组选项"), "nav": say(self.locale, "区域"),
            "section": say(self.locale, "区域"), "main": say(self.locale, "区域"), "footer": say(self.locale, "区域"),
        }  # fmt: skip
        if tag in ("h1", "h2", "h3"):
            return say(self.locale, "{n} 级标题", n=tag[1])
        if tag != "input":
            return kinds.get(tag, "")
        boxes = {"radio": say(self.locale, "单选按钮"), "checkbox": say(self.locale, "复选框"), "file": say(self.locale, "选择文件"),
                 "hidden": ""}  # fmt: skip
        return boxes.get(known.get("type", "text"), say(self.locale, "输入框"))


def order(locale: str, page: str) -> list[Said]:
    """Everything that is said between the start and the end of a page's main part."""
    start, end = page.find("<main"), page.find("</main>")
    reader = _Reader(locale)
    reader.feed(page[start : end if end > 0 else None])
    reader.close()
    return [one for one in reader.said if one.words or one.role]
