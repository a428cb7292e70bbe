"""Property tests have no deadline: a busy machine is no fault of a rule."""

from hypothesis import settings

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
