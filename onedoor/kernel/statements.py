"""Statements as text: names for values, and several statements that travel as one."""

import functools
import re

NAME = re.compile(r"(?<!\$)\$([a-z_][a-z0-9_]*)")


@functools.cache
def numbered(sql: str) -> tuple[str, tuple[str, ...]]:
    """`… $name …` as the driver wants it, and the names in order."""
    names = tuple(dict.fromkeys(NAME.findall(sql)))
    return NAME.sub(lambda m: f"${names.index(m[1]) + 1}", sql), names


def apart(literals: tuple[str, ...]) -> list[str]:
    """Statements that are to stand in one, each with its values renamed: `$name` of the second one becomes `$s1_name`."""
    return [NAME.sub(lambda m, n=n: f"$s{n}_{m[1]}", sql) for n, sql in enumerate(literals)]


@functools.lru_cache(maxsize=256)
def all_of(writes: tuple[str, ...]) -> str:
    """One statement that does all of these."""
    return "with " + ", ".join(f"w{n} as ({sql})" for n, sql in enumerate(apart(writes))) + " select"


@functools.lru_cache(maxsize=256)
def led_by(writes: tuple[str, ...], sql: str) -> str:
    """One statement that does all of these and ends as `sql`, which may be made of several writes itself."""
    first = ", ".join(f"w{n} as ({one})" for n, one in enumerate(apart(writes)))
    return f"with {first}, {sql.removeprefix('with ')}" if sql.startswith("with ") else f"with {first} {sql}"


@functools.lru_cache(maxsize=256)
def said_by(sql: str) -> str:
    """The statement, which is to end where its `from` would begin, told for whom it reads. Columns are made of a row, and this row is made
    by saying it."""
    said = "select set_config('app.citizen', $me_citizen, true), set_config('app.role', $me_role, true)"
    return f"with me as materialized ({said}) {sql} from me"
