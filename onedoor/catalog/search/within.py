"""Which of many words stand in a text: looked up by their first two characters, so that thousands of words cost as little as ten."""

from collections.abc import Iterable, Iterator


class Within:
    """Words of two and more characters."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for word in sorted(set(words), key=lambda one: (-len(one), one)):
            if len(word) > 1:
                self._by_start.setdefault(word[:2], []).append(word)

    def found(self, text: str, least: int = 0) -> Iterator[tuple[int, str]]:
        """Where and which, none shorter than `least`, from the left; at one place the longest first."""
        for at in range(len(text) - 1):
            for word in self._by_start.get(text[at : at + 2], ()):
                if len(word) < least:
                    break
                if text.startswith(word, at):
                    yield at, word
