"""What is recorded in the audit trail is announced as an event too, in the same function."""

import ast
from collections.abc import Iterator

from tests.architecture.source import source_files

NOT_ANNOUNCED = {
    "user.log_in": "coming and going is nobody else's business",
    "user.log_out": "coming and going is nobody else's business",
    "user.export": "a question changes nothing",
    "user.change_password": "an account's own",
    "user.accept_invitation": "an account's own",
    "session.end": "an account's own",
    "session.end_others": "an account's own",
    "user.begin_second_factor": "an account's own, and not in use yet",
    "user.use_recovery_code": "an account's own",
    "api_key.create": "an account's own",
    "api_key.revoke": "an account's own",
    "plan.ask": "a question changes nothing",
    "what_if.ask": "a what-if binds nobody",
    "what_if.answer": "a what-if binds nobody",
    "webhook.resend": "tells again what was announced before",
    "order.imported": "history of before, taken over in bulk",
}


def functions() -> Iterator[tuple[str, ast.AST]]:
    for file in source_files():
        if "record" in file.text:
            yield from ((f"{file.path.name}:{node.name}", node) for node in file.functions())


def calls(node: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            yield part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", ""), part


def test_whoever_records_a_change_announces_it() -> None:
    silent = []
    for where, function in functions():
        known = list(calls(function))
        recorded = [call for name, call in known if name == "record"]
        actions = [call.args[0].value if isinstance(call.args[0], ast.Constant) else "?" for call in recorded]
        if set(actions) - NOT_ANNOUNCED.keys() and not any("announce" in name for name, _ in known):
            silent.append((where, actions))
    assert silent == []


def test_every_exception_is_still_recorded() -> None:
    recorded = {
        call.args[0].value
        for _, function in functions()
        for name, call in calls(function)
        if name == "record" and isinstance(call.args[0], ast.Constant)
    }
    assert set(NOT_ANNOUNCED) <= recorded
