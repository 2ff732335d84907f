"""Certificates of other systems: HC1 from text to verdict, trust list, days and revocation included, beside the `cwt` library verifying the
same signatures and nothing else. CPU of one process, in turns, medians.
"""

import json
import statistics
import sys
import time
import zlib
from collections.abc import Callable
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt import COSE, COSEKey, cwt

from onedoor.kernel import base45
from onedoor.passes.foreign import Result, TrustList, hcert
from onedoor.passes.foreign.trust import Key

NAME = "foreign"
SIGNERS, CARDS, REVOKED = 500, 200, 100_000
LEAST = 1.0


def claims(at: int, until: int) -> dict[int, Any]:
    entry = {
        "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2, "dt": "2026-05-11",
        "co": "XA", "is": "Ministry of Health", "ci": f"URN:UVCI:01:XA:{at:024X}",
    }  # fmt: skip
    person = {"fn": "Musterfrau-Gößinger", "fnt": "MUSTERFRAU<GOESSINGER", "gn": "Gabriele", "gnt": "GABRIELE"}
    return {1: "XA", 4: until, 6: until - 400 * 86_400, -260: {1: {"ver": "1.3.0", "nam": person, "dob": "1998-02-26", "v": [entry]}}}


def made(now: int) -> tuple[TrustList, list[str], list[bytes], list[COSEKey]]:
    """A trust list, cards as text and as bytes, and the library's key for each."""
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(SIGNERS)]
    kids = [f"key{n:05}".encode() for n in range(SIGNERS)]
    held = {kid: [Key(key.public_key(), "XA", 0, now + 86_400)] for kid, key in zip(kids, keys, strict=True)}
    trust = TrustList(held, {}, frozenset(n.to_bytes(16, "big") for n in range(REVOKED)))
    texts, raws, verifiers = [], [], []
    for n in range(CARDS):
        at = n % SIGNERS
        private = keys[at].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        signer = COSEKey.from_pem(private, kid=kids[at], alg="ES256")
        raw = COSE.new(alg_auto_inclusion=True, kid_auto_inclusion=True).encode_and_sign(cbor2.dumps(claims(n, now + 86_400)), signer)
        public = keys[at].public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        raws.append(raw)
        texts.append("HC1:" + base45.encode(zlib.compress(raw, 9)))
        verifiers.append(COSEKey.from_pem(public, kid=kids[at], alg="ES256"))
    return trust, texts, raws, verifiers


def each(call: Callable[[], None]) -> float:
    """Microseconds of CPU for one card."""
    began = time.process_time()
    call()
    return (time.process_time() - began) / CARDS * 1e6


def main() -> int:
    now = int(time.time())
    trust, texts, raws, verifiers = made(now)

    def ours() -> None:
        for text in texts:
            assert hcert.check(text, trust, now).result is Result.VALID

    def theirs() -> None:
        for raw, key in zip(raws, verifiers, strict=True):
            cwt.decode(raw, key)

    rounds = [(each(ours), each(theirs)) for _ in range(9 if "--quick" in sys.argv else 31)]
    own, library = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = statistics.median(b / a for a, b in rounds)
    print(f"HC1 text of {len(texts[0])} characters to verdict {own:.0f} us, `cwt` bare {library:.0f} us: {ratio:.2f} times as fast")
    figures = {"own_us": round(own, 1), "cwt_us": round(library, 1), "ratio": round(ratio, 3)}
    print(json.dumps({"work": NAME, **figures, "fast_enough": ratio >= LEAST}))
    return int(ratio < LEAST)


if __name__ == "__main__":
    sys.exit(main())
