"""Ways to serve lines: of a source that fixed lines use up there are only theirs."""

import pytest

from service.matching.arcs import network_of
from service.matching.parameters import parameters_of
from tests.factories import problems as make


def ways(problem, **options):
    p = parameters_of(problem)
    arcs = network_of(p, **options).arcs
    sources = [source.id for source in (*problem.offers, *problem.stocks)]
    names = zip(arcs.source.tolist(), arcs.cooperative.tolist(), arcs.demand.tolist(), strict=True)
    return {(sources[s], problem.cooperatives[c].id, problem.demands[d].id) for s, c, d in names}


@pytest.mark.parametrize("options", [{}, {"without_filled": True}])
def test_a_source_that_fixed_lines_use_up_serves_nothing_else(options):
    problem = make.problem(
        cooperatives=(make.cooperative(), make.cooperative("C2")),
        demands=(make.demand(), make.demand("D2", day=1)),
        stocks=(make.stock("S1", packs=1, pack_qty=10_000), make.stock("S2", packs=2, pack_qty=10_000)),
        fixed=(make.line(source="S1", qty=10_000), make.line(source="S2", qty=10_000)),
    )
    found = ways(problem, **options)
    assert {way for way in found if way[0] == "S1"} == {("S1", "C1", "D1")}
    assert ("S2", "C2", "D2") in found
