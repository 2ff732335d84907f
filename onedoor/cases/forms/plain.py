"""What may be stored at all, before any schema is asked: no control characters, no half characters, no depth without end."""
from collections.abc import Iterator, Mapping
from typing import Any, cast

from onedoor.kernel import text
from onedoor.kernel.i18n import say

MOST_DEPTH, MOST_ENTRIES, MOST_TEXT = 8, 1000, 20_000


def faults_of(locale: str, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(pointer, what) of each value that cannot be stored."""
    for name, value in given.items():
        yield from _walk(locale, f"/{text.printable(str(name))[:80]}", value, 1)


def _walk(locale: str, place: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            yield place, say(locale, "太长了，最多 {n} 个字", n=MOST_TEXT)
        elif text.fault(value, lines=True):
            yield place, say(locale, "里面有看不见的控制字符，请删掉再填")
    elif isinstance(value, (list, Mapping)):
        entries = cast("Mapping[str, Any]", value).items() if isinstance(value, Mapping) else enumerate(cast("list[Any]", value))
        if depth >= MOST_DEPTH or len(cast("list[Any]", value)) > MOST_ENTRIES:
            yield place, say(locale, "这一项的内容类型不对")
            return
        for key, inner in entries:
            yield from _walk(locale, f"{place}/{str(key)[:80]}", inner, depth + 1)
