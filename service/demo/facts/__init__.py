"""The facts of the trade and of Kota Bogor, as files beside this line; README.md names the source of each."""

from service.demo.facts.csv_rows import InvalidFacts
from service.demo.facts.read import Facts, read_facts

__all__ = ["Facts", "InvalidFacts", "read_facts"]
