"""Looking into an uploaded file: what it really is, whether it may be kept, and a copy without what should not be kept."""
import io
import re
import warnings
import zipfile
import zlib
from enum import StrEnum

from msgspec import Struct
from PIL import Image, ImageOps, UnidentifiedImageError

from onedoor.kernel.text import printable

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 60_000_000
LONGEST_SIDE = 3000
MOST_UNPACKED = 200 * 1024 * 1024
IMAGES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf", "application/ofd": "ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip
OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "OFD.xml": "ofd"}
_HASHED = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia)\b")
_BODY = re.compile(rb"\bstream\r?\n.*?endstream", re.DOTALL)
_PACKED = re.compile(rb"/ObjStm\b.{0,400}?stream\r?\n", re.DOTALL)


class Why(StrEnum):
    """Why a file cannot be taken."""

    EMPTY = "empty"
    LARGE = "large"
    PROGRAM = "program"
    ARCHIVE = "archive"
    UNKNOWN = "unknown"
    PHONE_FORMAT = "heic"
    BROKEN = "broken"
    PIXELS = "pixels"
    ENCRYPTED = "encrypted"
    ACTIVE = "active"
    BOMB = "bomb"


class Refused(Exception):
    """The file is not taken."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Paper(Struct, frozen=True):
    """A file fit to be kept: its kind, its content without location and camera data, and a name with the right ending."""

    name: str
    kind: str
    content: bytes


def examined(name: str, content: bytes) -> Paper:
    """The file as it may be kept; Refused says why not."""
    if not content:
        raise Refused(Why.EMPTY)
    if len(content) > MOST_BYTES:
        raise Refused(Why.LARGE)
    kind = sniffed(content)
    if kind in IMAGES:
        content = _redrawn(content, IMAGES[kind])
    elif kind == "application/pdf":
        _pdf(content)
    return Paper(_named(name, kind), kind, content)


def sniffed(content: bytes) -> str:
    """What the first bytes say, whatever the name says."""
    head = content[:64]
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"heim", b"hevc", b"avif"):
        raise Refused(Why.PHONE_FORMAT)
    if head[:2] in (b"MZ", b"#!") or head[:4] in (b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"dex\n"):
        raise Refused(Why.PROGRAM)
    if head.startswith(b"PK\x03\x04"):
        return _office(content)
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"PK\x05\x06")) or content[257:262] == b"ustar":
        raise Refused(Why.ARCHIVE)
    raise Refused(Why.UNKNOWN)


def _office(content: bytes) -> str:
    """docx, xlsx and ofd are zip files; every other zip is an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = file.infolist()
    except (zipfile.BadZipFile, ValueError, OverflowError) as bad:
        raise Refused(Why.BROKEN) from bad
    names = {p.filename for p in parts}
    ending = next((e for part, e in OFFICE.items() if part in names), None)
    if ending is None:
        raise Refused(Why.ARCHIVE)
    if any(p.flag_bits & 1 for p in parts):
        raise Refused(Why.ENCRYPTED)
    if any(n.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js")) for n in names):
        raise Refused(Why.ACTIVE)
    if len(parts) > 5000 or sum(p.file_size for p in parts) > MOST_UNPACKED:
        raise Refused(Why.BOMB)
    return next(kind for kind, e in ENDINGS.items() if e == ending)


def _redrawn(content: bytes, kind: str) -> bytes:
    """Decoded and written anew: place, camera and whatever hides behind the picture are gone. Pixels are counted before decoding."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(content), formats=[kind])
            if image.width * image.height > MOST_PIXELS:
                raise Refused(Why.PIXELS)
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            turned = ImageOps.exif_transpose(image)
            turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            plain = turned.convert("RGBA" if turned.mode in ("RGBA", "LA", "PA", "P") and kind != "JPEG" else "RGB")
            fresh = Image.new(plain.mode, plain.size)
            fresh.paste(plain)
            out = io.BytesIO()
            fresh.save(out, kind, **({} if kind == "PNG" else {"quality": 85}))
    except Image.DecompressionBombError as bad:
        raise Refused(Why.PIXELS) from bad
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError, IndexError, EOFError, zlib.error, MemoryError) as bad:
        raise Refused(Why.BROKEN) from bad
    return out.getvalue()


def _pdf(content: bytes) -> None:
    """No password, no script, no started program: also not inside of packed objects, nor spelt with #xx."""
    plain = _HASHED.sub(lambda m: bytes([int(m[1], 16)]), _BODY.sub(b"", content))  # packed bytes may spell anything by chance
    if re.search(rb"/Encrypt\b", plain):
        raise Refused(Why.ENCRYPTED)
    if b"%%EOF" not in content[-2048:] and b"startxref" not in content:
        raise Refused(Why.BROKEN)
    if _ACTIVE.search(plain):
        raise Refused(Why.ACTIVE)
    for match in _PACKED.finditer(content):
        try:
            unpacked = zlib.decompressobj().decompress(content[match.end() :], 8 * 1024 * 1024)
        except zlib.error:
            continue
        if _ACTIVE.search(_HASHED.sub(lambda m: bytes([int(m[1], 16)]), unpacked)):
            raise Refused(Why.ACTIVE)


def _named(name: str, kind: str) -> str:
    """The last part of the name, without what a disk or a header would trip over, with the ending of what it is."""
    last = re.split(r"[/\\]", printable(name).replace("\n", " "))[-1]
    stem = re.sub(r'[\x00-\x1f<>:"|?*\u200e\u200f\u202a-\u202e\u2066-\u2069;]', "", last).strip(" .")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", stem)[:80].strip()
    return f"{stem or 'file'}.{ENDINGS[kind]}"
