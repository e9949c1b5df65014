"""One change at a time to the rules of a module: the mutants that tests have to notice.

Changed is what decides: comparisons, arithmetic, conditions, constants, members of tables and sets,
statements. Left alone are words for people (messages, docstrings), annotations, imports, the names
in an enumeration, and whatever a function of another module does.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
}
RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
SAID = frozenset({"_", "_l", "gettext", "ngettext", "lazy_gettext"})

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Mutant:
    """A module with one change in `function` (dotted; "" is the module itself)."""

    function: str
    line: int
    was: str
    now: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.line}: {self.was}  →  {self.now}"


def mutants(source: str, only: Sequence[str] = ()) -> list[Mutant]:
    """Every mutant of the module; of the functions named, or of all."""
    tree = ast.parse(source)
    found: list[Mutant] = []
    for path, node, function in _walk(tree, (), ""):
        if only and function.split(".")[0] not in only:
            continue
        if not function and isinstance(node, ast.Assign):
            continue  # a name without its value breaks everything, and says nothing of a test
        for changed in _changed(node):
            again = copy.deepcopy(tree)
            _put(again, path, changed)
            ast.fix_missing_locations(again)
            line = getattr(node, "lineno", 0)
            mutant = Mutant(function, line, _short(node), _short(changed), again)
            if mutant.was != mutant.now:
                found.append(mutant)
    return found


def _short(node: ast.AST) -> str:
    words = " ".join(ast.unparse(node).split())
    return words if len(words) < 90 else words[:89] + "…"


def _walk(node: ast.AST, path: Path, function: str) -> Iterator[tuple[Path, ast.AST, str]]:
    """Each node that may be changed, with the way to it and the outermost function around it."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "bases", "ctx"):
            continue
        many = value if isinstance(value, list) else [value]
        for number, child in enumerate(many):
            if not isinstance(child, ast.AST) or _left_alone(node, child, function):
                continue
            at = (*path, name, number) if isinstance(value, list) else (*path, name)
            inside = function
            if isinstance(child, ast.FunctionDef | ast.ClassDef) and not function.endswith("()"):
                end = "()" if isinstance(child, ast.FunctionDef) else ""
                inside = f"{function}.{child.name}".lstrip(".") + end
            yield at, child, inside.removesuffix("()")
            yield from _walk(child, at, inside)


def _left_alone(parent: ast.AST, child: ast.AST, function: str) -> bool:
    if isinstance(child, ast.Import | ast.ImportFrom):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True  # a docstring
    if isinstance(parent, ast.ClassDef) and not isinstance(child, ast.FunctionDef):
        return True  # names of an enumeration, columns
    if not function and isinstance(parent, ast.Module) and _type(child):
        return True
    if isinstance(child, ast.Constant) and isinstance(child.value, str) and " " in child.value:
        return True  # a sentence
    if isinstance(child, ast.Call) and isinstance(child.func, ast.Name):
        return child.func.id in SAID
    return isinstance(child, ast.JoinedStr)


def _type(node: ast.AST) -> bool:
    """Whether the statement gives a type a name."""
    return isinstance(node, ast.Assign) and isinstance(node.value, ast.Subscript)


def _changed(node: ast.AST) -> Iterator[ast.AST]:
    """What the node may be replaced by."""
    for kind, change in CHANGES:
        if isinstance(node, kind):
            yield from change(node)


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for table in (COMPARED, TURNED):
        other = table.get(type(node.ops[0]))
        if other is not None:
            yield _with(node, ops=[other(), *node.ops[1:]])


def _operator(node: ast.BinOp | ast.AugAssign) -> Iterator[ast.AST]:
    other = RECKONED.get(type(node.op))
    if other is not None:
        yield _with(node, op=other())


def _bool(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for number in range(len(node.values)):
        left = [*node.values[:number], *node.values[number + 1 :]]
        yield left[0] if len(left) == 1 else _with(node, values=left)


def _not(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not | ast.Invert):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, str):
        yield ast.Constant(f"x{node.value}")


def _condition(node: ast.If | ast.While | ast.IfExp) -> Iterator[ast.AST]:
    if not isinstance(node.test, ast.Compare | ast.UnaryOp):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _members(node: ast.Set | ast.Tuple | ast.List) -> Iterator[ast.AST]:
    # a pair without one of its two is no rule but a crash
    alike = all(isinstance(one, ast.Name | ast.Attribute | ast.Call) for one in node.elts)
    if not isinstance(node, ast.Tuple) or (alike and isinstance(node.ctx, ast.Load)):
        for number in range(len(node.elts)):
            left = [*node.elts[:number], *node.elts[number + 1 :]]
            yield _with(node, elts=left) if left else ast.parse("set()", mode="eval").body


def _rows(node: ast.Dict) -> Iterator[ast.AST]:
    for number in range(len(node.keys)):
        keys = [*node.keys[:number], *node.keys[number + 1 :]]
        yield _with(node, keys=keys, values=[*node.values[:number], *node.values[number + 1 :]])


def _statement(node: ast.Expr | ast.Raise | ast.Continue | ast.AugAssign) -> Iterator[ast.AST]:
    yield ast.Pass()


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not isinstance(node.value, ast.Constant):
        yield ast.Return(ast.Constant(None))


def _given(node: ast.Assign) -> Iterator[ast.AST]:
    if not isinstance(node.value, ast.Constant):
        yield _with(node, value=ast.Constant(None))


def _named(node: ast.Call) -> Iterator[ast.AST]:
    for number, keyword in enumerate(node.keywords):
        is_none = isinstance(keyword.value, ast.Constant) and keyword.value.value is None
        if keyword.arg is not None and not is_none:
            keywords = list(node.keywords)
            keywords[number] = ast.keyword(keyword.arg, ast.Constant(None))
            yield _with(node, keywords=keywords)


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _put(tree: ast.AST, path: Path, node: ast.AST) -> None:
    *way, last = path
    where: object = tree
    for step in way:
        where = where[step] if isinstance(step, int) else getattr(where, step)  # type: ignore[index]
    if isinstance(last, int):
        where[last] = node  # type: ignore[index]
    else:
        setattr(where, last, node)


CHANGES: Sequence[tuple[type | tuple[type, ...], Callable[..., Iterator[ast.AST]]]] = (
    (ast.Compare, _compare),
    ((ast.BinOp, ast.AugAssign), _operator),
    (ast.BoolOp, _bool),
    (ast.UnaryOp, _not),
    (ast.Constant, _constant),
    ((ast.If, ast.While, ast.IfExp), _condition),
    ((ast.Set, ast.Tuple, ast.List), _members),
    (ast.Dict, _rows),
    ((ast.Expr, ast.Raise, ast.Continue, ast.AugAssign), _statement),
    (ast.Return, _returned),
    (ast.Assign, _given),
    (ast.Call, _named),
)
