"""The application with no database behind it: what its routes and its description say."""

from service.main import create_app
from service.settings import Settings

DESCRIBED = create_app(Settings(demo=True), "postgresql://not-used")
"""Built once in each process of tests: routes and description take some seconds to work out."""
