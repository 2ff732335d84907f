"""互联 Asking a register of another city: one signed question, and an answer that is believed only as the answer to it."""

import datetime as dt

from onedoor.exchange import between
from onedoor.exchange.between import Asked
from onedoor.exchange.dictionary import Register
from onedoor.exchange.models import AskId, AskIn, Said, State
from onedoor.exchange.node import node
from onedoor.exchange.ports import Cities
from onedoor.kernel.jose import Malformed
from onedoor.kernel.ports import Ports

from .trusting import remembered_cities


def home_of(register: Register) -> str:
    """Which city keeps it."""
    return str(register.settings.get("node", "")).rstrip("/")


def believed(register: Register, now: dt.datetime) -> bool:
    """Whether the city that keeps it can be asked now: switched on, and heard of within the week."""
    return remembered_cities().standing(home_of(register), int(now.timestamp())) is not None


async def ask(ports: Ports, ask_id: AskId, register: Register, keys: dict[str, str], said: Said, now: dt.datetime) -> AskIn:
    """What the other city says. OSError when it is away or is not believed now."""
    home, here, at = home_of(register), node(), int(now.timestamp())
    document = remembered_cities().standing(home, at)
    where = document.endpoints.get("evidence", "") if document else ""
    if document is None or not where.startswith(f"{home}/"):
        raise ConnectionError("this city is not believed now")
    asked = Asked(
        here.name, home, str(ask_id.uuid), at, at + between.LIVES, said.elements, keys, said.purpose, said.item,
        said.title, said.asker, str(said.matter),
    )  # fmt: skip
    sealed = await ports.get(Cities).post(where, between.ask(here.ring, asked))
    try:
        told = between.open_answer(sealed, here.opener, document, asked, at)
        state = State(told.state)
        as_of = dt.date.fromisoformat(told.as_of) if told.as_of else None
    except (Malformed, ValueError) as bad:
        return AskIn(State.WRONG, problem=str(bad)[:60])
    return AskIn(state, told.values if state is State.HELD else None, told.keys, as_of, told.problem[:60])
