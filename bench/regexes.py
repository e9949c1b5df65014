"""Every expression of the portal against 100,000 letters that make it go back (G22).

Run as `python -m bench.regexes`: collects what the modules of `app` compile while they are loaded,
and what they hand to `re` as a constant; makes inputs from the structure of each (what stands
before a repeat, the repeat itself a hundred thousand letters long, an end that does not fit), and
prints the processor time of the slowest. The shapes are tried with 2,000 letters, the worst of
them in full. Exit status 1 when one takes more than 50 ms.
"""

from __future__ import annotations

import ast
import re
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from itertools import islice
from pathlib import Path
from pkgutil import walk_packages
from types import FrameType
from typing import Any

SIZE, TRIAL = 100_000, 2_000
WORST = 4  # of the trial, tried in full
MOST = 0.050  # seconds of processor time
GIVEN_UP = 1.0
ROOT = Path(__file__).resolve().parent.parent / "app"
C: Any = import_module("re._constants")
parser: Any = import_module("re._parser")
ENDS = ("\0", "x\n")
LETTERS = "a1 \n\t.,-<>\"'(&=A/;:Đăề_@#*|\\[]{}"
FLAGS = re.ASCII | re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE
HERE = {"match", "fullmatch"}
ANYWHERE = {"search", "sub", "subn", "split", "findall", "finditer"}


@dataclass
class Expression:
    """What is compiled where, and by which methods it is used."""

    text: str | bytes
    flags: int
    where: str
    uses: set[str] = field(default_factory=set)

    def compiled(self) -> re.Pattern[Any]:
        """The expression, ready to look."""
        return re.compile(self.text, self.flags)


class _TooLongError(Exception):
    pass


Key = tuple[str | bytes, int]


def collected() -> list[Expression]:
    """Every expression of the portal, each once."""
    found: dict[Key, Expression] = {}
    kept = re._compile  # type: ignore[attr-defined]

    def watched(text: Any, flags: int) -> Any:
        made = kept(text, flags)
        if (where := _place(sys._getframe(2))) and isinstance(text, str | bytes):
            found.setdefault((text, int(flags)), Expression(text, int(flags), where))
        return made

    re._compile = watched  # type: ignore[attr-defined]
    try:
        for module in walk_packages([str(ROOT)], "app."):
            import_module(module.name)
    finally:
        re._compile = kept  # type: ignore[attr-defined]
    names, uses = _source(found)
    for (text, flags), one in list(found.items()):
        one.uses |= uses.get(names.get((text, flags & FLAGS), ""), set())
    return sorted(found.values(), key=lambda one: one.where)


def _place(frame: FrameType | None) -> str:
    """Where in the portal this was asked for, also by a field of a form; "" for a library's own."""
    while frame is not None and "wtforms" in frame.f_code.co_filename:
        frame = frame.f_back
    file = frame.f_code.co_filename if frame is not None else ""
    ours = file.startswith(str(ROOT)) and frame is not None
    return f"{Path(file).relative_to(ROOT.parent)}:{frame.f_lineno}" if ours else ""  # type: ignore[union-attr]


def _source(found: dict[Key, Expression]) -> tuple[dict[Key, str], dict[str, set[str]]]:
    """Adds constants given to `re` in functions; what names expressions have, and their uses."""
    names: dict[Key, str] = {}
    uses: dict[str, set[str]] = {}
    placed = {one.where: key for key, one in found.items()}
    for path in sorted(ROOT.rglob("*.py")):
        here, home = path.relative_to(ROOT.parent), dict[str, str]()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                file = f"{node.module.replace('.', '/')}.py"
                home |= {one.asname or one.name: f"{file} {one.name}" for one in node.names}
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
                    if (key := placed.get(f"{here}:{line}")) is not None:
                        names[key[0], key[1] & FLAGS] = f"{here} {ast.unparse(node.targets[0])}"
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                held, method = ast.unparse(node.func.value), node.func.attr
                uses.setdefault(home.get(held, f"{here} {held}"), set()).add(method)
                if (
                    held == "re"
                    and method in ANYWHERE | HERE
                    and isinstance(node.args[0], ast.Constant)
                ):
                    text: Any = node.args[0].value
                    one = found.setdefault((text, 0), Expression(text, 0, f"{here}:{node.lineno}"))
                    one.uses.add(method)
    return names, uses


def _fits(items: list[Any], letter: str) -> bool:
    code, negated, found = ord(letter), False, False
    for op, value in items:
        if op is C.NEGATE:
            negated = True
        elif op is C.LITERAL:
            found |= value == code
        elif op is C.RANGE:
            found |= value[0] <= code <= value[1]
        elif op is C.CATEGORY:
            kind = str(value).rpartition("_")[2].lower()
            is_it = {"digit": str.isdigit, "space": str.isspace, "word": str.isalnum}[kind](letter)
            found |= is_it != ("NOT" in str(value))
    return found != negated


def _letters(items: list[Any]) -> list[str]:
    own = [chr(v) for op, v in items if op is C.LITERAL]
    own += [chr(v[0]) for op, v in items if op is C.RANGE]
    return [one for one in dict.fromkeys([*own, *LETTERS]) if _fits(items, one)][:4] or ["x"]


def words(tree: Any) -> list[str]:
    """A few texts that the expression takes."""
    made = [""]
    for op, value in tree:
        made = [one + more for one in made[:3] for more in _parts(op, value)[:3]]
    return made


def _parts(op: Any, value: Any) -> list[str]:
    if op is C.LITERAL:
        return [chr(value)]
    if op is C.NOT_LITERAL:
        return _letters([(C.NEGATE, None), (C.LITERAL, value)])
    if op is C.IN:
        return _letters(value)
    if op is C.ANY:
        return ["a", " "]
    if op in (C.MAX_REPEAT, C.MIN_REPEAT, C.POSSESSIVE_REPEAT):
        return [one * max(1, min(value[0], 50)) for one in words(value[2])]
    if op is C.SUBPATTERN:
        return words(value[-1])
    if op is C.ATOMIC_GROUP:
        return words(value)
    if op is C.BRANCH:
        return [one for branch in value[1] for one in words(branch)[:2]]
    return [""]


def repeats(tree: Any, before: str = "") -> Iterator[tuple[str, str]]:
    """(what stands before, what is repeated) of each repeat without a small end."""
    for op, value in tree:
        inner: list[Any] = []
        if op in (C.MAX_REPEAT, C.MIN_REPEAT, C.POSSESSIVE_REPEAT):
            if value[1] is C.MAXREPEAT or value[1] >= 20:
                yield from ((before, one) for one in words(value[2])[:4])
            inner = [value[2]]
        elif op is C.SUBPATTERN:
            inner = [value[-1]]
        elif op is C.BRANCH:
            inner = value[1]
        elif op in (C.ASSERT, C.ASSERT_NOT):
            inner = [value[1]]
        elif op is C.ATOMIC_GROUP:
            inner = [value]
        for one in inner:
            yield from repeats(one, before)
        before += _parts(op, value)[0]


Shape = tuple[str, str, str]


def shapes(one: Expression) -> list[Shape]:
    """(start, what is repeated, end) of texts that the expression begins to take in vain."""
    tree = parser.parse(one.text, one.flags & FLAGS if isinstance(one.text, str) else one.flags)
    whole = words(tree)[:3]
    alphabet = list(dict.fromkeys("".join(whole) + " a1\n"))[:10]
    pairs = list(dict.fromkeys(islice(repeats(tree), 40)))
    pumps = [text for before, body in pairs[:8] for text in (body, before + body, before)]
    pumps += [*alphabet, *whole, *(word[:-1] for word in whole)]
    starts = dict.fromkeys(["", *(before for before, _ in pairs)])
    return [
        (start, pump, end)
        for start in list(starts)[:6]
        for pump in list(dict.fromkeys(filter(None, pumps)))[:24]
        for end in ENDS
    ]


def text_of(shape: Shape, size: int) -> str:
    """A text of that shape, so many letters long."""
    start, pump, end = shape
    return (start + pump * (size // len(pump)))[: size - len(end)] + end


def taken(one: Expression, text: str) -> float:
    """Seconds of processor time of the most wasteful way in which the portal uses it."""
    pattern = one.compiled()
    asked: Any = text if isinstance(one.text, str) else text.encode("utf-8", "replace")
    signal.setitimer(signal.ITIMER_PROF, GIVEN_UP)
    begun = time.process_time()
    try:
        if one.uses and not one.uses & ANYWHERE:
            for method in one.uses & HERE:
                getattr(pattern, method)(asked)
        else:
            for _found in pattern.finditer(asked):
                pass
    except _TooLongError:
        return GIVEN_UP
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - begun


def worst(one: Expression) -> tuple[float, str]:
    """The longest time of all shapes, and the text; one that is far too slow ends the search."""
    tried: list[tuple[float, Shape]] = []
    for shape in shapes(one):
        tried.append((taken(one, text_of(shape, TRIAL)), shape))
        if tried[-1][0] > MOST:
            return tried[-1][0], text_of(shape, TRIAL)
    found = 0.0, ""
    for _, shape in sorted(tried, reverse=True)[:WORST]:
        text = text_of(shape, SIZE)
        found = max(found, (taken(one, text), text))
        if found[0] >= GIVEN_UP:
            break
    return found


def _stop(_number: int, _frame: object) -> None:
    raise _TooLongError


def _tell(seconds: float, text: str, one: Expression) -> None:
    shown = f"{one.where}  {one.text!r:.90}  on {len(text):,} letters {text[:20]!r}…"
    print(f"{seconds * 1000:8.1f} ms  {shown}", flush=True)


def main() -> int:
    """The figures are printed; 1 when an expression is too slow."""
    signal.signal(signal.SIGPROF, _stop)
    every = collected()
    found: list[tuple[float, str, Expression]] = []
    for one in every:
        found.append((*worst(one), one))
        if found[-1][0] > MOST:
            _tell(*found[-1])
    found.sort(key=lambda row: row[0], reverse=True)
    print("The slowest:")
    for row in found[:15]:
        _tell(*row)
    slow = [row for row in found if row[0] > MOST]
    print(
        f"{len(every)} expressions, {SIZE:,} letters each: {len(slow)} above {MOST * 1000:.0f} ms"
    )
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
