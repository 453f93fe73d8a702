# SPDX-License-Identifier: Apache-2.0
"""A client with many connections in one thread. It requires a Content-Length in every answer, which the servers send."""
import dataclasses
import selectors
import socket
import time

PATIENCE = 10  # seconds


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict  # names in lower case
    body: bytes


def request(path, method="GET", fields=(), body=b""):
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *fields, "", ""]
    return "\r\n".join(lines).encode() + body


def parse(received):
    """Returns (answer, its length) if `received` begins with a complete answer, otherwise None."""
    end = received.find(b"\r\n\r\n")
    if end < 0:
        return None
    first, *fields = received[:end].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
    length = end + 4 + int(headers["content-length"])
    if len(received) < length:
        return None
    return Answer(int(first.split()[1]), headers, bytes(received[end + 4:length])), length


class Connection:
    """One connection with at most one request in flight."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
        self.received = bytearray()
        self.open = True
        self.sent_at = None  # when the request in flight was due

    def send(self, data, due=None):
        self.sent_at = time.monotonic() if due is None else due
        try:
            self.socket.sendall(data)
        except OSError:
            pass  # the server closed the connection; the next read reports it

    def read_some(self):
        """Buffers received bytes; returns the answer once complete, otherwise None. Raises EOFError if the server closed."""
        data = self.socket.recv(65536)
        if not data:
            raise EOFError("the server closed the connection")
        self.received += data
        parsed = parse(self.received)
        if parsed is None:
            return None
        del self.received[:parsed[1]]
        return parsed[0]

    def read(self):
        while (answer := self.read_some()) is None:
            pass
        return answer

    def close(self):
        self.socket.close()


def _ask(port, data):
    connection = Connection(port)
    try:
        connection.send(data)
        return connection.read()
    finally:
        connection.close()


def get(port, path):
    return _ask(port, request(path))


def post_json(port, path, body):
    return _ask(port, request(path, "POST", ("Content-Type: application/json", f"Content-Length: {len(body)}"), body))


class Crowd:
    """Many connections to one port, polled together."""

    def __init__(self, port, count):
        self.selector = selectors.DefaultSelector()
        self.connections = []
        for _ in range(count):
            connection = Connection(port)
            self.connections.append(connection)
            self.selector.register(connection.socket, selectors.EVENT_READ, connection)

    def answers(self, timeout):
        """Returns (connection, answer) for each answer within `timeout` seconds; None as the answer of a closed connection."""
        for key, _ in self.selector.select(max(timeout, 0)):
            connection = key.data
            try:
                answer = connection.read_some()
            except (OSError, EOFError):
                self.selector.unregister(connection.socket)
                connection.open = False
                yield connection, None
                continue
            if answer is not None:
                yield connection, answer

    def ask_all(self, data):
        """Sends `data` on each connection; returns how many got a 200 within PATIENCE seconds."""
        asked = [connection for connection in self.connections if connection.open]
        for connection in asked:
            connection.send(data)
        waiting, served = len(asked), 0
        end = time.monotonic() + PATIENCE
        while waiting and time.monotonic() < end:
            for _, answer in self.answers(end - time.monotonic()):
                waiting -= 1
                served += answer is not None and answer.status == 200
        return served

    def close(self):
        self.selector.close()
        for connection in self.connections:
            connection.close()
