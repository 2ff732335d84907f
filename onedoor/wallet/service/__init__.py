"""Use cases of the wallet: issue, end, hold and show certificates, hand them to other wallets, and know what is needed to verify them."""

from onedoor.wallet.bundle import check as checked_by
from onedoor.wallet.bundle import read as read_bundle
from onedoor.wallet.derived import RULES
from onedoor.wallet.vault import open_vault, rotate_keys

from . import consenting
from .abroad import judged_abroad, refresh_lists, said_abroad
from .askable import own as own_verifier
from .askable import put_verifiers
from .asking import (
    answer,
    ask,
    came_back,
    link_of,
    page_of,
    question,
    read_answer,
    request_object,
    sheet,
    show_to,
)
from .attesting import attest
from .binding import facts
from .bundling import Bundled, aggregation, bundled, mirrored, remembered
from .copying import check as check_copy
from .copying import copy_of, ofd_of, paper_of, spaced
from .copying import get as copy_by_id
from .copying import make as make_copy
from .copying import of_cert as copies_of
from .copying import take_back as take_copy_back
from .ending import find, reissue, revoke
from .filling import ask_abroad, fills
from .holding import (
    Seen,
    code,
    credential,
    download,
    front,
    hide,
    holds,
    list,  # noqa: A004
    log,
    looked,
    looked_through,
    noted,
    present,
    presents,
    show,
    versions,
    write_down,
)
from .importing import Report, issue_all, take_in
from .issuing import issue, put_types, seed
from .known import all_types, names_in_rules, ruled, shelf, text_of, told, type_of
from .offering import BATCH, Offered, credentials, deliver_code, elsewhere, nonce, offer, offered, take_back, token
from .reminding import remind
from .showing_abroad import asked_there, show_there
from .standing import kept, veiled
from .sweeping import sweep
from .using import use, uses

DERIVED = tuple(RULES)
"""What can be derived from certificates, by name."""

__all__ = [
    "BATCH", "DERIVED", "Bundled", "Offered", "Report", "Seen", "aggregation", "all_types", "answer", "ask", "ask_abroad",
    "asked_there", "attest", "bundled", "came_back", "check_copy", "checked_by", "code", "consenting", "copies_of", "copy_by_id",
    "copy_of", "credential", "credentials", "deliver_code", "download", "elsewhere", "facts", "fills", "find", "front", "hide",
    "holds", "issue", "issue_all", "judged_abroad", "kept", "link_of", "list", "log", "looked", "looked_through", "make_copy", "mirrored",
    "names_in_rules", "nonce", "noted", "ofd_of", "offer", "offered", "open_vault", "own_verifier", "page_of", "paper_of", "present",
    "presents", "put_types", "put_verifiers", "question", "read_answer", "read_bundle", "refresh_lists", "reissue", "remembered",
    "remind", "request_object", "revoke", "rotate_keys", "ruled", "said_abroad", "seed", "sheet", "shelf", "show", "show_there",
    "show_to", "spaced", "sweep", "take_back", "take_copy_back", "take_in", "text_of", "token", "told", "type_of", "use", "uses",
    "veiled", "versions", "write_down",
]  # fmt: skip
