"""The optimiser on files: match, check, explain."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from service.cli.process import REFUSED
from service.matching.why.sentences.wording import Language


def match(
    problem: Annotated[Path, typer.Argument(help="The week's problem, pasok-problem/1.")],
    out: Annotated[Path, typer.Option("--out", help="Where the plan goes, pasok-plan/1.")],
    time_limit: Annotated[
        float, typer.Option("--time-limit", min=1, help="Seconds that the optimiser may take.")
    ] = 120,
    seed: Annotated[int, typer.Option(min=0, help="Equal problem, seed and limit give the equal plan.")] = 0,
    effort: Annotated[float, typer.Option(min=0.01, max=10, help="How hard to try; 1 is usual.")] = 1,
) -> None:
    """Match a problem's file; Ctrl-C keeps the best plan so far."""
    from service.matching.files import match_file, match_lines

    with _matching():
        result = match_file(problem, out, time_limit_s=time_limit, seed=seed, effort=effort)
    typer.echo("\n".join(match_lines(result)))
    _refuse_broken(result.plan.broken)


def check(
    problem: Annotated[Path, typer.Argument(help="The week's problem, pasok-problem/1.")],
    plan: Annotated[Path, typer.Argument(help="A plan of it, pasok-plan/1, made by anybody.")],
) -> None:
    """Check a plan's file: the rules it breaks, what it costs."""
    from service.matching.files import check_file, check_lines

    with _matching():
        report = check_file(problem, plan)
    typer.echo("\n".join(check_lines(report)))
    _refuse_broken(report.broken)


def explain(
    problem: Annotated[Path, typer.Argument(help="The week's problem, pasok-problem/1.")],
    plan: Annotated[Path, typer.Argument(help="A plan of it, pasok-plan/1.")],
    *,
    line: Annotated[str, typer.Option(help="Why is this demand line short?", metavar="DEMAND")] = "",
    source: Annotated[str, typer.Option(help="What became of this offer or stock?", metavar="SOURCE")] = "",
    allocation: Annotated[
        tuple[str, str, str] | None,
        typer.Option(help="Why this way for this line?", metavar="DEMAND SOURCE COOPERATIVE"),
    ] = None,
    sources: Annotated[bool, typer.Option("--sources", help="What became of every offer and stock?")] = False,
    rules: Annotated[bool, typer.Option("--rules", help="What does each rule of the policy cost?")] = False,
    against: Annotated[
        tuple[Path, Path] | None,
        typer.Option(help="What changed since this problem and plan?", metavar="PROBLEM PLAN"),
    ] = None,
    worth: Annotated[bool, typer.Option("--worth", help="Was it worth it? Beside the clerk's way.")] = False,
    seconds: Annotated[float, typer.Option(min=1, help="Of each solve of --rules.")] = 10,
    language: Annotated[Language, typer.Option(help="Of the sentences.")] = Language.INDONESIAN,
    as_json: Annotated[bool, typer.Option("--json", help="Print numbers and codes instead of sentences.")] = False,
) -> None:
    """Explain a plan's file: one question at a time, the answer computed and re-solved."""
    from service.matching.explain_files import explain_files, explanation_lines, question_of, read_files

    with _matching():
        question = question_of(
            read_files(problem, plan),
            line=line,
            source=source,
            allocation=allocation,
            against=read_files(*against) if against else None,
            flags={"sources": sources, "rule_costs": rules, "worth": worth},
            seconds=seconds,
        )
        found = explain_files(question)
    typer.echo("\n".join(explanation_lines(question, found, language, as_json=as_json)))


@contextmanager
def _matching() -> Iterator[None]:
    """Say in words why files were not matched or checked."""
    from service.matching.errors import InvalidDocument, MatchingError, SolverFailed

    try:
        yield
    except InvalidDocument as error:
        typer.echo("\n".join(str(fault) for fault in error.faults), err=True)
        raise typer.Exit(REFUSED) from error
    except SolverFailed as error:
        typer.echo(f"{error.stderr_tail}{error}", err=True)
        raise typer.Exit(1) from error
    except MatchingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from error


def _refuse_broken(broken: Sequence[object]) -> None:
    """End with 1 if a plan breaks rules, naming each."""
    for fault in broken:
        typer.echo(f"BROKEN {fault}", err=True)
    if broken:
        raise typer.Exit(1)
