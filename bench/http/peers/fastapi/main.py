# SPDX-License-Identifier: Apache-2.0
"""GET /users served by FastAPI and cached in Redis by fastapi-cache2: main.py PORT FILE REDIS_PORT."""

import contextlib
import json
import pathlib
import sys

import fastapi
import pydantic
import uvicorn
from fastapi_cache import FastAPICache
from fastapi_cache.backends.redis import RedisBackend
from fastapi_cache.decorator import cache
from redis import asyncio as aioredis

PORT, FILE, REDIS_PORT = sys.argv[1:]


class User(pydantic.BaseModel):
    id: int
    name: str
    email: str


@contextlib.asynccontextmanager
async def lifespan(_: fastapi.FastAPI):
    redis = aioredis.from_url(f"redis://127.0.0.1:{REDIS_PORT}/0")
    FastAPICache.init(RedisBackend(redis), prefix="fastapi-cache")
    yield


app = fastapi.FastAPI(lifespan=lifespan)


@app.get("/users")
@cache(expire=3600)
async def get_all() -> list[User]:
    return [User(**user) for user in json.loads(pathlib.Path(FILE).read_text(encoding="utf-8"))]


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(PORT), loop="uvloop", http="httptools", access_log=False)
