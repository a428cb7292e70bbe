"""The least that FastAPI and SQLAlchemy can do: one query by key and its row as JSON, nothing else.

Usage: python -m benchmarks.loading.bare DATABASE_URL PORT
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, HTTPException
from sqlalchemy.ext.asyncio import async_sessionmaker

from service.api.schemas.places import KelurahanOut
from service.database.engine import create_engine
from service.database.queries.places import find_kelurahan


def bare(database_url: str) -> FastAPI:
    """Return the application."""
    app = FastAPI()
    sessions = async_sessionmaker(create_engine(database_url), expire_on_commit=False)

    @app.get("/kelurahan/{code}")
    async def read(code: str) -> KelurahanOut:
        async with sessions() as session:
            found = await find_kelurahan(session, region_code=code[:5], code=code)
        if found is None:
            raise HTTPException(404)
        return KelurahanOut.of(found)

    return app


if __name__ == "__main__":
    uvicorn.run(bare(sys.argv[1]), port=int(sys.argv[2]), log_config=None, access_log=False)
