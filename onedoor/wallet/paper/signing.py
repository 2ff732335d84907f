"""The signature inside of a PDF: PKCS #7, detached, over every byte but its own, with the house's key and its X.509 certificate."""

from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from reportlab.pdfbase import pdfdoc
from reportlab.pdfgen.canvas import Canvas

from onedoor.kernel.keys import Ring
from onedoor.wallet import x509

from .drawing import Finish

ROOM = 4096
"""Bytes kept free for the signature."""
RANGE = b"[0 0000000001 0000000002 0000000003]"
HOLE = b"<" + b"0" * (ROOM * 2) + b">"


class _Raw(pdfdoc.PDFObject):
    """Bytes that are written as they are."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def format(self, document: Any) -> bytes:
        return self.raw


class Signature(Finish):
    """Leaves room while the file is drawn, then fills it in."""

    def __init__(self, ring: Ring, host: str, reason: str, at: str) -> None:
        self.ring, self.host, self.reason, self.at = ring, host, reason, at

    def before(self, page: Canvas) -> None:
        document: Any = page._doc  # pyrefly: ignore[missing-attribute] - the library offers no other way to its objects
        signature = pdfdoc.PDFDictionary({
            "Type": pdfdoc.PDFName("Sig"), "Filter": pdfdoc.PDFName("Adobe.PPKLite"), "SubFilter": pdfdoc.PDFName("adbe.pkcs7.detached"),
            "ByteRange": _Raw(RANGE), "Contents": _Raw(HOLE), "Reason": pdfdoc.PDFString(self.reason), "M": pdfdoc.PDFString(self.at),
        })  # fmt: skip
        field = pdfdoc.PDFDictionary({
            "Type": pdfdoc.PDFName("Annot"), "Subtype": pdfdoc.PDFName("Widget"), "FT": pdfdoc.PDFName("Sig"),
            "T": pdfdoc.PDFString("issuer"), "V": document.Reference(signature), "F": 132, "Rect": pdfdoc.PDFArray([0, 0, 0, 0]),
        })  # fmt: skip
        page._addAnnotation(field)  # pyrefly: ignore[missing-attribute]
        where = document.Reference(field)
        document.Catalog.AcroForm = pdfdoc.PDFDictionary({"Fields": pdfdoc.PDFArray([where]), "SigFlags": 3})

    def after(self, raw: bytes) -> bytes:
        start = raw.index(HOLE)
        end = start + len(HOLE)
        said = f"[0 {start:010} {end:010} {len(raw) - end:010}]".encode()
        raw = raw.replace(RANGE, said, 1)
        options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
        leaf = x509.certificate(self.ring, self.host)
        signed = PKCS7SignatureBuilder().set_data(raw[:start] + raw[end:]).add_signer(leaf, self.ring.signer, SHA256())
        made = signed.sign(Encoding.DER, options).hex().encode()
        return raw[: start + 1] + made.ljust(len(HOLE) - 2, b"0") + raw[end - 1 :]
