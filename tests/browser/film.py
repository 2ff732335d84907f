"""A film for the browser's fake camera: a code on a screen, held before the lens for as long as the test looks."""

from pathlib import Path

import segno
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 1280, 720


def film(path: Path, text: str) -> Path:
    """A Y4M of one code: a little off the middle, tilting from frame to frame, and not quite sharp."""
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(5):
            out.write(_frame(_drawn(path, text), number))
    return path


def reel(path: Path, texts: list[str]) -> Path:
    """One code after the other, each for a second and a half, with half a second of nothing between them, after six in which the reader
    loads."""
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F2:1 Ip A1:1 C420jpeg\n".encode())
        out.write(_frame(None, 0) * 12)
        for text in texts:
            for number in (1, 2, 3):
                out.write(_frame(_drawn(path, text), number))
            out.write(_frame(None, 0))
    return path


def _drawn(path: Path, text: str) -> Image.Image:
    code = segno.make(text, error="m", boost_error=False, micro=False)
    drawn = path.with_suffix(".png")
    code.save(str(drawn), scale=max(2, 600 // code.symbol_size(1, 4)[0]), border=4)
    return Image.open(drawn).convert("L")


def _frame(picture: Image.Image | None, number: int) -> bytes:
    scene = Image.new("L", (WIDTH, HEIGHT), 90)
    if picture is not None:
        held = picture.rotate(number - 2, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.4))
        scene.paste(held, ((WIDTH - held.width) // 2 + 9 * number, (HEIGHT - held.height) // 2))
    return b"FRAME\n" + scene.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2)
