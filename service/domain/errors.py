"""What can go wrong, in the trade's words; no HTTP here (``api/problems.py`` gives each class its status).

::

    DomainError
    ├── NotFound            no such thing, or not yours (the two look the same)
    ├── NotAuthenticated    no valid session or key
    │   ├── SecondFactorNeeded      the password is right, a code has to follow
    │   ├── CodeRefused             the second factor's code is wrong, too old or used
    │   └── ChallengeOver           the time between password and code is over, or the account has changed since
    ├── NotPermitted        your role may not do this
    │   └── SecondFactorRequired    your role works with a second factor only; set it up
    ├── TooManyLogins       too many attempts to get in; wait
    ├── Conflict            the world has moved on
    │   ├── AlreadyExists       there is one with this code, name, day or number
    │   ├── IllegalTransition   the status does not allow it
    │   │   └── NotDispatched       the goods have not left yet
    │   ├── SupplyExhausted     the goods are promised to somebody else
    │   ├── StaleVersion        you saw an older version
    │   ├── LotAlreadyOffered   the same goods are in another offer
    │   ├── GoodsPromised       orders hold part of the goods; what they hold cannot change
    │   ├── DraftExists         the kitchen has an unsent forecast of that week already
    │   ├── BeforeCutOff        a correction is for after the cut-off
    │   ├── PlanOutdated        what the plan was made from has changed
    │   ├── AlreadyAnswered     the line does not wait for an answer any more
    │   ├── CannotUndo          an answer stands: its window is over, or something was built on it
    │   ├── RespondByPassed     the time to answer is over
    │   ├── ReceiptSigned       somebody signed for the goods; what was weighed stands
    │   ├── NotWeighed          lines of the delivery are not weighed yet
    │   ├── NotSigned           both sides have not signed for the goods yet
    │   ├── MoneyRefunded       the money was given back since
    │   ├── AlreadyReversed     the payment was taken back before
    │   ├── WeighedSince        goods were weighed anew after the signature was made
    │   ├── Superseded          something made later stands already
    │   ├── ActionIdReused      another action was sent under this id
    │   ├── RunActive           a run of that week is queued or at work already
    │   ├── TooManyWhatIfs      enough what-ifs wait already
    │   ├── TooManyWebhooks     the organisation has as many as it may
    │   ├── KeptOut             rules kept the goods out before the plan was made
    │   ├── NoPlanFile          the run kept no file of its plan, so nothing can be computed about it
    │   └── WeekPlanned         the week's plan is published; orders say what comes
    └── RuleBroken          a rule of the trade refuses it
        ├── ClockWrong          an instant that only a wrong clock can have given
        ├── InvalidField        one field, with what would be valid
        ├── PriceAboveCap       HET, or HAP without an exception
        ├── ItemNotForKitchens  subsidised household goods
        ├── AfterCutOff         too late for a plain change
        ├── RowsRefused         rows of a file are not valid, and it was to be taken whole
        ├── BudgetExceeded      more than the kitchen may spend in the period
        └── OrganisationInactive    not admitted yet, suspended or closed

"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldFault:
    """One wrong value: where (dotted path), stable code, what is wrong and what would be valid."""

    field: str
    code: str
    message: str


class DomainError(Exception):
    """Base of every expected refusal: a stable ``code``, a sentence, and typed facts for the reader's program."""

    code = "domain_error"

    def __init__(self, detail: str, *, faults: tuple[FieldFault, ...] = (), **facts: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.faults = faults
        self.facts = facts


class NotFound(DomainError):
    code = "not_found"


class NotAuthenticated(DomainError):
    code = "not_authenticated"


class NotPermitted(DomainError):
    code = "not_permitted"


class SecondFactorNeeded(NotAuthenticated):
    code = "second_factor_needed"


class CodeRefused(NotAuthenticated):
    code = "code_refused"


class ChallengeOver(NotAuthenticated):
    code = "challenge_over"


class SecondFactorRequired(NotPermitted):
    code = "second_factor_required"


class TooManyLogins(DomainError):
    code = "too_many_logins"


class Conflict(DomainError):
    code = "conflict"


class AlreadyExists(Conflict):
    code = "already_exists"


class IllegalTransition(Conflict):
    code = "illegal_transition"


class NotDispatched(IllegalTransition):
    code = "not_dispatched"


class SupplyExhausted(Conflict):
    code = "supply_exhausted"


class StaleVersion(Conflict):
    code = "stale_version"


class PlanOutdated(Conflict):
    code = "plan_outdated"


class AlreadyAnswered(Conflict):
    code = "already_answered"


class CannotUndo(Conflict):
    code = "cannot_undo"


class RespondByPassed(Conflict):
    code = "respond_by_passed"


class RuleBroken(DomainError):
    code = "rule_broken"


class ClockWrong(RuleBroken):
    code = "clock_wrong"


class InvalidField(RuleBroken):
    code = "invalid_field"

    @classmethod
    def at(cls, field: str, message: str, *, code: str = "invalid") -> InvalidField:
        """Return the error for one field."""
        return cls(message, faults=(FieldFault(field, code, message),))


class PriceAboveCap(RuleBroken):
    code = "price_above_cap"


class ItemNotForKitchens(RuleBroken):
    code = "item_not_for_kitchens"


class AfterCutOff(RuleBroken):
    code = "after_cut_off"


class LotAlreadyOffered(Conflict):
    code = "lot_already_offered"


class GoodsPromised(Conflict):
    code = "goods_promised"


class DraftExists(Conflict):
    code = "draft_exists"


class BeforeCutOff(Conflict):
    code = "before_cut_off"


class ReceiptSigned(Conflict):
    code = "receipt_signed"


class NotSigned(Conflict):
    code = "not_signed"


class MoneyRefunded(Conflict):
    code = "money_refunded"


class AlreadyReversed(Conflict):
    code = "already_reversed"


class NotWeighed(Conflict):
    code = "not_weighed"


class WeighedSince(Conflict):
    code = "weighed_since"


class Superseded(Conflict):
    code = "superseded"


class ActionIdReused(Conflict):
    code = "action_id_reused"


class RunActive(Conflict):
    code = "run_active"


class TooManyWhatIfs(Conflict):
    code = "too_many_what_ifs"


class TooManyLists(DomainError):
    code = "too_many_lists"


class TooManyWebhooks(Conflict):
    code = "too_many_webhooks"


class NoPlanFile(Conflict):
    code = "no_plan_file"


class KeptOut(Conflict):
    code = "kept_out"


class WeekPlanned(Conflict):
    code = "week_planned"


class RowsRefused(RuleBroken):
    code = "rows_refused"


class BudgetExceeded(RuleBroken):
    code = "budget_exceeded"


class OrganisationInactive(RuleBroken):
    code = "organisation_inactive"
