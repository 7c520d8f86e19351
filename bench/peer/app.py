"""What a team would write instead of the service: FastAPI, SQLAlchemy, asyncpg and Redis.

It reads, changes and lists agents as the service does, for the same tokens, with the same effects in the database, and no more than
that. What is known to make such a program fast is done: uvloop, httptools, a pool, prepared statements (asyncpg's, kept for each
connection), statements without the ORM, one transaction with three statements for a change, and reads from Redis.
"""

import hashlib
import json
import os
import time
from datetime import datetime, timezone
from functools import lru_cache
from typing import List, Optional

import jwt
from fastapi import Depends, FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field
from redis import asyncio as redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

AUDIENCE, ISSUER = "agent-management-api", "agent-management"
SECRET_KEY = os.environ["SECRET_KEY"]

# Two workers, and 32 clients at most: each request has a connection.
engine = create_async_engine(
    os.environ["DATABASE_URL"], pool_size=16, max_overflow=0, connect_args={"prepared_statement_cache_size": 100}
)
cache = redis.from_url(os.environ["REDIS_URI"])
app = FastAPI(openapi_url=None)

LOCK_TENANT = text("SELECT revision, head_hash FROM tenant WHERE tenant_id = :tenant FOR UPDATE")
ADD_TENANT = text("INSERT INTO tenant VALUES (:tenant, 0, '') ON CONFLICT DO NOTHING")
PUT_AGENT = text(
    """
    INSERT INTO agent (tenant_id, agent_id, version, name, description, type, status, tags, content, created_at, updated_at)
    VALUES (:tenant, :agent, 1, :name, :description, :type, 'draft', :tags, CAST(:content AS jsonb), :now, :now)
    ON CONFLICT (tenant_id, agent_id) DO UPDATE SET
        version = agent.version + 1, name = excluded.name, description = excluded.description, type = excluded.type,
        tags = excluded.tags, content = excluded.content, updated_at = excluded.updated_at
    RETURNING version, status, created_at
    """
)
LOG_CHANGE = text(
    """
    WITH kept AS (
        INSERT INTO agent_version VALUES (:tenant, :agent, :version, CAST(:content AS jsonb), :now)
    ), logged AS (
        INSERT INTO change_log VALUES (:tenant, :revision, :agent, :version, :kind, :subject, :now, :hash)
    )
    UPDATE tenant SET revision = :revision, head_hash = :hash WHERE tenant_id = :tenant
    """
)
GET_AGENT = text("SELECT version, status, content::text, created_at, updated_at FROM agent WHERE tenant_id = :tenant AND agent_id = :agent")
LIST_AGENTS = text(
    """
    SELECT agent_id, name, description, type, status, version, tags, created_at, updated_at, count(*) OVER () AS total
    FROM agent WHERE tenant_id = :tenant ORDER BY name, agent_id LIMIT :limit
    """
)


class Content(BaseModel):
    """What editors write."""

    name: str = Field(min_length=1, max_length=200)
    description: Optional[str] = Field(default=None, max_length=2000)
    type: str
    config: dict
    tags: List[str] = []
    metadata: dict = {}


class Caller(BaseModel):
    tenant: str
    subject: str
    role: str


@lru_cache(maxsize=4096)
def decode(token: str) -> dict:
    return jwt.decode(token, SECRET_KEY, algorithms=["HS256"], audience=AUDIENCE, issuer=ISSUER)


async def authenticate(request: Request) -> Caller:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    try:
        claims = decode(token)
    except jwt.InvalidTokenError:
        claims = None
    if scheme != "Bearer" or claims is None or claims["exp"] < time.time():
        raise HTTPException(401, "The token is not valid.")
    return Caller(tenant=claims["tenant_id"], subject=claims["sub"], role=claims["role"])


def represent(agent: str, version: int, status: str, content: str, created: datetime, updated: datetime) -> bytes:
    """The agent as it is sent: the content's members after its own."""
    head = json.dumps(
        {"id": agent, "version": version, "status": status, "createdAt": created.isoformat(), "updatedAt": updated.isoformat()}
    )
    return (head[:-1] + "," + content.lstrip()[1:]).encode()


def key(tenant: str, agent: str) -> str:
    return f"agent:{tenant}:{agent}"


def answer(request: Request, version: bytes, body: bytes) -> Response:
    tag = f'"{int(version)}"'
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers={"ETag": tag})
    return Response(body, media_type="application/json", headers={"ETag": tag})


@app.get("/health/ready")
async def ready() -> dict:
    return {}


@app.get("/api/v1/agents/{agent}")
async def read(agent: str, request: Request, caller: Caller = Depends(authenticate)) -> Response:
    kept = await cache.get(key(caller.tenant, agent))
    if kept is None:
        async with engine.connect() as connection:
            row = (await connection.execute(GET_AGENT, {"tenant": caller.tenant, "agent": agent})).first()
        if row is None:
            raise HTTPException(404, "There is no such agent.")
        kept = b"%d " % row.version + represent(agent, *row)
        await cache.set(key(caller.tenant, agent), kept)
    version, _, body = kept.partition(b" ")
    return answer(request, version, body)


@app.put("/api/v1/agents/{agent}")
async def write(agent: str, content: Content, caller: Caller = Depends(authenticate)) -> Response:
    if caller.role not in ("admin", "editor"):
        raise HTTPException(403, "The role may not write.")
    document = content.json()
    now = datetime.now(timezone.utc)
    values = {
        "tenant": caller.tenant, "agent": agent, "name": content.name, "description": content.description, "type": content.type,
        "tags": content.tags, "content": document, "now": now,
    }
    async with engine.begin() as connection:
        tenant = (await connection.execute(LOCK_TENANT, values)).first()
        if tenant is None:
            await connection.execute(ADD_TENANT, values)
            tenant = (await connection.execute(LOCK_TENANT, values)).first()
        written = (await connection.execute(PUT_AGENT, values)).first()
        revision, kind = tenant.revision + 1, "agent_created" if written.version == 1 else "agent_updated"
        row = f"{caller.tenant}|{revision}|{agent}|{written.version}|{kind}|{caller.subject}|{now.isoformat()}|{document}"
        await connection.execute(
            LOG_CHANGE,
            dict(
                values, version=written.version, revision=revision, kind=kind, subject=caller.subject,
                hash=hashlib.sha256(tenant.head_hash + row.encode()).digest(),
            ),
        )
    body = represent(agent, written.version, written.status, document, written.created_at, now)
    event = {
        "event": kind, "tenant_id": caller.tenant, "revision": revision, "timestamp": now.isoformat(),
        "data": {"agent_id": agent, "agent_name": content.name, "version": written.version, "status": written.status},
    }
    async with cache.pipeline(transaction=False) as pipeline:
        pipeline.set(key(caller.tenant, agent), b"%d " % written.version + body)
        pipeline.publish(f"notifications.{caller.tenant}", json.dumps(event))
        await pipeline.execute()
    return Response(
        body, status_code=201 if written.version == 1 else 200, media_type="application/json", headers={"ETag": f'"{written.version}"'}
    )


@app.get("/api/v1/agents")
async def list_agents(limit: int = 50, caller: Caller = Depends(authenticate)) -> Response:
    async with engine.connect() as connection:
        rows = (await connection.execute(LIST_AGENTS, {"tenant": caller.tenant, "limit": limit})).all()
    items = [
        {
            "id": row.agent_id, "name": row.name, "description": row.description, "type": row.type, "status": row.status,
            "version": row.version, "tags": row.tags, "createdAt": row.created_at.isoformat(), "updatedAt": row.updated_at.isoformat(),
        }
        for row in rows
    ]
    return Response(json.dumps({"items": items, "total": rows[0].total if rows else 0}), media_type="application/json")
