"""Type metadata (SD-JWT VC): the text at the address that names a type, and the hash by which a certificate holds on to it.

Every type extends one base with the fields that each certificate has. A verifier here reads only what this house has published itself: no
address found in a certificate is ever fetched.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from onedoor.kernel import jose
from onedoor.kernel.i18n import Text, text

from . import derived
from .models import CertType, Claim, Disclosed

BASE = "certificate"

def uri_of(issuer: str, code: str) -> str:
    return f"{issuer}/vct/{code}"


def _shown(words: Text) -> list[dict[str, str]]:
    return [{"lang": "zh-CN", "label": words.zh}, {"lang": "en", "label": words.en or words.zh}]


def _claim(name: str, words: Text, sd: str) -> dict[str, Any]:
    return {"path": [name], "sd": sd, "display": _shown(words)}


def base_of(issuer: str) -> dict[str, Any]:
    """What every certificate of this house has, whatever its type."""
    fields = {
        "holder_name": text("持证人"), "holder_number": text("持证人证件号码"), "certificate_number": text("证照编号"),
        "certificate_identifier": text("证照标识"), "issued_on": text("颁发日期"),
    }  # fmt: skip
    opened = {"issuing_authority": text("颁发部门"), "issuing_authority_code": text("颁发部门代码"), "valid_to": text("有效期至")}
    return {
        "vct": uri_of(issuer, BASE), "name": "Certificate",
        "display": [{"lang": "zh-CN", "name": "电子证照"}, {"lang": "en", "name": "Certificate"}],
        "claims": [
            *(_claim(name, words, "always") for name, words in fields.items()),
            *(_claim(name, words, "never") for name, words in opened.items()),
        ],
    }  # fmt: skip


def _of_type(claim: Claim) -> dict[str, Any]:
    return _claim(claim.name, claim.label, str(claim.sd))


def metadata(issuer: str, kind: CertType) -> dict[str, Any]:
    """The text of one type."""
    look = {"simple": {"background_color": kind.look.ground, "text_color": kind.look.ink}}
    names = (("zh-CN", kind.name.zh), ("en", kind.name.en or kind.name.zh))
    return {
        "vct": uri_of(issuer, kind.code),
        "name": kind.name.en or kind.name.zh,
        "extends": uri_of(issuer, BASE),
        "extends#integrity": integrity(body_of(base_of(issuer))),
        "display": [{"lang": lang, "name": words, "rendering": look} for lang, words in names],
        "claims": [
            *(_of_type(claim) for claim in kind.claims),
            *(_claim(name, derived.label(name), str(Disclosed.ALWAYS)) for name in kind.derived),
        ],
    }  # fmt: skip


def body_of(document: Mapping[str, Any]) -> bytes:
    """The bytes that are served, and hashed."""
    return jose.compact(document)


def integrity(body: bytes) -> str:
    """The hash as W3C Subresource Integrity writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(body).digest()).decode()

