#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures pymemcache as larder_bench_memcached measures the other clients: operations per second on 1000 stored keys.

    pymemcache_peer.py HOST:PORT CALLERS BYTES READS SECONDS
"""
import sys
import threading
import time

from pymemcache.client.base import Client

KEYS = 1000


def key_of(number):
    return f"py{number}"


def main():
    server, callers, size, reads = sys.argv[1], *map(int, sys.argv[2:5])
    seconds = float(sys.argv[5])
    value = b"v" * size
    store = Client(server, no_delay=True)
    for key in range(KEYS):
        store.set(key_of(key), value, noreply=False)

    stop = threading.Event()
    done = [0] * callers

    def call(caller):
        client = Client(server, no_delay=True)
        number = caller * 7919
        while not stop.is_set():
            key = key_of(number * 2654435761 % 2**32 % KEYS)
            if number % 100 >= reads:
                client.set(key, value, noreply=False)
            else:
                client.get(key)
            number += 1
            done[caller] += 1

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
    begin = time.monotonic()
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    print(f"{sum(done) / (time.monotonic() - begin):.0f}")


if __name__ == "__main__":
    main()
