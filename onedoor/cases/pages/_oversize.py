"""A form with files that are far too large still keeps its words: the files are read past, and never held."""
import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import cast

from litestar.datastructures import FormMultiDict
from litestar.types import HTTPRequestEvent
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from onedoor.ui.edge import AnyRequest

MOST_READ, WITHIN = 300_000_000, 90
MOST_PARTS, MOST_WORDS = 300, 20_000
"""More than this is not read to its end: a browser then says by itself that the connection was closed."""


async def words_of(request: AnyRequest) -> FormMultiDict:
    """The words of a posted form whose announced length was refused before anything was read."""
    found: list[tuple[str, str]] = []
    boundary = parse_options_header(request.headers.get("content-type", ""))[1].get("boundary", "")
    if boundary and 0 < (request.content_length or 0) <= MOST_READ:
        with suppress(MultipartError, TimeoutError):
            async with asyncio.timeout(WITHIN):
                await _read(request, PushMultipartParser(boundary, max_segment_count=MOST_PARTS), found)
    return FormMultiDict(found)


async def _read(request: AnyRequest, parser: PushMultipartParser, found: list[tuple[str, str]]) -> None:
    part: MultipartSegment | None = None
    held = bytearray()
    async for chunk in _chunks(request):
        for piece in parser.parse(chunk):
            if isinstance(piece, MultipartSegment):
                part, held = piece, bytearray()
            elif part is None or part.filename is not None:
                continue
            elif piece is not None:
                held += piece[: MOST_WORDS - len(held)]
            elif part.name:
                found.append((part.name, held.decode("utf-8", "replace")))


async def _chunks(request: AnyRequest) -> AsyncIterator[bytes]:
    while (event := await request.receive())["type"] == "http.request":
        event = cast("HTTPRequestEvent", event)
        if event["body"]:
            yield event["body"]
        if not event.get("more_body", False):
            return
