#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""observability_test.py PROGRAM REDIS_PORT: packaging/observability against a host and a real Prometheus.

promtool finds no fault with the configuration, the rules and the host's /metrics, the alerts fire when they
should, and every query of the Grafana dashboard finds something once the host has had some requests.
"""
import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/browser"))
from browser import free_port, until  # noqa: E402

BOX = ROOT / "packaging/observability"


def promtool(*arguments, text=None):
    done = subprocess.run(["promtool", *arguments], input=text, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"promtool {' '.join(arguments)}: {done.stdout}{done.stderr}"


@contextlib.contextmanager
def running(arguments, log):
    with open(log, "w") as output:
        process = subprocess.Popen(arguments, stdout=output, stderr=output)
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def get(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as response:
        return response.read().decode()


def answers(port, path):
    with contextlib.suppress(OSError):
        get(port, path)
        return True
    return False


def results(prometheus, query):
    answer = json.loads(get(prometheus, "/api/v1/query?" + urllib.parse.urlencode({"query": query})))
    assert answer["status"] == "success", answer
    return answer["data"]["result"]


def queries():
    dashboard = json.loads((BOX / "grafana-dashboard.json").read_text())
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$__rate_interval", "1m").replace("$job", "larder").replace("$instance", ".+")
            assert "$" not in query, query
            yield panel["title"], query


def main():
    program, redis = sys.argv[1:3]
    promtool("check", "config", str(BOX / "prometheus.yml"))
    promtool("test", "rules", str(BOX / "alerts_test.yml"))

    with tempfile.TemporaryDirectory(prefix="larder-observability-") as made, contextlib.ExitStack() as ends:
        folder = pathlib.Path(made)
        port, admin, prometheus = free_port(), free_port(), free_port()
        settings = [f"server.address=127.0.0.1:{port}", f"admin.address=127.0.0.1:{admin}", "cache.backend=redis",
                    f"backends.redis.url=redis://127.0.0.1:{redis}/0", f"users.database=sqlite:{folder}/users.db"]
        ends.enter_context(running([program, "serve", *(part for each in settings for part in ("--set", each))],
                                   folder / "larder.log"))
        until(lambda: answers(admin, "/readyz"), "the host answers")

        config = (BOX / "prometheus.yml").read_text()
        (folder / "alerts.yml").write_text((BOX / "alerts.yml").read_text())
        (folder / "prometheus.yml").write_text(config.replace("127.0.0.1:9090", f"127.0.0.1:{admin}")
                                               .replace("_interval: 15s", "_interval: 250ms"))
        ends.enter_context(running(["prometheus", f"--config.file={folder}/prometheus.yml",
                                    f"--storage.tsdb.path={folder}/data",
                                    f"--web.listen-address=127.0.0.1:{prometheus}"], folder / "prometheus.log"))
        until(lambda: answers(prometheus, "/-/ready"), "Prometheus answers")
        for title, query in queries():
            def found():
                get(port, "/users")
                return results(prometheus, query)
            until(found, f"the query of \"{title}\" finds something: {query}")
        ratio = 'sum(larder_cache_requests_total{result="hit"}) / sum(larder_cache_requests_total{result=~"hit|miss"})'
        assert 0.5 < float(results(prometheus, ratio)[0]["value"][1]) < 1

        promtool("check", "metrics", text=get(admin, "/metrics"))


main()
