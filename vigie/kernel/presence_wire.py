"""Presence between processes: each tells over Redis who is present with it; what is heard holds for one lease."""

import asyncio
import json
import secrets
from typing import Any

import redis.asyncio
import structlog

from vigie.kernel.presence import Presence

log = structlog.stdlib.get_logger("vigie.presence")
CHANNEL = "vigie:presence"


async def carry(presence: Presence, url: str) -> None:
    """Carry words both ways until cancelled. While Redis is away each process knows its own people only."""
    node = secrets.token_hex(6)
    words: asyncio.Queue[str] = asyncio.Queue(maxsize=1000)

    def say(said: dict[str, Any]) -> None:
        if not words.full():  # Redis is away: the next heartbeat says it again
            words.put_nowait(json.dumps({"node": node, **said}))

    presence.say = say
    connection = redis.asyncio.Redis.from_url(url, socket_connect_timeout=2, health_check_interval=15)
    try:
        while True:
            try:
                async with connection.pubsub(ignore_subscribe_messages=True) as heard, asyncio.TaskGroup() as both:
                    await heard.subscribe(CHANNEL)
                    both.create_task(_hear(heard, presence, node))
                    both.create_task(_speak(connection, words))
            except* redis.RedisError as problems:
                log.warning("presence.alone", error=repr(problems.exceptions[0]))
            await asyncio.sleep(2)
    finally:
        presence.say = None
        await connection.aclose()


async def _hear(heard: Any, presence: Presence, node: str) -> None:
    async for message in heard.listen():
        said = json.loads(message["data"])
        speaker = said.pop("node")
        if speaker != node:
            presence.heard(speaker, said)


async def _speak(connection: "redis.asyncio.Redis", words: "asyncio.Queue[str]") -> None:
    while True:
        await connection.publish(CHANNEL, await words.get())
