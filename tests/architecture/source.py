"""The source of the service, parsed, for the tests that read it: each file once, and only if somebody asks."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class SourceFile:
    path: Path
    text: str

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every part of the file."""
        return tuple(ast.walk(ast.parse(self.text)))

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    def place(self, node: ast.stmt | ast.expr) -> str:
        return f"{self.name}:{node.lineno}"

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        for node in self.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Yield every imported module by its dotted name; names taken from a module count as within it."""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield every call with the dotted words before its bracket, as written."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield node, _words(node.func)


@cache
def source_files(folder: str = "service") -> tuple[SourceFile, ...]:
    if folder != "service" and folder.startswith("service/"):
        return tuple(file for file in source_files() if file.name.startswith(f"{folder}/"))
    return tuple(SourceFile(path, path.read_text("utf-8")) for path in sorted((ROOT / folder).rglob("*.py")))


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_words(node.value)}.{node.attr}"
    return ast.unparse(node)
