"""One matter, several acts: 居住证办理, 居住证补领 and 居住证注销 stand in an answer as one, the acts as chips under the best."""

from collections.abc import Sequence

import msgspec

from onedoor.catalog.models import Item
from onedoor.catalog.search import Within, normal
from onedoor.catalog.search.words import ACTS, PLAIN, SPECIAL

from .find import Hit

SHARED, SHARE, LONGEST, MOST = 3, 0.5, 12, 6
"""Characters that two names of one matter begin with, and their share of the shorter name; of an act at the most; chips of one matter."""
_NAMED = [word for _, named in ACTS for word in named]
_ACTS = Within([*SPECIAL, *PLAIN, *_NAMED, "办理", "开通", "激活", "提取", "贷款", "缴存", "登记", "年审", "年检"])


class Matter(msgspec.Struct, frozen=True):
    """The best hit of a matter, and its other acts, each in a word or two."""

    head: Hit
    acts: tuple[tuple[str, Item], ...] = ()


def matters(hits: Sequence[Hit]) -> list[Matter]:
    """The hits in their order; whatever is another act of one that stands before is folded into it."""
    heads: list[Hit] = []
    acts: dict[str, list[tuple[str, Item]]] = {}
    for hit in hits:
        for head in heads:
            act = another_act(head.item, hit.item)
            if act and len(acts[head.item.code]) < MOST:
                acts[head.item.code].append((act, hit.item))
                break
        else:
            heads.append(hit)
            acts[hit.item.code] = []
    return [Matter(head, tuple(acts[head.item.code])) for head in heads]


def another_act(head: Item, other: Item) -> str:
    """What the other does with the same matter; empty when it is another matter."""
    if head.department != other.department or head.code == other.code:
        return ""
    one, two = normal(head.name.zh), normal(other.name.zh)
    shared = next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    own, rest = one[shared:], two[shared:]
    if shared < SHARED or shared < SHARE * min(len(one), len(two)) or not 0 < len(rest) <= LONGEST:
        return ""
    return other.name.zh[shared:] if any(_ACTS.found(rest)) and (not own or any(_ACTS.found(own))) else ""
