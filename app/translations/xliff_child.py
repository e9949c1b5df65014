"""The process in which an XLIFF file is read; `xliff_reading` starts it for one file."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from lxml import etree

from app.web.confined import confine
from app.web.refusals import RefusalCode

NEW = "urn:oasis:names:tc:xliff:document:2.0"
OLD = "urn:oasis:names:tc:xliff:document:1.2"
# inline marks of the two versions that stand around words, or for a character
AROUND = frozenset({"pc", "mrk", "g"})
UNITS = 50_000


class _RefusedError(Exception):
    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code.value)
        self.code = code


def document(data: bytes) -> dict[str, Any]:
    """The languages of the file and its units: what it is of, its part, source and target."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(data, parser)
    if root.getroottree().docinfo.internalDTD is not None:
        raise _RefusedError(RefusalCode.EXTERNAL_ENTITIES)
    match etree.QName(root).namespace, etree.QName(root).localname:
        case (str(space), "xliff") if space == NEW:
            return {
                "source": root.get("srcLang", ""),
                "target": root.get("trgLang", ""),
                "units": _counted(_new(root)),
            }
        case (str(space), "xliff") if space == OLD:
            files = root.findall(f"{{{OLD}}}file")
            return {
                "source": _one({file.get("source-language", "") for file in files}),
                "target": _one({file.get("target-language", "") for file in files}),
                "units": _counted(_old(files)),
            }
    raise _RefusedError(RefusalCode.WRONG_TYPE)


def _one(found: set[str]) -> str:
    """Files of several languages in one are files of none."""
    return found.pop() if len(found) == 1 else ""


def _counted(units: Iterator[list[str | None]]) -> list[list[str | None]]:
    found = []
    for unit in units:
        found.append(unit)
        if len(found) > UNITS:
            raise _RefusedError(RefusalCode.TOO_MANY_ENTRIES)
    return found


def _new(root: etree._Element) -> Iterator[list[str | None]]:
    for file in root.findall(f"{{{NEW}}}file"):
        for unit in file.iter(f"{{{NEW}}}unit"):
            sources, targets, whole = [], [], True
            for segment in unit:
                kind = etree.QName(segment).localname
                if kind not in ("segment", "ignorable"):
                    continue
                source = _words(segment.find(f"{{{NEW}}}source"))
                target = segment.find(f"{{{NEW}}}target")
                # what stands between sentences need not be said again
                said = _words(target) if target is not None else source
                whole = whole and (target is not None or kind == "ignorable")
                sources.append(source)
                targets.append((_order(target, len(sources)), said))
            told = "".join(said for _, said in sorted(targets)) if whole else None
            yield [file.get("original", ""), unit.get("id", ""), "".join(sources), told]


def _order(target: etree._Element | None, at: int) -> int:
    """Where the target stands: a translator may turn sentences round."""
    order = target.get("order", "") if target is not None else ""
    return int(order) if order.isascii() and order.isdigit() and len(order) < 9 else at


def _old(files: list[etree._Element]) -> Iterator[list[str | None]]:
    for file in files:
        for unit in file.iter(f"{{{OLD}}}trans-unit"):
            target = unit.find(f"{{{OLD}}}target")
            yield [
                file.get("original", ""),
                unit.get("resname") or unit.get("id", ""),
                _words(unit.find(f"{{{OLD}}}source")),
                _words(target) if target is not None else None,
            ]


def _words(element: etree._Element | None) -> str:
    """The text of an element without its inline marks."""
    if element is None:
        return ""
    found = [element.text or ""]
    for child in element:
        if isinstance(child, etree._Entity):
            raise _RefusedError(RefusalCode.EXTERNAL_ENTITIES)
        kind = etree.QName(child).localname
        if kind == "cp":
            found.append(_character(child.get("hex", "")))
        elif kind in AROUND:
            found.append(_words(child))
        found.append(child.tail or "")
    return "".join(found)


def _character(code: str) -> str:
    try:
        return chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""


def answer(data: bytes) -> dict[str, Any]:
    """What the parent is told: the document, or why there is none."""
    try:
        return document(data)
    except _RefusedError as error:
        return {"refused": error.code}
    except MemoryError:
        return {"refused": RefusalCode.TOO_HEAVY}
    except (etree.XMLSyntaxError, ValueError, RecursionError):
        return {"refused": RefusalCode.TRUNCATED}


def main() -> None:
    """The file on standard input has become JSON on standard output."""
    confine()
    sys.stdout.buffer.write(json.dumps(answer(sys.stdin.buffer.read())).encode("ascii"))
