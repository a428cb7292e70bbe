"""How secrets are kept."""

from importlib.util import module_from_spec

from service.workflows import credentials

LEAST_MEMORY_KIB = 19 * 1024


async def test_a_guess_at_a_password_costs_what_owasp_asks():
    """Argon2id with at least 19 MiB, two passes: the service's own choice, which other tests replace by a cheap one."""
    as_served = module_from_spec(credentials.__spec__)
    credentials.__spec__.loader.exec_module(as_served)
    _, kind, _, costs, *_ = (await as_served.hash_password("tahu tempe lontong")).split("$")
    told = dict(part.split("=") for part in costs.split(","))
    assert kind == "argon2id"
    assert int(told["m"]) >= LEAST_MEMORY_KIB
    assert int(told["t"]) >= 2


async def test_a_password_without_an_account_is_wrong_and_never_compared_with_nothing():
    kept = await credentials.hash_password("tahu tempe lontong")
    assert await credentials.is_password("tahu tempe lontong", kept)
    assert not await credentials.is_password("tahu tempe lontong", None)
