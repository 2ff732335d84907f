"""Lines of keys agree with what tomllib reads, however the file is written."""

import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from onedoor.web.toml_lines import lines

from .broken import CITY

WRITTEN = '''# a comment with [brackets] and "quotes"
code = "x" # after a value
name = { zh = "a]", en = "b\\"}" }
list = [
  "a", # in a list ]
  { k = 1, j = [2,
   3] },
]

[guide]
fee = 1.5
"quoted key" = 2026-01-01T00:00:00+08:00
[[guide.materials]]
name = 'x'
[[guide.materials]]
text = """a
"b""""
[guide.materials.sub]
q.r = 1
'''


def paths(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at, *(path for key, one in inner for path in paths(one, (*at, key)))]


def test_each_key_has_its_line() -> None:
    found = lines(WRITTEN)
    assert [found[p] for p in (("code",), ("name", "en"), ("list", 1, "j", 1), ("guide", "quoted key"))] == [2, 3, 7, 12]
    assert [found[p] for p in (("guide", "materials", 0), ("guide", "materials", 1, "text"))] == [13, 16]
    assert found["guide", "materials", 1, "sub", "q", "r"] == 19


def test_nothing_is_without_a_line() -> None:
    for text in (WRITTEN, *(path.read_text("utf-8") for path in sorted(CITY.rglob("*.toml")))):
        found = lines(text)
        missing = [path for path in paths(tomllib.loads(text)) if path and path not in found]
        assert missing == []


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12), min_size=1, max_size=6))
def test_text_of_any_kind_does_not_mislead_it(values: list[str]) -> None:
    import json

    rows = [f"k{n} = {json.dumps(value, ensure_ascii=True).replace(chr(0x7F), '')}" for n, value in enumerate(values)]
    text = "\n".join(rows)
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # JSON writes half characters that TOML refuses
    assert lines(text) == {(f"k{n}",): n + 1 for n in range(len(rows))}


def test_of_the_demo_city_there_is_something_to_read() -> None:
    assert len(list(Path(CITY).rglob("*.toml"))) > 80
