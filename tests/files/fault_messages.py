"""Every fault that the service can find in a value, read from its source: its code, and what it says in English."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SERVICE = Path(__file__).resolve().parents[2] / "service"
PARTS = ("domain", "files", "web", "workflows")
NOTED = {"add", "FieldFault", "CellFault", "_note", "at"}
TOLD_BY_NAME = {"message", "words"}
ANY = "?"
"""The code of a fault whose code is no plain word there."""


@cache
def every_fault() -> frozenset[tuple[str, str]]:
    """Return codes and sentences; `{}` stands for each figure."""
    files = [file for part in PARTS for file in sorted((SERVICE / part).rglob("*.py"))]
    return frozenset(fault for file in files for fault in _faults_in(ast.parse(file.read_text("utf-8"))))


def _faults_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        kept = [
            message
            for node in ast.walk(function)
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id in TOLD_BY_NAME
            for message in _sentences(node.value)
        ]
        for call in ast.walk(function):
            if isinstance(call, ast.Call) and _name(call) in NOTED:
                yield from _faults_of(call, kept)


def _faults_of(call: ast.Call, kept: list[str]) -> Iterator[tuple[str, str]]:
    code, told = _code_and_told(call)
    if told is None:
        return
    messages = kept if isinstance(told, ast.Name) and told.id in TOLD_BY_NAME else _sentences(told)
    for message in messages:
        yield code.value if isinstance(code, ast.Constant) and isinstance(code.value, str) else ANY, message


def _code_and_told(call: ast.Call) -> tuple[ast.expr | None, ast.expr | None]:
    if _name(call) == "at":  # InvalidField.at(field, message, code=...)
        if not isinstance(call.func, ast.Attribute) or ast.unparse(call.func.value) != "InvalidField":
            return None, None
        return next((word.value for word in call.keywords if word.arg == "code"), None), call.args[1]
    return (call.args[-2], call.args[-1]) if len(call.args) > 1 else (None, None)


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def _sentences(told: ast.expr) -> list[str]:
    if isinstance(told, ast.IfExp):
        return [*_sentences(told.body), *_sentences(told.orelse)]
    if isinstance(told, ast.Constant) and isinstance(told.value, str):
        parts = [told.value]
    elif isinstance(told, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in told.values]
    else:
        return []
    sentence = "".join(parts)
    return [sentence] if " " in sentence else []
