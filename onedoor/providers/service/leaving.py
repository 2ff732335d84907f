"""Which app asks to sign somebody out: the one it names, or the one that an ID token of ours was made for."""

from onedoor.kernel.jose import Jws, Malformed
from onedoor.kernel.work import Work
from onedoor.providers.models import App
from onedoor.providers.vault import vault

from . import apps


async def leaving(work: Work, client_id: str, hint: str) -> App | None:
    """The app, when the hint does not contradict it. An expired hint is as good as a fresh one; a forged one is none."""
    meant = _audience(hint) if hint else client_id
    if not meant or (client_id and meant != client_id):
        return None
    return await apps.by_client(work.db, meant)


def _audience(hint: str) -> str:
    """Whom an ID token was made for: signed by a key of this house, with the one algorithm that we sign with, whatever its header says."""
    try:
        token = Jws(hint)
    except (Malformed, UnicodeError):
        return ""
    key = vault().ring.by_kid.get(str(token.header.get("kid", "")))
    if key is None or token.header.get("alg") != key.alg or not token.by(key.public):
        return ""
    fits = token.payload.get("iss") == vault().issuer
    return str(token.payload.get("aud", "")) if fits else ""
