"""Papers that people upload: a photograph, a scan."""

import io

from PIL import Image, ImageDraw


def photograph(words: str = "LEASE 2026") -> bytes:
    """A JPEG with something to see on it."""
    image = Image.new("RGB", (900, 1200), "#f4f1e8")
    drawn = ImageDraw.Draw(image)
    for line in range(14):
        drawn.text((80, 90 + line * 70), f"{words}  {line + 1:02d}  ................................", fill="#223")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=80)
    return file.getvalue()


def scan(words: str = "EMPLOYER") -> bytes:
    """A PDF of one page."""
    image = Image.new("RGB", (600, 800), "white")
    ImageDraw.Draw(image).text((60, 60), words, fill="black")
    file = io.BytesIO()
    image.save(file, "PDF")
    return file.getvalue()
