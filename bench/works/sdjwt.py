"""SD-JWT VC: a presentation with key binding, every check of the profile made and the type asked for, beside the `sd-jwt` library, which
looks at neither expiry nor status nor type. CPU of one process, in turns, medians; issuing and presenting beside the library's own.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer
from sd_jwt.verifier import SDJWTVerifier

from onedoor.kernel import jose
from onedoor.kernel.keys import Keys
from onedoor.wallet import sdjwt
from onedoor.wallet.sdjwt import Binding, Profile

NAME = "sdjwt"
ISSUER, GATE = "https://city.example", "https://gate.example"
LIST, VCT = f"{ISSUER}/status/list", f"{ISSUER}/vct/003"
TIMES, LEAST, LEAST_ISSUED = 40, 2.0, 1.2
PERSONAL = {f"claim_{n}": f"value {n}" for n in range(8)}


def each(call: Callable[[], object]) -> float:
    """Microseconds of CPU for one."""
    began = time.process_time()
    for _ in range(TIMES):
        call()
    return (time.process_time() - began) / TIMES * 1e6


def turns(rounds: int, ours: Callable[[], object], theirs: Callable[[], object]) -> tuple[float, float, float]:
    """Medians of both, and of their ratio."""
    rows = [(each(ours), each(theirs)) for _ in range(rounds)]
    own, library = (statistics.median(side) for side in zip(*rows, strict=True))
    return own, library, statistics.median(b / a for a, b in rows)


def main() -> int:
    ring = Keys(Path(tempfile.mkdtemp()), ISSUER, "wallet").ring()
    holder, now, rounds = ec.generate_private_key(ec.SECP256R1()), int(time.time()), 15 if "--quick" in sys.argv else 61
    said = {
        "iss": ISSUER, "vct": VCT, "iat": now, "nbf": now, "exp": now + 9000, "status": {"status_list": {"idx": 3, "uri": LIST}},
        "cnf": {"jwk": jose.jwk_of(holder.public_key())},
    }  # fmt: skip
    whole = sdjwt.issue(ring, said, PERSONAL)
    shown = sdjwt.proven(sdjwt.present(whole, ["claim_1"]), holder, Binding(GATE, "n-1"), now)
    profile = Profile(
        ring=ring, known_vct={VCT}.__contains__, list_size={LIST: 1 << 20}.get, now=now, asked_vct=VCT, binding=Binding(GATE, "n-1")
    )
    signer = JWK.from_pem(ring.signer.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = JWK(**ring.jwks()["keys"][0])
    hidden = {**said, **{SDObj(name): value for name, value in PERSONAL.items()}}
    verified = turns(
        rounds, lambda: sdjwt.verify(shown, profile), lambda: SDJWTVerifier(shown, lambda *_: public, GATE, "n-1").get_verified_payload()
    )
    issued = turns(rounds, lambda: sdjwt.issue(ring, said, PERSONAL), lambda: SDJWTIssuer(hidden, signer))
    presented = turns(
        rounds, lambda: sdjwt.present(whole, ["claim_1"]), lambda: SDJWTHolder(whole).create_presentation({"claim_1": True})
    )
    words = {"verify with every check": verified, "issue": issued, "present": presented}
    for what, (own, library, ratio) in words.items():
        print(f"SD-JWT {what} {own:.0f} us, `sd-jwt` {library:.0f} us: {ratio:.2f} times as fast")
    enough = verified[2] >= LEAST and issued[2] >= LEAST_ISSUED and presented[2] >= LEAST_ISSUED
    figures = {f"{what.split()[0]}_ratio": round(row[2], 3) for what, row in words.items()}
    print(json.dumps({"work": NAME, "size": len(whole), "shown": len(shown), **figures, "fast_enough": enough}))
    return int(not enough)


if __name__ == "__main__":
    sys.exit(main())
