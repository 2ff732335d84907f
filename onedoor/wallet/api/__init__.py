"""The wallet for programs: certificates and verification, and the protocols by which wallets and verifiers not made here join in."""

from typing import Any

from . import certificates, consents, oid4vci, oid4vp, verifiers

handlers: list[Any] = [*certificates.handlers, *consents.handlers, *oid4vci.handlers, *oid4vp.handlers, *verifiers.handlers]
