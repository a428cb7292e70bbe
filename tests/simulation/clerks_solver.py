"""A solving process for test_nation.py: speaks the real protocol and plans as a clerk once a given file is there."""

import sys
import time
from dataclasses import replace
from pathlib import Path

from service.matching.child import serve
from service.matching.progress import Progress

GO = Path(sys.argv[1])


def plan(_problem, _request, *, clerk, report, cancelled):
    while not (GO.exists() or cancelled()):
        report(Progress(1.0, None, None, "waiting"))
        time.sleep(0.05)
    made = clerk()
    return replace(made, bound_idr=made.objective_idr * 0.9)


sys.exit(serve(lambda: plan))
