"""Where a value lies: JSON pointers (RFC 6901) into a plain tree, with `*` for every entry of a list."""

from typing import Any, Final

MOST_STEPS = 16
STAR = "*"


class Missing:
    """Nothing lies there: not even a null."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


def parsed(pointer: str) -> tuple[str, ...]:
    """`/data/xm` → ("data", "xm"); ValueError says what is wrong with it."""
    if pointer and not pointer.startswith("/"):
        raise ValueError(f"{pointer} must begin with /")
    steps = tuple(_unescaped(step) for step in pointer.split("/")[1:])
    if len(steps) > MOST_STEPS:
        raise ValueError(f"{pointer} has more than {MOST_STEPS} steps")
    if steps.count(STAR) > 1:
        raise ValueError(f"{pointer} has * more than once")
    return steps


def _unescaped(step: str) -> str:
    if "~" in step.replace("~0", "").replace("~1", ""):
        raise ValueError(f"~ must be written ~0 or ~1 in {step}")
    return step.replace("~1", "/").replace("~0", "~")


def found(tree: Any, steps: tuple[str, ...]) -> Any:
    """The value there. None when it, or something on the way to it, is null; MISSING when there is no such place."""
    for at, step in enumerate(steps):
        if tree is None:
            return None
        if isinstance(tree, dict):
            tree = tree.get(step, MISSING)
        elif not isinstance(tree, list):
            return MISSING
        elif step == STAR:
            return [found(entry, steps[at + 1 :]) for entry in tree]
        else:
            tree = tree[int(step)] if step.isdecimal() and step.isascii() and len(step) < 6 and int(step) < len(tree) else MISSING
        if tree is MISSING:
            return MISSING
    return tree
