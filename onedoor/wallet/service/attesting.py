"""Statements of the house itself, signed with the key of its certificates; anybody checks them by /.well-known/jwks.json."""

from typing import Any

from onedoor.kernel import jose
from onedoor.wallet.vault import vault


def attest(kind: str, said: dict[str, Any]) -> str:
    """`said` as a JWS. `kind` is part of its type, so that a statement can never be taken for a certificate."""
    ring = vault().ring
    header = {"alg": ring.active.alg, "kid": ring.active.kid, "typ": f"{kind}+jwt"}
    return jose.sign(ring.signer, header, {"iss": vault().issuer, **said})
