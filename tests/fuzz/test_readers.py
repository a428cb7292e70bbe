"""No file, whatever stands in it, brings a reader to anything but rows or a refusal in words."""

import importlib.util
import os
import subprocess
import sys

import pytest

from tests.fuzz.readers import READERS

RUNS = {"list": 3_000, "workbook": 80, "problem": 2_500, "plan": 40_000, "backup": 4_000}
"""What two or three seconds are enough for; `make fuzz` goes on for as long as one likes."""
FEW = 500_000

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="the fuzzer is made for Linux on x86-64 only"
)


def fuzz(reader, runs, folder):
    command = [sys.executable, "-m", "tests.fuzz", reader, "--runs", str(runs), "--kept", str(folder)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONHASHSEED": "0"}
    )
    return done.returncode, done.stdout + done.stderr


def test_every_reader_is_tried():
    assert RUNS.keys() == READERS.keys()


@pytest.mark.parametrize("reader", READERS)
def test_whatever_is_read_is_read_or_refused(reader, tmp_path):
    code, told = fuzz(reader, RUNS[reader], tmp_path)
    assert code == 0, told[-4_000:]
    assert len(list(tmp_path.iterdir())) > len(READERS[reader].begin) + 3, "nothing that reached further was found"


def test_a_fault_behind_branches_that_chance_does_not_pass_is_found(tmp_path):
    code, told = fuzz("planted", FEW, tmp_path)
    assert code != 0
    assert "ZeroDivisionError" in told
    assert [file.read_bytes()[:4] for file in tmp_path.glob("crash-*")] == [b"KKMP"]
