"""A solving process for test_nation.py: speaks the real protocol and plans the clerk's way, within a second."""

import sys
from dataclasses import replace

from service.matching.child import serve


def plan(_problem, _request, *, clerk, report, cancelled):
    return replace(clerk, bound_idr=clerk.objective_idr * 0.9)


sys.exit(serve(lambda: plan))
