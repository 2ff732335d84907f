"""Use cases of the wallet: issue, end, hold and show certificates, and know what is needed to verify them."""

from onedoor.wallet.vault import open_vault, rotate_keys

from .attesting import attest
from .ending import reissue, revoke
from .holding import Seen, code, credential, download, front, holds, list, noted, present, presents, show, versions, write_down  # noqa: A004
from .issuing import issue, put_types, seed
from .known import all_types, shelf, type_of

__all__ = [
    "Seen", "all_types", "attest", "code", "credential", "download", "front", "holds", "issue", "list", "noted", "open_vault", "present",
    "presents", "put_types", "reissue", "revoke", "rotate_keys", "seed", "shelf", "show", "type_of", "versions", "write_down",
]  # fmt: skip
