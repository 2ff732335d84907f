"""A film for the browser's fake camera: a code on a screen, held before the lens for as long as the test looks."""

from pathlib import Path

import segno
from PIL import Image, ImageFilter

WIDTH, HEIGHT = 1280, 720


def film(path: Path, text: str) -> Path:
    """A Y4M of one code: a little off the middle, tilting from frame to frame, and not quite sharp."""
    code = segno.make(text, error="m", boost_error=False, micro=False)
    drawn = path.with_suffix(".png")
    code.save(str(drawn), scale=max(2, 600 // code.symbol_size(1, 4)[0]), border=4)
    picture = Image.open(drawn).convert("L")
    with path.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F5:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(5):
            scene = Image.new("L", (WIDTH, HEIGHT), 90)
            held = picture.rotate(number - 2, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(0.4))
            scene.paste(held, ((WIDTH - held.width) // 2 + 9 * number, (HEIGHT - held.height) // 2))
            out.write(b"FRAME\n" + scene.tobytes() + bytes([128]) * (WIDTH * HEIGHT // 2))
    return path
