"""The job worker: one lane per queue, so that a bulk letter never delays a one-time code, and the keeper of the clock."""

import asyncio
import contextlib
import signal

import structlog

from onedoor.kernel import config, log
from onedoor.kernel.config import Settings
from onedoor.kernel.jobs import Lane, Worker

from . import rooms
from .house import House

LANES = ("otp", "events", "sms", "default", "back", "bulk")


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Work until `stop` is set; what was begun is finished."""
    house = House(settings)
    by_kind, listeners, cron = rooms.jobs()
    await house.open(channels=("changed", "job"))
    worker = Worker(house.database, house.begin, house.ports, by_kind, listeners, cron, settings.zone)
    house.listener.on("job", worker.wake)
    try:
        async with asyncio.TaskGroup() as lanes:
            for queue in LANES:
                lanes.create_task(worker.run(queue, stop))
            for queue, lane in rooms.lanes().items():
                lanes.create_task(_lane(lane, house, worker, queue, stop))
            lanes.create_task(worker.keep_time(stop, house.now))
    finally:
        await house.close()


async def _lane(lane: Lane, house: House, worker: Worker, queue: str, stop: asyncio.Event) -> None:
    await lane(house.begin, house.ports, stop, worker.bell(queue))


def main() -> None:
    """The entry point of the worker process."""
    settings = config.from_environment()
    log.configure(settings.log_level)
    structlog.get_logger(log.NAME).info("worker", lanes=LANES)

    async def until_told() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for word in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(word, stop.set)
        with contextlib.suppress(asyncio.CancelledError):
            await run(settings, stop)

    import uvloop

    uvloop.run(until_told())
