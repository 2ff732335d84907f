"""The room's verbs: ask registers about somebody and show what came, take consent, correct what is wrong, agree who may ask for what."""

from onedoor.exchange.clocks import clocks, open_clocks
from onedoor.exchange.node import open_node
from onedoor.exchange.pushed import Untrusted, verified
from onedoor.exchange.records import Consent, ConsentId, Witnessed
from onedoor.exchange.vault import open_vault

from .arriving import arrived
from .asking import ask, noted
from .consenting import consented, drawn, sheets
from .fields import fields, masked, standing, told
from .foreseeing import foreseen
from .handing import hand_over, title_of, will_hand_over
from .known import city_elements, connect, dictionary, knows, put_dictionary, remembered, source_title, title_of_fact
from .presenting import presented, unpresent
from .sending import Line, line
from .taking_back import at_counter as consents_at_counter
from .taking_back import take_back
from .trusting import remembered_cities, trusted
from .witnessing import keep as keep_sheet
from .witnessing import office_of, recording_of, still_listed

__all__ = [
    "Consent", "ConsentId", "Line", "Untrusted", "Witnessed", "arrived", "ask", "city_elements", "clocks", "connect", "consented",
    "consents_at_counter", "dictionary", "drawn", "fields", "foreseen", "hand_over", "keep_sheet", "knows", "line", "masked", "noted",
    "office_of", "open_clocks", "open_node", "open_vault", "presented", "put_dictionary", "recording_of", "remembered",
    "remembered_cities", "sheets", "source_title", "standing", "still_listed", "take_back", "title_of", "title_of_fact", "told",
    "trusted", "unpresent", "verified", "will_hand_over",
]  # fmt: skip
