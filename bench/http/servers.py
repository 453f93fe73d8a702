# SPDX-License-Identifier: Apache-2.0
"""The compared servers: each answers GET /users on 127.0.0.1 with the same bytes."""
import dataclasses
import pathlib

import peers
from processes import Running, free_port

NGINX = """
daemon off;
worker_processes 1;
pid nginx.pid;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  default_type application/json;
  client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp; uwsgi_temp_path temp; scgi_temp_path temp;
  server {
    listen 127.0.0.1:@PORT@;
    location = /users { @ANSWER@ }
  }
}
"""


@dataclasses.dataclass
class Place:
    """Paths (Larder's programs, the built peers, the server's own folder), the answer, and the users' database."""
    programs: pathlib.Path
    build: pathlib.Path
    folder: pathlib.Path
    body: bytes = b""
    database: str = "sqlite::memory:"  # contains the users

    def body_file(self):
        file = self.folder / "users"
        file.write_bytes(self.body)
        return file


def _redis():
    port = free_port()
    return port, ["redis-server", "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no"]


def host(place, *arguments):
    port = free_port()
    return port, [place.programs / "larder", "serve", "--set", f"server.address=127.0.0.1:{port}", "--set",
                  "admin.address=127.0.0.1:0", "--set", f"users.database={place.database}", "--set", "cache.expire=1h",
                  *arguments]


def _host_on_lru(place):
    return [host(place, "--backend", "lru")]


def _host_on_redis(place):
    redis = _redis()
    return [redis, host(place, "--backend", "redis", "--set", f"backends.redis.url=redis://127.0.0.1:{redis[0]}/0")]


def _nginx(place, answer):
    port = free_port()
    place.folder.chmod(0o755)  # if the master runs as root, its worker has another account
    place.body_file().chmod(0o644)
    file = place.folder / "nginx.conf"
    file.write_text(NGINX.replace("@PORT@", str(port)).replace("@ANSWER@", answer), encoding="utf-8")
    return [(port, [peers.system_program("nginx"), "-p", place.folder, "-c", file, "-e", "stderr"])]


def _nginx_static(place):
    return _nginx(place, f"root {place.folder};")


def _nginx_return(place):
    text = place.body.decode()
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    if "$" in text:
        raise peers.NotHere("the answer contains a $, which nginx takes for a variable")
    return _nginx(place, f"return 200 '{quoted}';")


def _poco(place):
    port = free_port()
    return [(port, [place.programs / "larder_bench_poco", port, place.body_file()])]


def _go(place):
    port = free_port()
    return [(port, [peers.go(place.build), port, place.body_file()])]


def _rust(name):
    def commands(place):
        port = free_port()
        return [(port, [peers.rust(place.build, name), port, place.body_file()])]
    return commands


def _fastapi(place):
    python = peers.fastapi(place.build)
    redis, port = _redis(), free_port()
    main = peers.SOURCES / "fastapi" / "main.py"
    return [redis, (port, [python, main, port, place.body_file(), redis[0]])]


@dataclasses.dataclass
class Server:
    name: str
    what: str
    commands: object  # function of a Place; returns (port, command) for each process, as Running.start takes them

    def start(self, place):
        return Running.start(place.folder, self.commands(place))


ALL = [
    Server("larder-lru", "larder serve, backend lru", _host_on_lru),
    Server("larder-redis", "larder serve, backend redis, with redis-server on the same core", _host_on_redis),
    Server("nginx-static", "nginx, the answer as a file", _nginx_static),
    Server("nginx-return", "nginx, the answer in its configuration: return 200", _nginx_return),
    Server("poco", "Poco's HTTPServer, the answer in memory", _poco),
    Server("go-ristretto", "Go's net/http with ristretto", _go),
    Server("axum-moka", "Rust's axum with moka", _rust("axum")),
    Server("actix-moka", "Rust's actix-web with moka", _rust("actix")),
    Server("fastapi-redis", "FastAPI with fastapi-cache2, with redis-server on the same core", _fastapi),
]
