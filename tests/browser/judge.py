"""axe, where there is something it has not judged yet.

Pages share their parts, and a page in another language, look or width mostly differs from one that was judged in words and colours alone.
What a rule goes by is read from the page first (judge.js): its structure without the words, and each pair of colours. A page whose
structure was judged before is not judged for it again; neither are colours.
"""

from hashlib import sha256
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import AXE, RULES

AXE_TEXT = AXE.read_text(encoding="utf-8") if AXE.exists() else ""
SHAPE = Path(__file__).with_name("judge.js").read_text(encoding="utf-8").partition("\n")[2]
COLOURS = ["color-contrast", "link-in-text-block"]
DRAWINGS = "document.querySelectorAll('svg').forEach((one) => { if (one.querySelector('symbol')) one.remove() })"
"""What icons are drawn from is a third of a page's elements, and axe has nothing to say of it."""
LANGUAGES = {"zh-CN", "zh", "en"}
WRONG = """async ([what, off]) => {
  const found = await axe.run(document, {runOnly: what, resultTypes: ['violations', 'incomplete'], preload: false,
    rules: Object.fromEntries(off.map((one) => [one, {enabled: false}]))})
  const unseen = (node) => node.any.some((one) => one.data?.messageKey === 'equalRatio')
  const all = [...found.violations, ...found.incomplete.map((v) => ({id: v.id, nodes: v.nodes.filter(unseen)}))]
  return all.flatMap((v) => v.nodes.map((node) => `axe ${v.id}: ${node.html.slice(0, 140)} ${node.any[0]?.message ?? ''}`)) }"""
"""White on white is to axe not wrong but incomplete: somebody might have meant it. Here nobody does."""


class Judge:
    """Remembers what has been judged; one for a walk."""

    def __init__(self) -> None:
        self.shapes: set[str] = set()
        self.colours: set[str] = set()
        self.runs = {"pages": 0, "structure": 0, "colours": 0}

    def faults(self, page: Page) -> list[str]:
        """What is wrong with the page as it stands and was not looked at before."""
        self.runs["pages"] += 1
        page.evaluate(DRAWINGS)
        read = page.evaluate(SHAPE)
        found = [f"language {one}" for one in set(read["langs"]) - LANGUAGES]
        shape = sha256(read["shape"].encode()).hexdigest()
        structure, colours = shape not in self.shapes, bool(set(read["colours"]) - self.colours)
        self.shapes.add(shape)
        self.colours |= set(read["colours"])
        self.runs["structure"] += structure
        self.runs["colours"] += colours
        if structure or colours:
            found += self._axe(page, structure, colours)
        return found

    def _axe(self, page: Page, structure: bool, colours: bool) -> list[str]:
        """Both at once where both are new: half of a run is spent on reading the page."""
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE_TEXT)
        what = RULES if structure else {"type": "rule", "values": COLOURS}
        return page.evaluate(WRONG, [what, [] if colours else COLOURS])
