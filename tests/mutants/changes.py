"""Small faults that somebody could make in a module, one at a time: what the tests must notice.

A comparison turned around, a condition denied, `and` for `or`, a right narrowed or widened, an argument or an element
left out, a call in a chain taken away, a statement skipped. Words (messages, docstrings) and types stay as they are.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

TURNED = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
TWINS = {
    "_own": "_region",
    "_region": "_own",
    "OWN": "REGION",
    "REGION": "OWN",
    "for_change": "for_keeping",
    "for_keeping": "for_change",
}
"""Names that are taken for each other."""
Spot = tuple[ast.AST, str, int | None]
"""A field of a node, and the place in it if it is a list."""


@dataclass(frozen=True)
class Mutant:
    """A module with one fault."""

    line: int
    fault: str
    source: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every module with one fault, in the order of the lines."""
    tree = ast.parse(source)
    for spot in _spots(tree):
        for new in _faults(_at(spot)):
            yield _mutant(tree, spot, new)


def _spots(tree: ast.AST) -> Iterator[Spot]:
    """Yield where code stands, without types, which nothing reads when the code runs."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns"}:
            continue
        for place, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(node, ast.AST) and not isinstance(node, ast.expr_context):
                yield tree, name, place
                yield from _spots(node)


def _at(spot: Spot) -> ast.AST:
    owner, name, place = spot
    value = getattr(owner, name)
    return value if place is None else value[place]


def _put(spot: Spot, new: ast.AST) -> None:
    owner, name, place = spot
    if place is None:
        setattr(owner, name, new)
    else:
        getattr(owner, name)[place] = new


def _mutant(tree: ast.Module, spot: Spot, new: ast.AST) -> Mutant:
    old = _at(spot)
    _put(spot, new)
    source = ast.unparse(ast.fix_missing_locations(copy.deepcopy(tree)))
    _put(spot, old)
    return Mutant(getattr(old, "lineno", 0), f"{_short(old)}  ->  {_short(new)}", source)


def _short(node: ast.AST) -> str:
    words = " ".join(ast.unparse(node).split())
    return words if len(words) <= 70 else f"{words[:67]}..."


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what could stand in a node's place by mistake."""
    for kind, change in CHANGES.items():
        if isinstance(node, kind):
            yield from change(node)


def _compared(node: ast.Compare) -> Iterator[ast.AST]:
    for place, turned in enumerate(TURNED.get(type(one)) for one in node.ops):
        if turned:
            yield _with(node, "ops", [*node.ops[:place], turned(), *node.ops[place + 1 :]])


def _joined(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _with(node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And())
    for value in node.values:
        yield ast.BoolOp(node.op, [one for one in node.values if one is not value])


def _denied(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.Not):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)


def _condition(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    yield _with(node, "test", ast.UnaryOp(ast.Not(), node.test))


def _named(node: ast.Name | ast.Attribute) -> Iterator[ast.AST]:
    field = "id" if isinstance(node, ast.Name) else "attr"
    twin = TWINS.get(getattr(node, field))
    if twin:
        yield _with(node, field, twin)


def _call(node: ast.Call) -> Iterator[ast.AST]:
    """Leave out one of several arguments or a named one, or the call of a chain itself."""
    for one in node.args if len(node.args) > 1 else ():
        yield _with(node, "args", [other for other in node.args if other is not one])
    for one in node.keywords:
        yield _with(node, "keywords", [other for other in node.keywords if other is not one])
    if isinstance(node.func, ast.Attribute) and (isinstance(node.func.value, ast.Call) or node.args == []):
        yield node.func.value


def _either(node: ast.BinOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.BitOr):
        yield from (node.left, node.right)


def _elements(node: ast.Set | ast.List | ast.Tuple) -> Iterator[ast.AST]:
    if isinstance(getattr(node, "ctx", ast.Load()), ast.Load):
        for one in node.elts:
            yield _with(node, "elts", [other for other in node.elts if other is not one])


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def _skipped(node: ast.stmt) -> Iterator[ast.AST]:
    if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield ast.Pass()


def _with(node: ast.AST, field: str, value: object) -> ast.AST:
    changed = copy.copy(node)
    setattr(changed, field, value)
    return changed


CHANGES: dict[type[ast.AST] | tuple[type[ast.AST], ...], Callable[..., Iterator[ast.AST]]] = {
    ast.Compare: _compared,
    ast.BoolOp: _joined,
    ast.UnaryOp: _denied,
    ast.Constant: _constant,
    (ast.If, ast.IfExp): _condition,
    (ast.Name, ast.Attribute): _named,
    ast.Call: _call,
    ast.BinOp: _either,
    (ast.Set, ast.List, ast.Tuple): _elements,
    ast.Return: _returned,
    (ast.Expr, ast.Raise): _skipped,
}
