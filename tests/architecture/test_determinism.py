"""Domain and matching read no clock, draw no chance and make no ids: those are handed in."""

import pytest

from tests.architecture.source import source_files

NOT_HANDED_IN = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "secrets",
    "time.localtime",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
    "uuid1",
    "uuid4",
}
UNSEEDED = {"random.Random", "Random", "default_rng", "np.random.default_rng", "numpy.random.default_rng"}


@pytest.mark.parametrize("folder", ["service/domain", "service/matching"])
def test_the_core_gives_the_same_answer_to_the_same_question(folder: str) -> None:
    found = []
    for file in source_files(folder):
        for node, words in file.calls():
            outer = ".".join(words.split(".")[-2:])
            is_shared_chance = words.startswith(("random.", "np.random.", "numpy.random.")) and words not in UNSEEDED
            is_unseeded = words in UNSEEDED and not node.args and not node.keywords
            if outer in NOT_HANDED_IN or words.split(".")[0] in NOT_HANDED_IN or is_shared_chance or is_unseeded:
                found.append(f"{file.place(node)} calls {words}")
    assert found == []


def test_domain_measures_no_time_at_all() -> None:
    """Matching may: a time limit needs `time.monotonic`, which decides when to stop, never what is best."""
    found = [
        file.place(node)
        for file in source_files("service/domain")
        for node, module in file.imports()
        if module == "time"
    ]
    assert found == []
