"""How often somebody may try to log in: 10 times in 5 minutes per account and per address.

Counted in the memory of the process: with several web processes each counts for itself, which a proxy in front can
narrow further. Successful logins count too, so that a guesser learns nothing from the count.
"""

from __future__ import annotations

import math
import time
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from service.api.errors import TooManyLogins

LOGINS: Final = RateLimitItemPerMinute(10, 5)


class LoginThrottle:
    """The count of one process."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def count(self, *, username: str, address: str) -> None:
        """Count an attempt.

        Raises
        ------
        TooManyLogins
            With the seconds to wait, if there were too many for the account or from the address.
        """
        for kind, name in (("account", username.lower()), ("address", address)):
            if not await self._limiter.hit(LOGINS, kind, name):
                window = await self._limiter.get_window_stats(LOGINS, kind, name)
                wait_s = max(1, math.ceil(window.reset_time - time.time()))
                raise TooManyLogins(f"Too many attempts; try again in {wait_s} seconds.", retry_after_s=wait_s)
