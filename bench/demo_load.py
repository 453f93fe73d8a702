#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""demo_load.py URL [SECONDS]: a gentle load on the users endpoint of `larder serve`, until SECONDS have passed or Ctrl-C.

Four clients ask for users, some of them much more often than others, and occasionally with credentials or for a user that does
not exist. A writer changes a user every few seconds. Requests to a host that does not answer are retried.
"""
import http.client
import json
import random
import sys
import threading
import time
import urllib.parse

CLIENTS = 4
USERS = 20
PAUSE = 0.1  # seconds between the requests of one client, on average
WRITE_EVERY = 5


def request(address, method, path, body=None, headers=None):
    """Sends one request; returns the status, 0 if there was no response."""
    connection = http.client.HTTPConnection(*address, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        response.read()
        return response.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def next_read():
    """Returns a path and headers. Low ids are requested most: the id grows with the cube of a random number."""
    chance = random.random()
    if chance < 0.1:
        return "/users", {}
    if chance < 0.13:
        return "/users/9999", {}
    user = 1 + int(USERS * random.random() ** 3)
    return f"/users/{user}", {"Authorization": "Basic eA=="} if chance < 0.16 else {}


def read(address, ended):
    while not ended.wait(random.expovariate(1 / PAUSE)):
        path, headers = next_read()
        if request(address, "GET", path, headers=headers) == 0:
            ended.wait(1)


def write(address, ended):
    names = ["Edsger Dijkstra", "E. W. Dijkstra"]
    turn = 0
    while not ended.wait(WRITE_EVERY):
        turn += 1
        body = json.dumps({"name": names[turn % 2]})
        request(address, "PATCH", "/users/7", body, {"Content-Type": "application/json"})


def main():
    url = urllib.parse.urlsplit(sys.argv[1])
    address = (url.hostname, url.port or 80)
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else None
    ended = threading.Event()
    threads = [threading.Thread(target=read, args=(address, ended), name=f"client-{i}") for i in range(CLIENTS)]
    threads.append(threading.Thread(target=write, args=(address, ended), name="writer"))
    for thread in threads:
        thread.start()
    begun = time.monotonic()
    try:
        while seconds is None or time.monotonic() - begun < seconds:
            time.sleep(0.2)
    except KeyboardInterrupt:
        pass
    ended.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
