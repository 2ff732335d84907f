"""XML as departments write it: sent from a template, read into a tree of plain values.

What an answer declares of its encoding is not believed: systems say GBK and write GB18030, whose four-byte characters (𠮷, 㼆, 龴) a
reader of GBK cannot have. The text is decoded by the register's rule, the declaration dropped, and the parser given UTF-8.
"""

import importlib
import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from connectors.asking import DEEPEST, filled

etree: Any = importlib.import_module("lxml.etree")
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_DECLARED = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")


class Unread(ValueError):
    """No XML that is read here."""


def written(template: str, words: Mapping[str, Any], encoding: str, declares: str) -> bytes:
    """The envelope with its elements filled in, every one of them as text and never as markup."""
    safe = {name: escape(str(value), {'"': "&quot;"}) for name, value in words.items()}
    return f'<?xml version="1.0" encoding="{declares}"?>\n{filled(template.strip(), safe)}'.encode(encoding)


def tree(raw: bytes, encoding: str, lists: frozenset[str]) -> dict[str, Any]:
    """The root's name over its content. Names lose their prefixes; what is in `lists` is a list however many there are; nil is None."""
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as bad:
        raise Unread(f"not {encoding}") from bad
    if "\ufffd" in text or "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unread("a document type" if "<!" in text else "characters were lost before they were sent")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = etree.fromstring(_DECLARED.sub("", text, count=1).encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as bad:
        raise Unread("no XML") from bad
    return {_local(root.tag): _plain(root, lists, DEEPEST)}


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _plain(node: Any, lists: frozenset[str], left: int) -> Any:
    if left <= 0:
        raise Unread("too deep")
    if len(node) == 0:
        return None if node.attrib and node.get(NIL) in ("true", "1") else node.text or ""
    told: dict[str, Any] = {}
    for child in node:
        name, value = _local(child.tag), _plain(child, lists, left - 1)
        if name in told and isinstance(told[name], list):
            told[name].append(value)
        elif name in told:
            told[name] = [told[name], value]
        else:
            told[name] = [value] if name in lists else value
    return told
