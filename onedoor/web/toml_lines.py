"""Where each key of a TOML file stands: tomllib reads the values, this finds the lines, so that a mistake can be shown with its place.

Only for text that tomllib has already accepted; it does not check anything itself.
"""

Path = tuple[str | int, ...]
_BLANK = " \t\r\n"


def lines(text: str) -> dict[Path, int]:
    """Line number (from 1) of every table, key and list element, by its path."""
    return _Reader(text).document()


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.found: dict[Path, int] = {}
        self.lists: dict[Path, int] = {}
        self._counted, self._line = 0, 1

    def document(self) -> dict[Path, int]:
        here: Path = ()
        while self._skip():
            if self.text.startswith("[[", self.at):
                here = self._header(2)
            elif self.text[self.at] == "[":
                here = self._header(1)
            else:
                self._pair(here)
        return self.found

    def _here(self) -> int:
        self._line += self.text.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def _skip(self, blank: str = _BLANK) -> bool:
        """Past blanks and comments; False at the end of the text."""
        while self.at < len(self.text):
            if self.text[self.at] in blank:
                self.at += 1
            elif self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            else:
                return True
        return False

    def _header(self, width: int) -> Path:
        line = self._here()
        self.at += width
        path = self._within(self._key()) if width == 1 else self._element()
        self._skip(" \t")
        self.at += width
        for size in range(1, len(path) + 1):
            self.found.setdefault(path[:size], line)
        return path

    def _element(self) -> Path:
        """`[[a.b]]`: one more element of the list a.b."""
        names = self._key()
        path = (*self._within(names[:-1]), names[-1])
        number = self.lists[path] = self.lists.get(path, -1) + 1
        self.found.setdefault(path, self._here())
        return (*path, number)

    def _within(self, names: Path) -> Path:
        """Names as written, with the number of the current element after each name of a list of tables."""
        path: Path = ()
        for name in names:
            path = (*path, name)
            if path in self.lists:
                path = (*path, self.lists[path])
        return path

    def _key(self) -> Path:
        parts: list[str | int] = []
        while True:
            self._skip(" \t")
            if self.text[self.at] in "\"'":
                parts.append(self._quoted())
            else:
                start = self.at
                while self.text[self.at].isalnum() or self.text[self.at] in "-_":
                    self.at += 1
                parts.append(self.text[start : self.at])
            self._skip(" \t")
            if self.text[self.at] != ".":
                return tuple(parts)
            self.at += 1

    def _pair(self, base: Path) -> None:
        line = self._here()
        path = (*base, *self._key())
        for size in range(len(base) + 1, len(path) + 1):
            self.found.setdefault(path[:size], line)
        self._skip(" \t")
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        self.found.setdefault(path, self._here())
        mark = self.text[self.at]
        if mark in "\"'":
            self._quoted()
        elif mark == "[":
            self._array(path)
        elif mark == "{":
            self._inline(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\n":
                self.at += 1

    def _array(self, path: Path) -> None:
        self.at += 1
        number = 0
        while self._skip() and self.text[self.at] != "]":
            self._value((*path, number))
            number += 1
            self._skip()
            self.at += self.text[self.at] == ","
        self.at += 1

    def _inline(self, path: Path) -> None:
        self.at += 1
        while self._skip() and self.text[self.at] != "}":
            self._pair(path)
            self._skip()
            self.at += self.text[self.at] == ","
        self.at += 1

    def _quoted(self) -> str:
        quote = self.text[self.at]
        if self.text.startswith(quote * 3, self.at):
            return self._long(quote * 3)
        start = self.at = self.at + 1
        while self.text[self.at] != quote:
            self.at += 2 if self.text[self.at] == "\\" and quote == '"' else 1
        self.at += 1
        return self.text[start : self.at - 1]

    def _long(self, fence: str) -> str:
        start = self.at = self.at + 3
        while not self.text.startswith(fence, self.at):
            self.at += 2 if self.text[self.at] == "\\" and fence == '"""' else 1
        while self.text.startswith(fence, self.at + 1):  # up to two quotes may stand before the fence
            self.at += 1
        self.at += 3
        return self.text[start : self.at - 3]
