"""The document of a problem that uses the whole format, and changes of it."""

from service.matching.canonical import canonical
from tests.factories import problems as make

FULL = canonical(
    make.problem(
        items=(make.item(), make.item("NOODLE"), make.item("UHT", unit="pc", per=1, step=1)),
        offers=(make.offer(),),
        stocks=(make.stock(),),
        demands=(make.demand(substitutes=(make.substitute(),)), make.demand("D2", item="UHT", qty=7)),
        fixed=(make.line(qty=1_000),),
        previous=(make.line(source="GONE", demand="GONE", cooperative="GONE"),),
    )
)


def put(*path):
    """A change that puts the last of ``path`` at the place that the others lead to."""

    def change(document):
        *way, key, value = path
        for step in way:
            document = document[step]
        document[key] = value

    return change


def places(value, way=()):
    """The ways to all parts of a document."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*way, key)
        yield from places(value[key], (*way, key))
