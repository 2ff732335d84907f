"""Files are what they are, not what they are called; and what is kept tells nothing of the person but what was meant."""

import io
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image

from onedoor.cases.vault import FolderVault
from onedoor.kernel.papers import MOST_BYTES, Refused, Why, examined

from .kit import pdf, picture


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name.replace("__", "/").replace("_DOT_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.jpg", b"MZ\x90\x00" + b"0" * 100, Why.PROGRAM), ("paper.pdf", b"\x7fELF" + b"0" * 60, Why.PROGRAM),
        ("photo.jpg", b"#!/bin/sh\nrm", Why.PROGRAM), ("all.zip", zipped(a=b"x"), Why.ARCHIVE), ("all.rar", b"Rar!\x1a\x07", Why.ARCHIVE),
        ("photo.jpg", b"", Why.EMPTY), ("photo.jpg", b"\xff\xd8\xff\xe0 cut", Why.BROKEN),
        ("photo.heic", b"\0\0\0\x18ftypheic", Why.PHONE_FORMAT),
        ("page.html", b"<html><script>", Why.UNKNOWN), ("a.pdf", pdf(b"/Encrypt 2 0 R "), Why.ENCRYPTED),
        ("a.pdf", b"%PDF-1.7\ncut", Why.BROKEN),
        ("a.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert) >> "), Why.ACTIVE),
        ("a.pdf", pdf(b"/J#61vaScript 3 0 R "), Why.ACTIVE),
        ("a.docx", zipped(word__document_DOT_xml=b"<x/>", word__vbaProject_DOT_bin=b"macro"), Why.ACTIVE),
        ("a.docx", zipped(word__document_DOT_xml=bytes(210 * 1024 * 1024)), Why.BOMB), ("a.pdf", b"0" * (MOST_BYTES + 1), Why.LARGE),
    ],
)  # fmt: skip
def test_refused_with_a_reason(name: str, content: bytes, why: Why) -> None:
    with pytest.raises(Refused) as refused:
        examined(name, content)
    assert refused.value.why is why


def test_script_inside_packed_objects_is_found() -> None:
    packed = zlib.compress(b"<< /S /JavaScript /JS (x) >>")
    with pytest.raises(Refused):
        examined("a.pdf", pdf(b"/Type /ObjStm /Filter /FlateDecode >>\nstream\n" + packed + b"\nendstream <<"))
    chance = pdf(b">>\nstream\n/JS /Encrypt by chance in a picture\nendstream <<")
    assert examined("a.pdf", chance).content == chance


def test_pixels_are_counted_before_decoding() -> None:
    header = bytearray(picture(size=(8, 8)))
    header[16:24] = (20_000).to_bytes(4, "big") + (15_000).to_bytes(4, "big")
    header[29:33] = zlib.crc32(bytes(header[12:29])).to_bytes(4, "big")
    with pytest.raises(Refused) as refused:
        examined("huge.png", bytes(header))
    assert refused.value.why is Why.PIXELS


def test_place_and_camera_are_gone_and_the_ending_is_right() -> None:
    exif = Image.Exif()
    exif[0x010F], exif[0x8825] = "Phone", {1: "N", 2: (31.0, 12.0, 9.0)}
    paper = examined("C:\\photos\\我 的<>.png", picture("JPEG", (4000, 100), exif=exif))
    assert (paper.name, paper.kind) == ("我 的.jpg", "image/jpeg")
    kept = Image.open(io.BytesIO(paper.content))
    assert dict(kept.getexif()) == {}
    assert max(kept.size) == 3000
    assert examined("../../etc/passwd\u202e", pdf()).name == "passwd.pdf"


def test_what_lies_on_disk_is_sealed(tmp_path: Path) -> None:
    vault = FolderVault(tmp_path)
    sha256 = vault.put(b"secret paper")
    assert vault.put(b"secret paper") == sha256
    (file,) = [p for p in (tmp_path / "uploads").rglob("*") if p.is_file()]
    assert b"secret" not in file.read_bytes()
    assert vault.get(sha256) == b"secret paper"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    with pytest.raises(LookupError):
        vault.get(sha256)
    vault.drop(sha256)
    with pytest.raises(LookupError):
        vault.get("../keys/uploads")
