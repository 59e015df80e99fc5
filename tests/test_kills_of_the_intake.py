"""Power cuts at the intake: server or PostgreSQL is killed (-9) while tills tell purchases; what was answered is there."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from regulars.doors.cli.serve import free_port
from regulars.kit.postgres import Embedded
from tests.test_kills import PROGRAMME, House, private_folder

KILLS = 30 if os.environ.get("REGULARS_DEEP") else 2
TILLS, MEMBERS = 8, 5
PATH = "/v1/events?members=create&history=true"


@pytest.fixture
def shop() -> Iterator[House]:
    with private_folder() as folder:
        (folder / "programme.yaml").write_text(PROGRAMME)
        house = House(folder)
        with Embedded(house.home / "postgres"):  # it need not start for every command
            house.run("publish", "programme.yaml", "--effective", "2025-12-31")
            yield house


def serving(house: House, processes: int = 2) -> tuple[subprocess.Popen[str], int]:
    """A server that answers, and its port."""
    port = free_port("127.0.0.1", 0)
    process = house.start("serve", "--port", str(port), "--no-worker", "--workers", str(processes))
    if not answers(port):
        process.kill()
        raise AssertionError(process.communicate()[0])
    return process, port


def answers(port: int) -> bool:
    """Whether a server answers before long."""
    for _ in range(600):
        try:
            talk = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            talk.request("GET", "/readyz")
            if talk.getresponse().status == 200:
                return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
    return False


def serving_process(pid: int) -> int:
    """The process that takes requests, of a server that has one: the last of its line."""
    while below := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        pid = int(below[0])
    return pid


def tell(port: int, key: str, till: int, first: int, over: Event) -> tuple[list[str], int]:
    """One till tells purchases until somebody is killed; the ids of those that were answered, and the next number."""
    answered, number = [], first
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    while not over.is_set():
        event = purchase(till, number)
        try:
            talk.request("POST", f"{PATH}&source=till-{till}", json.dumps(event), {
                "Authorization": f"Bearer {key}", "Content-Type": "application/json", "Idempotency-Key": event["event"],
            })  # fmt: skip
            answer = talk.getresponse()
            told = answer.read()
        except (OSError, http.client.HTTPException):
            break
        number += 1
        if answer.status == 200:
            assert json.loads(told)["results"][0]["status"] == "recorded"
            answered.append(event["event"])
        elif answer.status != 429:
            break
    return answered, number


def purchase(till: int, number: int) -> dict[str, object]:
    at = f"2026-0{1 + number % 9}-0{1 + till}T12:00:00+01:00"
    return {"member": f"M{number % MEMBERS}", "event": f"T{till}-{number}", "at": at, "lines": [{"net": "25.00"}]}


def test_whoever_is_killed_what_was_answered_is_there_and_nothing_twice(shop: House) -> None:
    key = shop.run("key", "make", "tills", "--scope", "events:write").split()[0]
    chance = random.Random(3)
    answered: set[str] = set()
    numbers = [0] * TILLS
    for kill in range(KILLS):
        # A serving process of its own, PostgreSQL, or all there is of the server.
        process, port = serving(shop, 2 if kill % 3 else 1)
        over = Event()
        with ThreadPoolExecutor(TILLS) as pool:
            tills = [pool.submit(tell, port, key, till, numbers[till], over) for till in range(TILLS)]
            time.sleep(chance.uniform(0.3, 1.5))
            stays = True
            if kill % 3 == 2:
                os.killpg(process.pid, signal.SIGKILL)
            elif kill % 3:
                os.kill(shop.postmaster() or process.pid, signal.SIGKILL)
            else:
                os.kill(serving_process(process.pid), signal.SIGKILL)
                stays = answers(port)
            over.set()
            for till, told in enumerate(tills):
                own, numbers[till] = told.result()
                answered.update(own)
        assert stays, "the server ended with one of its processes"
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
    process, port = serving(shop)
    talk = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for till in range(TILLS):  # what was under way is told again, under its old id; it may be there or not
        lines = "\n".join(json.dumps(purchase(till, number)) for number in range(numbers[till] + 1))
        talk.request("POST", f"{PATH}&source=till-{till}", lines, {
            "Authorization": f"Bearer {key}", "Content-Type": "application/x-ndjson",
        })  # fmt: skip
        results = json.loads(talk.getresponse().read())["results"]
        lost = [one["event"] for one in results if one["status"] != "duplicate" and one["event"] in answered]
        assert lost == [], "something that was answered is gone"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert len(answered) > TILLS
    assert shop.recorded() == sum(number + 1 for number in numbers)
    assert "agree" in shop.run("prove")
