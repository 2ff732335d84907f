"""Levels of others as ours. Their numbers mean something else everywhere, so nothing is taken over without a map of our own; and a map can
only keep or worsen what the other side's own code says.
"""

from collections.abc import Iterable

from msgspec import Struct

ORDER = ("green", "popup", "grey", "yellow", "red")
"""Colours from best to worst."""
ASK = "ask"
TARGETS = (*ORDER, ASK)


class Mapped(Struct, frozen=True):
    """`level` of a node's scheme is `to` here; `ask` sends the person to somebody who looks."""

    node: str
    scheme: str
    level: str
    to: str


class Outcome(Struct, frozen=True):
    """The colour here, and whether somebody has to look."""

    colour: str
    ask: bool = False


def worst(*colours: str) -> str:
    return max(colours, key=ORDER.index)


def mapped(rows: Iterable[Mapped], node: str, scheme: str, level: str, shown: str | None = None) -> Outcome:
    """What a level of another node is here. `shown` is the colour in the code itself, when it has one: never bettered."""
    to = next((row.to for row in rows if (row.node, row.scheme, row.level) == (node, scheme, level)), ASK)
    known = [colour for colour in (shown, None if to == ASK else to) if colour is not None]
    if to == ASK:
        return Outcome(worst("grey", *known), ask=True)
    return Outcome(worst(*known))
