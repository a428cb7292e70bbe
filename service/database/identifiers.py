"""New primary keys."""

import secrets
import time
import uuid


def new_id() -> uuid.UUID:
    """Return a random id that begins with the time (UUID version 7), so that new rows lie together in an index."""
    stamp_ms = time.time_ns() // 1_000_000
    value = (stamp_ms << 80) | secrets.randbits(80)
    value = value & ~(0xF << 76) | (7 << 76)
    value = value & ~(0x3 << 62) | (2 << 62)
    return uuid.UUID(int=value)
