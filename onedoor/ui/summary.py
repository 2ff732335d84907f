"""Which field each line of an error summary is about: the label that stands over the field is put before what is wrong with it.

Templates say what is wrong where they say it first, and name their fields below, so a page is looked at once it is whole.
"""

import re

from markupsafe import Markup

from onedoor.kernel.i18n import say

MARK = '<div class="errors"'
LINE = re.compile(r'(<li><a href="#field-([^"]+)">)([^<]*)(</a></li>)')
OPTIONAL = re.compile(r'<span class="opt">.*?</span>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")
ENDS = ("？", "?", "：", ":", "。", "！", "!")


def named(locale: str, page: str) -> str:
    """The page with each line of its summary under the name of its field, unless the line says it already."""
    if MARK not in page:
        return page

    def name(line: re.Match[str]) -> str:
        label, told = label_of(page, line[2]), line[3]
        if not label or label.rstrip("".join(ENDS)).lower() in told.lower():
            return line[0]
        if label.endswith(ENDS):
            return f"{line[1]}{label}{'' if label[-1] in '？：。！' else ' '}{told}{line[4]}"
        return line[1] + say(locale, "{label}：{told}", label=label, told=told) + line[4]

    return LINE.sub(name, page)


def label_of(page: str, field: str) -> Markup:
    """The words over a field: the legend of its group, or its label. Escaped as they stand on the page; nothing when there are none."""
    at = page.find(f' id="field-{field}"')
    group = page.rfind("<fieldset", 0, at) if at >= 0 else -1
    if group > page.rfind("</fieldset>", 0, max(at, 0)):
        words = re.compile(r"<legend>(.*?)</legend>", re.DOTALL).search(page, group)
    else:
        words = re.search(rf'<label for="field-{re.escape(field)}">(.*?)</label>', page, re.DOTALL)
    plain = TAG.sub("", OPTIONAL.sub("", words[1])).strip() if words else ""
    return Markup(plain)  # noqa: S704 - cut out of a page, where it was escaped
