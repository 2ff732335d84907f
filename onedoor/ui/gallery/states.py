"""How the gallery writes down a component: its name, its arguments, what it encloses."""

from collections.abc import Callable
from typing import Any

Say = Callable[[str, str], str]
State = dict[str, Any]


def use(macro: str, *body: "State | str", **args: Any) -> State:
    """One call of a macro; with a body it is called as a wrapper around it."""
    return {"macro": macro, "args": args, "body": list(body)}


def entry(macro: str, note: str, *states: tuple[str, State]) -> State:
    """A macro, what it is for, and its states, each with a caption."""
    return {"macro": macro, "note": note, "states": [{"caption": caption, "use": state} for caption, state in states]}
