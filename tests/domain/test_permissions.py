"""Who may do what, to whose things: the whole matrix, written down apart from the code, and what it means.

Columns are the roles in the order of the enum; ``o`` own things, ``r`` the region's, ``.`` refused.
"""

import uuid
from dataclasses import FrozenInstanceError, replace
from itertools import product

import pytest

from service.domain.errors import InvalidField, NotAuthenticated, NotFound, NotPermitted, SecondFactorRequired
from service.domain.people import Role
from service.domain.permissions import (
    ALLOWED_WHILE_HELD,
    NO_SCOPES,
    Action,
    Actor,
    Reach,
    own_only,
    reach_of,
    require,
    require_actor,
    require_reach,
    require_scopes,
)

#                           head accountant assistant coop wholesaler operator food auditor admin
MATRIX = {
    Action.CATALOGUE_READ: "rrrrrrrrr",
    Action.RECIPES_WRITE: "......r.r",
    Action.PRICE_CAPS_WRITE: "......r..",
    Action.PRICE_EXCEPTIONS_READ: "rrrrrrrrr",
    Action.PRICE_EXCEPTIONS_WRITE: "......r..",
    Action.ORGANISATIONS_READ: "ooooorrrr",
    Action.ORGANISATIONS_WRITE: "o..oor...",
    Action.ORGANISATIONS_ADMIT: ".....r..r",
    Action.USERS_READ: "ooooor.rr",
    Action.USERS_WRITE: "........r",
    Action.ACCOUNT: "ooooooooo",
    Action.CREDENTIALS: "ooooooooo",
    Action.FORECASTS_READ: "ooo..rrrr",
    Action.FORECASTS_WRITE: "oo.......",
    Action.OFFERS_READ: "...o.rrrr",
    Action.OFFERS_WRITE: "...o.....",
    Action.STOCKS_READ: "...rorrrr",
    Action.STOCKS_WRITE: "....o....",
    Action.POLICIES_READ: "rrrrrrrrr",
    Action.POLICIES_WRITE: ".....r...",
    Action.RUNS_READ: ".....rrrr",
    Action.RUNS_WRITE: ".....r...",
    Action.WEEKS_REMIND: ".....r...",
    Action.PLANS_READ: "oooo.rrrr",
    Action.PLANS_PUBLISH: ".....r...",
    Action.LINES_EXPLAIN: "ooo..rrrr",
    Action.OFFERS_EXPLAIN: "...o.rrrr",
    Action.STOCKS_EXPLAIN: "....orrrr",
    Action.ORDERS_READ: "oooo.rrrr",
    Action.ORDERS_ANSWER: "...o.....",
    Action.ORDERS_IMPORT: ".....r...",
    Action.ORDERS_MOVE: ".....r...",
    Action.DELIVERIES_READ: "oooo.rrrr",
    Action.DELIVERIES_DISPATCH: "...o.....",
    Action.DELIVERIES_RECEIVE: "o.o......",
    Action.RECEIPTS_SIGN: "o.oo.....",
    Action.ACTIONS_SEND: "o.oo.....",
    Action.INVOICES_READ: "oooo.rrrr",
    Action.INVOICES_PAY: ".o.......",
    Action.INVOICES_REFUND: "...o.....",
    Action.LEDGER_READ: "ooooorrrr",
    Action.EXPOSURES_READ: "...o.rrrr",
    Action.KITCHEN_EXPOSURES_READ: "ooo..rrrr",
    Action.RELIABILITY_READ: "...o.rrrr",
    Action.LOTS_READ: ".....rrrr",
    Action.RECALLS_READ: "ooo..rrrr",
    Action.RECALLS_WRITE: "......r..",
    Action.RECALLS_CONFIRM: "o.o......",
    Action.PRICE_PROPOSALS_READ: "oooo.rrrr",
    Action.PRICE_PROPOSALS_DECIDE: "oo.......",
    Action.PURCHASES_READ: "...oorrrr",
    Action.PURCHASES_ANSWER: "....o....",
    Action.PURCHASES_PAY: "...o.....",
    Action.OUTLET_STOCK_READ: "...o.rrrr",
    Action.AUDIT_READ: ".....r.rr",
    Action.EVENTS_READ: "ooooorrrr",
    Action.WEBHOOKS_READ: "o..ooo..o",
    Action.WEBHOOKS_WRITE: "o..ooo..o",
}
MARKS = {"o": Reach.OWN, "r": Reach.REGION, ".": None}
CELLS = [
    (action, role, MARKS[mark]) for action, marks in MATRIX.items() for role, mark in zip(Role, marks, strict=True)
]
HERE, ELSEWHERE = "32.71", "32.01"
WRITES = {action for action in Action if not action.value.endswith((".read", ".explain", "account", "credentials"))}


def an_actor(role: Role, scopes: frozenset[str] | None = None) -> Actor:
    return Actor(uuid.uuid4(), uuid.uuid4(), HERE, role, scopes)


def outcome(actor: Actor, action: Action, *, region_code: str, organisation_id: uuid.UUID) -> str:
    owners = (uuid.uuid4(), organisation_id)
    try:
        require_reach(actor, action, region_code=region_code, organisation_ids=owners, what="thing")
    except (NotFound, NotPermitted) as refusal:
        return refusal.code
    return "allowed"


def test_the_matrix_has_every_action():
    assert set(MATRIX) == set(Action)


@pytest.mark.parametrize(("action", "role", "reach"), CELLS)
def test_a_role_reaches_what_the_matrix_says(action, role, reach):
    actor = an_actor(role)

    assert reach_of(actor, action) is reach
    own, others, foreign = (
        outcome(actor, action, region_code=region, organisation_id=organisation)
        for region, organisation in (
            (HERE, actor.organisation_id),
            (HERE, uuid.uuid4()),
            (ELSEWHERE, actor.organisation_id),
        )
    )
    expected = {
        Reach.OWN: ("allowed", "not_found", "not_found"),
        Reach.REGION: ("allowed", "allowed", "not_found"),
        None: ("not_permitted",) * 3,
    }
    assert (own, others, foreign) == expected[reach]


@pytest.mark.parametrize(("action", "role", "reach"), CELLS)
def test_a_right_is_required_by_name(action, role, reach):
    actor = an_actor(role)

    if reach is None:
        with pytest.raises(NotPermitted) as refusal:
            require(actor, action)
        assert refusal.value.facts == {"action": action.value, "role": role.value}
    else:
        assert require(actor, action) is reach
        assert own_only(actor, action) == (actor.organisation_id if reach is Reach.OWN else None)


def test_foreign_things_are_refused_in_the_words_of_missing_ones():
    actor = an_actor(Role.COOP_OFFICER)

    with pytest.raises(NotFound) as refusal:
        require_reach(actor, Action.ORDERS_READ, region_code=HERE, organisation_ids=(uuid.uuid4(),), what="order")

    assert (refusal.value.detail, refusal.value.facts) == ("No such order.", {})


@pytest.mark.parametrize("role", Role)
def test_an_api_key_does_what_is_in_its_scopes_and_in_its_users_role(role):
    whole = an_actor(role)
    for action, scope in product(Action, Action):
        narrowed = an_actor(role, frozenset({scope.value}))
        is_scope = action is scope and action not in NO_SCOPES
        assert reach_of(narrowed, action) is (reach_of(whole, action) if is_scope else None), (action, scope)


@pytest.mark.parametrize("role", Role)
def test_whoever_lacks_a_second_factor_that_must_be_may_only_set_it_up(role):
    held = replace(an_actor(role), is_held=True)
    for action in Action:
        if action in ALLOWED_WHILE_HELD:
            assert reach_of(held, action) is reach_of(an_actor(role), action)
        else:
            assert reach_of(held, action) is None
            with pytest.raises(SecondFactorRequired):
                require(held, action)


def test_an_auditor_reads_and_changes_nothing():
    auditor = an_actor(Role.AUDITOR)

    assert {action for action in WRITES if reach_of(auditor, action)} == set()


def test_a_new_api_key_gets_no_scope_that_its_maker_lacks():
    officer = an_actor(Role.COOP_OFFICER)
    require_scopes(officer, [Action.ORDERS_ANSWER])

    for scope in (Action.PLANS_PUBLISH, Action.CREDENTIALS):
        with pytest.raises(InvalidField) as refusal:
            require_scopes(officer, [Action.ORDERS_ANSWER, scope])
        [fault] = refusal.value.faults
        assert (fault.field, fault.code) == ("scopes", "beyond_own_rights")
        refused, valid = fault.message.split("Valid: ")
        assert refused.endswith(f": {scope.value}. ")
        assert set(valid.rstrip(".").split(", ")) == {
            action.value for action in Action if reach_of(officer, action) and action not in NO_SCOPES
        }


def test_what_no_key_may_do_and_what_is_left_without_a_second_factor_is_little():
    assert set(NO_SCOPES) == {Action.CREDENTIALS, Action.USERS_WRITE}
    assert set(ALLOWED_WHILE_HELD) == {Action.ACCOUNT, Action.CREDENTIALS}


def test_nobody_becomes_another_while_they_are_served():
    with pytest.raises(FrozenInstanceError):
        an_actor(Role.COOP_OFFICER).role = Role.ADMINISTRATOR


def test_what_is_done_in_somebodys_name_needs_somebody():
    actor = an_actor(Role.CITY_OPERATOR)

    assert require_actor(actor) is actor
    with pytest.raises(NotAuthenticated):
        require_actor(None)
