"""Second factors: what is sent to set one up, and what is shown of it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, SecretStr

from service.api.schemas.shapes import RequestBody, Resource


class CodeIn(RequestBody):
    """The code that the phone shows, or a recovery code."""

    code: SecretStr = Field(min_length=6, max_length=40, description="Spaces and dashes are fine", examples=["492039"])


class ChallengedIn(CodeIn):
    """The second step of a login."""

    challenge: str = Field(
        min_length=1,
        max_length=200,
        description="As the first step told it; good for five minutes",
        examples=["AZ3p0mQ8cT6m2b0q1v9xZw"],
    )


class SecondFactorOut(Resource):
    """Whether the caller has a second factor."""

    is_set: bool = Field(description="A code is asked for after the password", examples=[True])
    since: datetime | None
    recovery_codes_left: int = Field(examples=[8])
    is_required: bool = Field(description="The caller's role works with one only", examples=[False])


class NewSecondFactorOut(Resource):
    """A key for the phone, shown once; it counts after it is confirmed with a code."""

    key: str | None = Field(
        description="To type, in groups of four. Null when the request is repeated",
        examples=["JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"],
    )
    otpauth_uri: str | None = Field(
        description="To open on the phone, or to show as a QR code",
        examples=["otpauth://totp/Pasok:siti.rahma?secret=JBSWY3DPEHPK3PXP&issuer=Pasok"],
    )


class RecoveryCodesOut(Resource):
    """Codes for whoever loses the phone; each lets its owner in once."""

    recovery_codes: list[str] | None = Field(
        description="Told once; null when the request is repeated", examples=[["k3vd-7q2m-xw5p-9ab1"]]
    )
