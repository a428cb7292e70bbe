"""Who may do what, to whose things: one table that every route and page asks.

``own``: things of the caller's organisation. ``region``: everything of the caller's region. No entry: refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from service.domain.errors import InvalidField, NotAuthenticated, NotFound, NotPermitted, SecondFactorRequired
from service.domain.people import Role


class Reach(StrEnum):
    OWN = "own"
    REGION = "region"


class Action(StrEnum):
    """What can be done; also the scopes of API keys."""

    CATALOGUE_READ = "catalogue.read"
    RECIPES_WRITE = "recipes.write"
    PRICE_CAPS_WRITE = "price_caps.write"
    PRICE_EXCEPTIONS_READ = "price_exceptions.read"
    PRICE_EXCEPTIONS_WRITE = "price_exceptions.write"
    ORGANISATIONS_READ = "organisations.read"
    ORGANISATIONS_WRITE = "organisations.write"
    ORGANISATIONS_ADMIT = "organisations.admit"
    USERS_READ = "users.read"
    USERS_WRITE = "users.write"
    ACCOUNT = "account"
    CREDENTIALS = "credentials"
    FORECASTS_READ = "forecasts.read"
    FORECASTS_WRITE = "forecasts.write"
    OFFERS_READ = "offers.read"
    OFFERS_WRITE = "offers.write"
    STOCKS_READ = "stocks.read"
    STOCKS_WRITE = "stocks.write"
    POLICIES_READ = "policies.read"
    POLICIES_WRITE = "policies.write"
    RUNS_READ = "runs.read"
    RUNS_WRITE = "runs.write"
    WEEKS_REMIND = "weeks.remind"
    PLANS_READ = "plans.read"
    PLANS_PUBLISH = "plans.publish"
    LINES_EXPLAIN = "lines.explain"
    OFFERS_EXPLAIN = "offers.explain"
    STOCKS_EXPLAIN = "stocks.explain"
    ORDERS_READ = "orders.read"
    ORDERS_ANSWER = "orders.answer"
    ORDERS_IMPORT = "orders.import"
    ORDERS_MOVE = "orders.move"
    PRICE_PROPOSALS_READ = "price_proposals.read"
    PRICE_PROPOSALS_DECIDE = "price_proposals.decide"
    PURCHASES_READ = "purchases.read"
    PURCHASES_ANSWER = "purchases.answer"
    PURCHASES_PAY = "purchases.pay"
    OUTLET_STOCK_READ = "outlet_stock.read"
    DELIVERIES_READ = "deliveries.read"
    DELIVERIES_DISPATCH = "deliveries.dispatch"
    DELIVERIES_RECEIVE = "deliveries.receive"
    RECEIPTS_SIGN = "receipts.sign"
    ACTIONS_SEND = "actions.send"
    INVOICES_READ = "invoices.read"
    INVOICES_PAY = "invoices.pay"
    INVOICES_REFUND = "invoices.refund"
    LEDGER_READ = "ledger.read"
    EXPOSURES_READ = "exposures.read"
    KITCHEN_EXPOSURES_READ = "kitchen_exposures.read"
    RELIABILITY_READ = "reliability.read"
    LOTS_READ = "lots.read"
    RECALLS_READ = "recalls.read"
    RECALLS_WRITE = "recalls.write"
    RECALLS_CONFIRM = "recalls.confirm"
    AUDIT_READ = "audit.read"
    EVENTS_READ = "events.read"
    WEBHOOKS_READ = "webhooks.read"
    WEBHOOKS_WRITE = "webhooks.write"


_KITCHEN = (Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT, Role.FIELD_ASSISTANT)
_MEMBERS = (*_KITCHEN, Role.COOP_OFFICER, Role.WHOLESALER)
_CITY = (Role.CITY_OPERATOR, Role.FOOD_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
_ALL = (*_MEMBERS, *_CITY)
_WEBHOOK_KEEPERS = (
    Role.KITCHEN_HEAD,
    Role.COOP_OFFICER,
    Role.WHOLESALER,
    Role.CITY_OPERATOR,
    Role.ADMINISTRATOR,
)


def _own(*roles: Role) -> dict[Role, Reach]:
    return dict.fromkeys(roles, Reach.OWN)


def _region(*roles: Role) -> dict[Role, Reach]:
    return dict.fromkeys(roles, Reach.REGION)


PERMISSIONS: Mapping[Action, Mapping[Role, Reach]] = {
    Action.CATALOGUE_READ: _region(*_ALL),
    Action.RECIPES_WRITE: _region(Role.FOOD_OFFICER, Role.ADMINISTRATOR),
    Action.PRICE_CAPS_WRITE: _region(Role.FOOD_OFFICER),
    Action.PRICE_EXCEPTIONS_READ: _region(*_ALL),
    Action.PRICE_EXCEPTIONS_WRITE: _region(Role.FOOD_OFFICER),
    Action.ORGANISATIONS_READ: _own(*_MEMBERS) | _region(*_CITY),
    Action.ORGANISATIONS_WRITE: _own(Role.KITCHEN_HEAD, Role.COOP_OFFICER, Role.WHOLESALER)
    | _region(Role.CITY_OPERATOR),
    Action.ORGANISATIONS_ADMIT: _region(Role.CITY_OPERATOR, Role.ADMINISTRATOR),
    Action.USERS_READ: _own(*_MEMBERS) | _region(Role.CITY_OPERATOR, Role.AUDITOR, Role.ADMINISTRATOR),
    Action.USERS_WRITE: _region(Role.ADMINISTRATOR),
    Action.ACCOUNT: _own(*_ALL),
    Action.CREDENTIALS: _own(*_ALL),
    Action.FORECASTS_READ: _own(*_KITCHEN) | _region(*_CITY),
    Action.FORECASTS_WRITE: _own(Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT),
    Action.OFFERS_READ: _own(Role.COOP_OFFICER) | _region(*_CITY),
    Action.OFFERS_WRITE: _own(Role.COOP_OFFICER),
    Action.STOCKS_READ: _own(Role.WHOLESALER) | _region(Role.COOP_OFFICER, *_CITY),
    Action.STOCKS_WRITE: _own(Role.WHOLESALER),
    Action.POLICIES_READ: _region(*_ALL),
    Action.POLICIES_WRITE: _region(Role.CITY_OPERATOR),
    Action.RUNS_READ: _region(*_CITY),
    Action.RUNS_WRITE: _region(Role.CITY_OPERATOR),
    Action.WEEKS_REMIND: _region(Role.CITY_OPERATOR),
    Action.PLANS_READ: _own(*_KITCHEN, Role.COOP_OFFICER) | _region(*_CITY),
    Action.PLANS_PUBLISH: _region(Role.CITY_OPERATOR),
    Action.LINES_EXPLAIN: _own(*_KITCHEN) | _region(*_CITY),
    Action.OFFERS_EXPLAIN: _own(Role.COOP_OFFICER) | _region(*_CITY),
    Action.STOCKS_EXPLAIN: _own(Role.WHOLESALER) | _region(*_CITY),
    Action.ORDERS_READ: _own(*_KITCHEN, Role.COOP_OFFICER) | _region(*_CITY),
    Action.ORDERS_ANSWER: _own(Role.COOP_OFFICER),
    Action.ORDERS_IMPORT: _region(Role.CITY_OPERATOR),
    Action.ORDERS_MOVE: _region(Role.CITY_OPERATOR),
    Action.PRICE_PROPOSALS_READ: _own(*_KITCHEN, Role.COOP_OFFICER) | _region(*_CITY),
    Action.PRICE_PROPOSALS_DECIDE: _own(Role.KITCHEN_HEAD, Role.KITCHEN_ACCOUNTANT),
    Action.PURCHASES_READ: _own(Role.COOP_OFFICER, Role.WHOLESALER) | _region(*_CITY),
    Action.PURCHASES_ANSWER: _own(Role.WHOLESALER),
    Action.PURCHASES_PAY: _own(Role.COOP_OFFICER),
    Action.OUTLET_STOCK_READ: _own(Role.COOP_OFFICER) | _region(*_CITY),
    Action.DELIVERIES_READ: _own(*_KITCHEN, Role.COOP_OFFICER) | _region(*_CITY),
    Action.DELIVERIES_DISPATCH: _own(Role.COOP_OFFICER),
    Action.DELIVERIES_RECEIVE: _own(Role.FIELD_ASSISTANT, Role.KITCHEN_HEAD),
    Action.RECEIPTS_SIGN: _own(Role.FIELD_ASSISTANT, Role.KITCHEN_HEAD, Role.COOP_OFFICER),
    Action.ACTIONS_SEND: _own(Role.FIELD_ASSISTANT, Role.KITCHEN_HEAD, Role.COOP_OFFICER),
    Action.INVOICES_READ: _own(*_KITCHEN, Role.COOP_OFFICER) | _region(*_CITY),
    Action.INVOICES_PAY: _own(Role.KITCHEN_ACCOUNTANT),
    Action.INVOICES_REFUND: _own(Role.COOP_OFFICER),
    Action.LEDGER_READ: _own(*_MEMBERS) | _region(*_CITY),
    Action.EXPOSURES_READ: _own(Role.COOP_OFFICER) | _region(*_CITY),
    Action.KITCHEN_EXPOSURES_READ: _own(*_KITCHEN) | _region(*_CITY),
    Action.RELIABILITY_READ: _own(Role.COOP_OFFICER) | _region(*_CITY),
    Action.LOTS_READ: _region(*_CITY),
    Action.RECALLS_READ: _own(*_KITCHEN) | _region(*_CITY),
    Action.RECALLS_WRITE: _region(Role.FOOD_OFFICER),
    Action.RECALLS_CONFIRM: _own(Role.KITCHEN_HEAD, Role.FIELD_ASSISTANT),
    Action.AUDIT_READ: _region(Role.AUDITOR, Role.ADMINISTRATOR, Role.CITY_OPERATOR),
    Action.EVENTS_READ: _own(*_MEMBERS) | _region(*_CITY),
    Action.WEBHOOKS_READ: _own(*_WEBHOOK_KEEPERS),
    Action.WEBHOOKS_WRITE: _own(*_WEBHOOK_KEEPERS),
}


NO_SCOPES: frozenset[Action] = frozenset({Action.CREDENTIALS, Action.USERS_WRITE})
"""What no API key may do: whoever holds a key must not become its owner or anybody else, nor keep the key for ever.

Passwords, second factors, sessions and keys, and where a person's messages go: short replies are known by the phone.
An administrator hands out all of these to others, whom they invite: that takes the administrator, not their program.
"""

ALLOWED_WHILE_HELD: frozenset[Action] = frozenset({Action.ACCOUNT, Action.CREDENTIALS})


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is calling: the user, their organisation and region; ``scopes`` narrows an API key (``None``: all)."""

    user_id: UUID
    organisation_id: UUID
    region_code: str
    role: Role
    scopes: frozenset[str] | None = None
    session_id: UUID | None = None
    """The login that the request is made with; an API key has none."""
    is_held: bool = False
    """In with a password alone where a second factor must be: nothing but setting it up is allowed."""


def require_actor(actor: Actor | None) -> Actor:
    """Return who is calling.

    Raises
    ------
    NotAuthenticated
        If nobody is known to call: what is done here is always done in somebody's name.
    """
    if actor is None:
        raise NotAuthenticated("Log in first: this is done in somebody's name.")
    return actor


def reach_of(actor: Actor, action: Action) -> Reach | None:
    """Return how far an actor's right to an action goes, or ``None`` without the right."""
    if actor.scopes is not None and (action.value not in actor.scopes or action in NO_SCOPES):
        return None
    if actor.is_held and action not in ALLOWED_WHILE_HELD:
        return None
    return PERMISSIONS[action].get(actor.role)


def require(actor: Actor, action: Action) -> Reach:
    """Return the reach of the actor's right.

    Raises
    ------
    NotPermitted
        If the role, or the API key's scopes, lack it.
    SecondFactorRequired
        If the role needs a second factor and the person has none yet.
    """
    reach = reach_of(actor, action)
    if reach is None and actor.is_held and action not in ALLOWED_WHILE_HELD:
        raise SecondFactorRequired("Your role works with a second factor only: set it up first.")
    if reach is None:
        raise NotPermitted(f"Your role may not do this ({action.value}).", action=action.value, role=actor.role.value)
    return reach


def own_only(actor: Actor, action: Action) -> UUID | None:
    """Return the organisation that an actor's lists are limited to, or ``None`` where they see the region's.

    Raises
    ------
    NotPermitted
        If the role, or the API key's scopes, lack the right.
    """
    return actor.organisation_id if require(actor, action) is Reach.OWN else None


def require_scopes(actor: Actor, scopes: Iterable[Action]) -> None:
    """Refuse scopes for a new API key that its maker does not have.

    Raises
    ------
    InvalidField
        Naming the scopes that are too much, and those that would be allowed.
    """
    valid_ones = [action for action in Action if reach_of(actor, action) is not None and action not in NO_SCOPES]
    too_much = sorted(scope.value for scope in scopes if scope not in valid_ones)
    if too_much:
        valid = ", ".join(action.value for action in valid_ones)
        raise InvalidField.at(
            "scopes", f"You may not do this yourself: {', '.join(too_much)}. Valid: {valid}.", code="beyond_own_rights"
        )


def require_reach(
    actor: Actor, action: Action, *, region_code: str, organisation_ids: tuple[UUID, ...], what: str
) -> None:
    """Refuse a thing out of the actor's reach exactly as one that does not exist.

    Parameters
    ----------
    region_code
        Region of the thing.
    organisation_ids
        The organisations whose thing it is (an order is the cooperative's and the kitchen's).
    what
        The thing in words.

    Raises
    ------
    NotPermitted
        If the actor may not do this to anything.
    NotFound
        If the thing is another's.
    """
    reach = require(actor, action)
    foreign = actor.region_code != region_code
    if foreign or (reach is Reach.OWN and actor.organisation_id not in organisation_ids):
        raise NotFound(f"No such {what}.")
