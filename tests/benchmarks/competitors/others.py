"""Celery, RQ, dramatiq and procrastinate doing the benchmark's job, each set as safe as its documentation allows.

Runs in the benchmark's own environment and imports nothing of ours: `others.py NAME produce COUNT RATE` or
`others.py NAME work`. A change is a row committed to PostgreSQL; then its event is enqueued, as an application would.
"""

import asyncio
import os
import sys
import threading
import time
from pathlib import Path

import psycopg

REDIS = os.environ["BENCH_REDIS"]
DSN = os.environ["BENCH_DSN"]
FOLDER = Path(os.environ["BENCH_FOLDER"])
NAME = sys.argv[1]
THREADS = 4
effects = os.open(FOLDER / "effects", os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def effect(number):
    """What handling an event does: one line, with the moment."""
    os.write(effects, f"{number} {time.time()}\n".encode())


if NAME == "celery":
    from celery import Celery

    app = Celery("bench", broker=REDIS)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=4,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 8},
        worker_hijack_root_logger=False,
    )
    task = app.task(effect, name="effect")
    enqueue = task.delay

    def work():
        """One process, no pool: the quickest for short tasks."""
        app.worker_main(["worker", "-P", "solo", "-l", "CRITICAL", "--without-gossip", "--without-mingle"])

elif NAME == "rq":
    from redis import Redis
    from rq import Queue, Retry, SimpleWorker

    connection = Redis.from_url(REDIS)
    queue = Queue(connection=connection)

    def enqueue(number):
        """With retries, which abandoned jobs need to come back."""
        queue.enqueue("tests.benchmarks.competitors.effect.effect", number, retry=Retry(max=3), result_ttl=0)

    def work():
        """Without a fork for each job: five times as quick."""
        SimpleWorker([queue], connection=connection, maintenance_interval=5).work(logging_level="CRITICAL")

elif NAME == "dramatiq":
    import dramatiq
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=REDIS, heartbeat_timeout=3000, maintenance_chance=10_000)
    dramatiq.set_broker(broker)
    enqueue = dramatiq.actor(effect, max_retries=10).send

    def work():
        """One process with the usual eight threads."""
        worker = dramatiq.Worker(broker, worker_threads=8)
        worker.start()
        threading.Event().wait()

else:
    import procrastinate

    kind = procrastinate.PsycopgConnector if sys.argv[2] == "work" else procrastinate.SyncPsycopgConnector
    app = procrastinate.App(connector=kind(conninfo=DSN, max_size=12))

    @app.task(name="effect", retry=10)
    async def task(number):
        """Short enough for the loop."""
        effect(number)

    def enqueue(number):
        """In the same database, in a commit of its own."""
        task.defer(number=number)

    async def retry_stalled():
        """procrastinate finds stalled jobs but leaves it to us to retry them."""
        while True:
            await asyncio.sleep(2)
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=3):
                await app.job_manager.retry_job(job)

    async def work_async():
        async with app.open_async():
            retrying = asyncio.create_task(retry_stalled())
            await app.run_worker_async(
                concurrency=10, update_heartbeat_interval=1, stalled_worker_timeout=3, install_signal_handlers=False
            )
            retrying.cancel()

    def work():
        """Ten jobs at a time."""
        asyncio.run(work_async())


def produce(count, rate):
    """Commit changes and enqueue their events from four connections; each commit's moment is noted."""
    if NAME == "procrastinate":
        app.open()
    committed = os.open(FOLDER / "committed", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    started = time.time()
    errors = []

    def some(first):
        with psycopg.connect(DSN, autocommit=True) as connection:
            for number in range(first, count, THREADS):
                wait = started + number / rate - time.time() if rate else 0
                if wait > 0:
                    time.sleep(wait)
                connection.execute("INSERT INTO changes (id) VALUES (%s)", (number,))
                os.write(committed, f"{number} {time.time()}\n".encode())
                try:
                    enqueue(number)
                except Exception as error:  # the change stands, its event is gone: that is what is counted
                    errors.append(type(error).__name__)

    threads = [threading.Thread(target=some, args=(first,)) for first in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(time.time() - started, len(errors))


def wait_for_gate():
    """Until everybody may begin."""
    (FOLDER / f"ready-{os.getpid()}").touch()
    while not (FOLDER / "gate").exists():
        time.sleep(0.01)


if __name__ == "__main__":
    if sys.argv[2] == "set_up":
        with app.open():
            app.schema_manager.apply_schema()
    elif sys.argv[2] == "produce":
        produce(int(sys.argv[3]), float(sys.argv[4]))
    else:
        wait_for_gate()
        work()
