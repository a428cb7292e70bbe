"""A person, or the city's administrator for them, says how they are reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from service.database.queries.notifications import contact_of, is_phone_taken
from service.database.unit_of_work import UnitOfWork
from service.domain.contacts import Contact, plain_phone, require_contact
from service.domain.errors import AlreadyExists, NotFound
from service.domain.events import EventType
from service.domain.people import User
from service.domain.permissions import Action, require, require_reach
from service.workflows.acting import acting
from service.workflows.changes import apply_changes


@dataclass(frozen=True, slots=True)
class SetContact:
    """Whose contact, and all of it."""

    user_id: UUID
    values: Mapping[str, Any]


async def set_contact(work: UnitOfWork, command: SetContact) -> Contact:
    """Keep how a person is reached instead of what was kept before.

    Raises
    ------
    NotPermitted
        If a key asks for its owner: whoever gets a person's messages answers in their name.
    NotFound
        If there is no such user within reach.
    InvalidField
        If a phone or an e-mail address cannot be.
    AlreadyExists
        If the phone is another user's: short replies are known by it.
    """
    actor = acting(work)
    user = await work.session.get(User, command.user_id, with_for_update=True)
    if user is None:
        require(actor, Action.USERS_WRITE)
        raise NotFound("No such user.")
    if user.id == actor.user_id:
        require(actor, Action.CREDENTIALS)
    else:
        require_reach(
            actor,
            Action.USERS_WRITE,
            region_code=user.region_code,
            organisation_ids=(user.organisation_id,),
            what="user",
        )
    values = dict(command.values)
    if values.get("phone"):
        values["phone"] = plain_phone(values["phone"])
    require_contact(values)
    if values.get("phone") and await is_phone_taken(work.session, values["phone"], by_other_than=user.id):
        raise AlreadyExists("The phone is another user's.", field="phone")
    contact = await contact_of(work.session, user.id)
    if contact is None:
        contact = Contact(id=work.new_id(), created_at=work.now, user_id=user.id)
        work.session.add(contact)
    changed = sorted(apply_changes(contact, values).after)
    await work.session.flush()
    work.record("user.set_contact", "app_user", user.id, region_code=user.region_code, after={"changed": changed})
    work.announce(
        EventType.USER_CONTACT_SET,
        entity="app_user",
        entity_id=user.id,
        region_code=user.region_code,
        concerns=[user.organisation_id],
        facts={"changed": changed},
    )
    return contact
