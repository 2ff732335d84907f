"""What may be kept of a file that somebody gives, and why another may not. Of itself it keeps nothing."""
import asyncio

from onedoor.kernel.i18n import say
from onedoor.kernel.papers import MOST_BYTES, Paper, Refused, Why, examined
from onedoor.kernel.ports import Scan

from .errors import FileRefused, FileTooLarge

CLOSED = frozenset({Scan.INFECTED, Scan.UNREADABLE})
"""What the scan says of a file that nobody opens: it stands for no paper."""


async def looked_into(locale: str, name: str, content: bytes) -> Paper:
    """The file without what should not be kept; decoding happens beside the loop."""
    if len(content) > MOST_BYTES:
        raise FileTooLarge(limit_bytes=MOST_BYTES, errors=[{"pointer": "/file", "detail": why(locale, Why.LARGE, name)}])
    try:
        return await asyncio.to_thread(examined, name, content)
    except Refused as bad:
        raise FileRefused(errors=[{"pointer": "/file", "detail": why(locale, bad.why, name)}], why=str(bad.why)) from bad


def why(locale: str, why: Why, name: str) -> str:
    """What is the matter with the file and what to do."""
    words = {
        Why.EMPTY: say(locale, "“{name}”是空文件，请重新选择", name=name[:80]),
        Why.LARGE: say(locale, "“{name}”超过 20 MB，请拍小一点或分成几个文件", name=name[:80]),
        Why.PROGRAM: say(locale, "“{name}”其实是程序，不能上传；请上传照片或 PDF", name=name[:80]),
        Why.ARCHIVE: say(locale, "“{name}”是压缩包，请把里面的文件一个一个上传", name=name[:80]),
        Why.UNKNOWN: say(locale, "认不出“{name}”是什么文件，请上传 JPG、PNG 照片或 PDF", name=name[:80]),
        Why.PHONE_FORMAT: say(locale, "“{name}”是手机的高效格式，请在相机设置里选“兼容性最佳”后重拍，或截图上传", name=name[:80]),
        Why.BROKEN: say(locale, "“{name}”打不开，可能没传完整，请重新上传", name=name[:80]),
        Why.PIXELS: say(locale, "“{name}”的像素太多，请缩小后再上传", name=name[:80]),
        Why.ENCRYPTED: say(locale, "“{name}”有密码，请去掉密码后再上传", name=name[:80]),
        Why.ACTIVE: say(locale, "“{name}”里面带有程序，请另存为普通 PDF 或拍照上传", name=name[:80]),
        Why.BOMB: say(locale, "“{name}”展开后太大，请另存为 PDF 再上传", name=name[:80]),
    }
    return words[why]
