"""A solving process for test_matching_job.py: speaks the real protocol, tells its own id, and never finds a plan."""

import os
import sys
import time

from service.matching.child import serve
from service.matching.progress import Progress


def sleep(_problem, _request, *, clerk, report, cancelled):
    while not cancelled():
        report(Progress(1.0, None, None, f"asleep {os.getpid()}"))
        time.sleep(0.05)
    raise RuntimeError("woken up before there was a plan")


sys.exit(serve(lambda: sleep))
