"""Who may enter, which role fits where, and what an API key may do."""

import uuid

import pytest

from service.domain.errors import Conflict, InvalidField
from service.domain.organisations import OrganisationKind, OrganisationStatus
from service.domain.people import KIND_OF_ROLE, Role, deactivate, may_log_in, require_role_fits, revoke_key
from service.domain.permissions import Action, Actor, require_scopes
from tests.factories.organisations import CREATED_AT, new_organisation
from tests.factories.people import new_api_key, new_user

COOPERATIVE = new_organisation(OrganisationKind.COOPERATIVE)


@pytest.mark.parametrize("status", OrganisationStatus)
def test_everybody_enters_until_their_organisation_is_closed(status):
    organisation = new_organisation(OrganisationKind.COOPERATIVE, status=status)
    user = new_user(organisation, Role.COOP_OFFICER)
    assert may_log_in(user, organisation) is (status is not OrganisationStatus.CLOSED)


def test_deactivated_user_does_not_enter():
    user = new_user(COOPERATIVE, Role.COOP_OFFICER)
    deactivate(user, by_user_id=uuid.uuid4())
    assert not may_log_in(user, COOPERATIVE)
    with pytest.raises(Conflict, match="already"):
        deactivate(user, by_user_id=uuid.uuid4())


def test_nobody_deactivates_themselves():
    user = new_user(COOPERATIVE, Role.COOP_OFFICER)
    with pytest.raises(Conflict, match="own account"):
        deactivate(user, by_user_id=user.id)
    assert user.is_active


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", OrganisationKind)
def test_role_exists_in_one_kind_of_organisation(role, kind):
    organisation = new_organisation(kind)
    if KIND_OF_ROLE[role] is kind:
        require_role_fits(role, organisation)
    else:
        with pytest.raises(InvalidField, match=f"A {kind.value} has: "):
            require_role_fits(role, organisation)


def test_key_is_revoked_once():
    key = new_api_key(new_user(COOPERATIVE, Role.COOP_OFFICER), prefix="a", secret="b", scopes=[])
    revoke_key(key, CREATED_AT)
    assert key.revoked_at == CREATED_AT
    with pytest.raises(Conflict, match="already"):
        revoke_key(key, CREATED_AT)


def actor(scopes: frozenset[str] | None = None) -> Actor:
    return Actor(uuid.uuid4(), COOPERATIVE.id, COOPERATIVE.region_code, Role.COOP_OFFICER, scopes)


def test_key_gets_a_part_of_its_makers_rights():
    require_scopes(actor(), [Action.OFFERS_READ, Action.OFFERS_WRITE])
    require_scopes(actor(frozenset({"offers.read"})), [Action.OFFERS_READ])


@pytest.mark.parametrize(
    ("scopes", "asked"),
    [(None, Action.POLICIES_WRITE), (frozenset({"offers.read"}), Action.OFFERS_WRITE)],
)
def test_key_does_not_get_more_than_its_maker_has(scopes, asked):
    with pytest.raises(InvalidField, match=r"Valid: .*offers\.read") as refusal:
        require_scopes(actor(scopes), [Action.OFFERS_READ, asked])
    assert f": {asked.value}. " in refusal.value.detail
