"""The room's verbs: ask registers about somebody and show what came, take consent, correct what is wrong, agree who may ask for what."""

from onedoor.exchange.vault import open_vault

from .arriving import arrived
from .asking import ask
from .consenting import consented, sheets
from .fields import fields, told
from .foreseeing import foreseen
from .handing import hand_over, title_of, will_hand_over
from .known import city_elements, connect, dictionary, knows, put_dictionary, remembered
from .sending import Line, line

__all__ = [
    "Line", "arrived", "ask", "city_elements", "connect", "consented", "dictionary", "fields", "foreseen", "hand_over", "knows", "line",
    "open_vault", "put_dictionary", "remembered", "sheets", "title_of", "told", "will_hand_over",
]  # fmt: skip
