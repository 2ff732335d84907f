"""底纹: the fine lines on the front of a document, drawn from three small numbers of its type. Ornament: it says and proves nothing."""

from functools import lru_cache
from math import cos, pi, sin

POINTS = 420


@lru_cache(256)
def path(turns: int, loops: int, waves: int, wide: int, high: int) -> str:
    """A closed curve of `turns` against `loops`, with `waves` along its size; relative steps, so that it stays below 4 KB."""
    loops = loops + 1 if loops == turns else loops
    corners: list[tuple[int, int]] = []
    for at in range(POINTS + 1):
        t = 2 * pi * at / POINTS
        size = 0.78 + 0.22 * cos(waves * t)
        x = wide / 2 * (1 + size * (0.62 * cos(turns * t) + 0.38 * cos(loops * t + 1)))
        y = high / 2 * (1 + size * (0.62 * sin(turns * t) - 0.38 * sin(loops * t + 1)))
        corners.append((round(x), round(y)))
    (x, y), *rest = corners
    steps = [f"M{x} {y}l"]
    for to in rest:
        dx, dy = to[0] - x, to[1] - y
        x, y = to
        steps.append(f"{dx}{dy if dy < 0 else f' {dy}'}")
    return _joined(steps)


def _joined(steps: list[str]) -> str:
    """Numbers one after the other; a minus sign parts two as well as a blank does."""
    words = steps[0]
    for step in steps[1:]:
        words += step if step.startswith("-") or words.endswith("l") else f" {step}"
    return words
