"""The README's week by curl does what it says, on a real server, in the words of the README."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from tests.conftest import ROOT
from tests.e2e.people import CITY_OPERATOR, Person, until
from tests.e2e.servers import Server
from tests.e2e.towns import Town

SECTION = "A week by curl"
ADDRESS = "http://127.0.0.1:8000"
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== the next block ==="
SOLVED_WITHIN_S = 60
PASOK = f"#!{sys.executable}\nfrom service.cli import app\napp()\n"
CURL = Path(__file__).with_name("curl_stand_in.py")


def test_the_week_by_curl_works_right_after_the_demo(town: Town, server: Server, tmp_path: Path) -> None:
    publish_the_demos_week(server, town)
    done = subprocess.run(
        ["/usr/bin/env", "bash", "-euo", "pipefail", "-c", script(server)],
        cwd=folder_like_the_projects(tmp_path),
        env=os.environ | {"PYTHONPATH": str(ROOT), "PATH": f"{os.environ['PATH']}:{tmp_path / 'instead'}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    logged_in, demand, supply, plan, again, published, answers, files = done.stdout.split(f"{MARK}\n")
    assert logged_in.splitlines()[-1] == f"the week of {town.open_week + timedelta(days=7)}"
    refusal, budget, status = demand.splitlines()
    assert "may not be supplied to kitchens: subsidised for households" in refusal
    assert re.fullmatch(r"\d+\.\d+ % of the ingredient budget", budget)
    assert status == "submitted"
    dear, cheaper, above, granted, allowed, packs = supply.splitlines()
    assert "Rp 14,901 is Rp 1 above the HET of Rp 14,900" in dear
    assert "Rp 31,000 is Rp 1,000 above the HAP of Rp 30,000" in above
    assert (cheaper, granted, allowed, packs) == ("open", "31000", "open", "40")
    objective, bound, *shortage = plan.splitlines()
    assert 0 < int(bound) <= int(objective)
    assert '"reasons": [' in "".join(shortage)
    assert re.search(r"^objective +Rp [\d,]+", again, re.MULTILINE)
    assert int(published.split()[0]) >= 1
    first, second, short = answers.splitlines()
    assert first == "answered"
    assert "do not wait for an answer any more" in second
    assert re.search(r'"cause":"declined",.*"short_qty":[1-9]', short)
    assert "kode_barang" in files


def publish_the_demos_week(server: Server, town: Town) -> None:
    """Do what `make demo` has done when the walk begins."""
    with Person(server.address, CITY_OPERATOR) as city:
        run = city.done("/runs", {"week_start": str(town.open_week), "time_limit_s": 20}, status=202)
        plan_id = until(SOLVED_WITHIN_S, lambda: city.read(f"/runs/{run['id']}")["plan_id"])
        city.done(f"/plans/{plan_id}/publish", version=1)


def script(server: Server) -> str:
    """Return the section's commands as one script for the test's server."""
    sections = (ROOT / "README.md").read_text("utf-8").split("\n## ")
    (section,) = (part for part in sections if part.startswith(SECTION))
    blocks = BLOCK.findall(section)
    assert sum(block.count(ADDRESS) for block in blocks) == 1
    return f"echo '{MARK}'\n".join(block.replace(ADDRESS, server.address) for block in blocks)


def folder_like_the_projects(folder: Path) -> Path:
    """Return a folder with what the commands use of the project's; a curl too, found last, where there is none."""
    (folder / "var").mkdir()
    add_program(folder / ".venv" / "bin" / "pasok", PASOK)
    add_program(folder / "instead" / "curl", f"#!{sys.executable}\n{CURL.read_text('utf-8')}")
    return folder


def add_program(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)
    path.chmod(0o755)
