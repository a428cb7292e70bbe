"""Hand a reader of files what nobody would write, guided by the branches that it takes: `python -m tests.fuzz list`.

What reaches a branch that nothing reached before is kept and changed further. Ends with 0 if every file was read or
refused in words; else with the fault, and with the file that made it in the folder of ``--kept``.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["service.files", "service.matching", "service.domain", "tests.fuzz.planted"]):
    from tests.fuzz import planted
    from tests.fuzz.documents import changed
    from tests.fuzz.readers import READERS, Reader

ALL = READERS | {"planted": Reader(planted.read, (b"WXYZ",), ())}
LONGEST_BYTES = 16_384
SLOWEST_S = 10
MOST_MB = 1500


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("reader", choices=ALL)
    parser.add_argument("--runs", type=int, default=-1, help="how many files; without, until the time is over")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kept", type=Path, help="a folder of files to go on from; it gets those that reach further")
    args = parser.parse_args()
    reader = ALL[args.reader]
    folder = args.kept or Path(tempfile.mkdtemp())
    for number, content in enumerate(reader.begin):
        (folder / f"begin-{number}").write_bytes(content)
    limits = {
        "runs": args.runs,
        "max_total_time": args.seconds,
        "seed": args.seed,
        "max_len": LONGEST_BYTES,
        "timeout": SLOWEST_S,
        "rss_limit_mb": MOST_MB,
        "artifact_prefix": f"{folder}/",
        "print_final_stats": 1,
    } | _words(reader, folder)
    told = [f"-{name}={value}" for name, value in limits.items()]
    atheris.Setup([sys.argv[0], *told, str(folder)], reader.read, custom_mutator=_change)
    atheris.Fuzz()


def _words(reader: Reader, folder: Path) -> dict[str, Path]:
    file = folder.with_suffix(".words")
    file.write_text("".join(f'"{word}"\n' for word in sorted(reader.words)))
    return {"dict": file} if reader.words else {}


def _change(content: bytes, most_bytes: int, seed: int) -> bytes:
    """Change a document as one, three times in four, and anything else byte by byte."""
    told = changed(content, seed) if seed % 4 else None
    return told if told is not None and len(told) <= most_bytes else atheris.Mutate(content, most_bytes)


if __name__ == "__main__":
    main()
