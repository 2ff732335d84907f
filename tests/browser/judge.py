"""axe, where there is something it has not judged yet.

Pages share their parts, and a page in another language, look or width mostly differs from one that was judged in words and colours alone.
What a rule goes by is read from the page first (judge.js): its structure without the words, and each pair of colours. A page whose
structure was judged before is not judged for it again; of colours only those elements are judged that bring a new pair, with what stands
beside them.
"""

import re
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page

from tests.browser.conftest import AXE, RULES

AXE_TEXT = AXE.read_text(encoding="utf-8") if AXE.exists() else ""
SHAPE = Path(__file__).with_name("judge.js").read_text(encoding="utf-8").partition("\n")[2]
COLOURS = ["color-contrast", "link-in-text-block"]
OWN = ["target-size"]
"""Rules of which each page is asked more than axe would: 44 px by tests.browser.conftest.ill_fitting. It was two fifths of axe's time."""
LANGUAGES = {"zh-CN", "zh", "en"}
LAZY = f"window.__axe = () => {{ {AXE_TEXT} }}"
WRONG = """async ([where, what, off, colours]) => {
  if (!window.axe && !window.__axe) return null
  if (!window.axe) __axe()
  for (const one of colours) (judged.get(one).parentElement ?? judged.get(one)).setAttribute('data-judge', '')
  const found = await axe.run(where, {runOnly: what, resultTypes: ['violations', 'incomplete'], preload: false,
    rules: Object.fromEntries(off.map((one) => [one, {enabled: false}]))})
  document.querySelectorAll('[data-judge]').forEach((one) => one.removeAttribute('data-judge'))
  const unseen = (node) => node.any.some((one) => one.data?.messageKey === 'equalRatio')
  const all = [...found.violations, ...found.incomplete.map((v) => ({id: v.id, nodes: v.nodes.filter(unseen)}))]
  return all.flatMap((v) => v.nodes.map((node) => `axe ${v.id}: ${node.html.slice(0, 140)} ${node.any[0]?.message ?? ''}`)) }"""
"""White on white is to axe not wrong but incomplete: somebody might have meant it. Here nobody does."""


class Judge:
    """Remembers what has been judged; one for a walk."""

    def __init__(self) -> None:
        self.shapes: set[str] = set()
        self.colours: set[str] = set()
        self.before: list[str] = []
        self.runs = {"pages": 0, "structure": 0, "colours": 0}

    @staticmethod
    def attend(context: BrowserContext) -> None:
        """Have axe at hand on each page: half a megabyte that would travel to it once a page."""
        context.add_init_script(script=LAZY)

    def faults(self, page: Page, style: str = "") -> list[str]:
        """What is wrong with the page as it stands and was not looked at before.

        `style`: it is the page of the last call, now in the `dark`, for `care`, or `plain` in another width. Then its structure goes by
        what has changed, and a frame that leaves something out on a narrow screen is judged once, not on each page.
        """
        self.runs["pages"] += 1
        read = page.evaluate(SHAPE, style)
        found = [f"language {one}" for one in set(read["langs"]) - LANGUAGES]
        shape = "\n".join(unified_diff(self.before, read["shape"], n=0, lineterm="") if style else read["shape"])
        if not style:
            self.before = read["shape"]
        structure, colours = sha256(re.sub("(?m)^@@.*", "", shape).encode()).hexdigest(), [*set(read["colours"]) - self.colours]
        if shape and structure not in self.shapes:
            self.shapes.add(structure)
            self.runs["structure"] += 1
            found += self._axe(page, "html", RULES, [*COLOURS, *OWN], [])
        if colours:
            self.colours |= set(colours)
            self.runs["colours"] += 1
            found += self._axe(page, "[data-judge]", {"type": "rule", "values": COLOURS}, [], colours)
        return found

    def _axe(self, page: Page, where: str, what: Any, off: list[str], colours: list[str]) -> list[str]:
        asked = [{"include": [[where]]}, what, off, colours]
        if (found := page.evaluate(WRONG, asked)) is None:
            page.evaluate(AXE_TEXT)
            found = page.evaluate(WRONG, asked)
        return found
