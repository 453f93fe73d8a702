#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""pages_test.py PROGRAM REDIS_PORT [accessibility|SCREENSHOTS]: the host's pages in a headless Chromium.

With `accessibility`, axe-core checks them instead; the environment variable AXE_CORE names its axe.min.js. With a folder
SCREENSHOTS, pictures of the dashboard are written there.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request

from browser import Browser, free_port, until

LOAD = pathlib.Path(__file__).resolve().parents[2] / "bench/demo_load.py"
SKIPPED = 77  # exit status, for ctest
CONTRAST = 4.5  # WCAG 2, level AA, of text of any size


class Host:
    """`larder serve` with a database of its own, which can be ended and started again on the same ports."""

    def __init__(self, program, redis):
        self.folder = tempfile.TemporaryDirectory(prefix="larder-pages-")
        self.port, self.admin = free_port(), free_port()
        self.arguments = [program, "serve", "--set", f"server.address=127.0.0.1:{self.port}",
                          "--set", f"admin.address=127.0.0.1:{self.admin}",
                          "--set", f"users.database=sqlite:{self.folder.name}/users.db",
                          "--set", f"backends.redis.url=redis://127.0.0.1:{redis}/0", "--set", "users.delay=20ms"]
        self.process = None
        self.start()

    def start(self):
        with open(pathlib.Path(self.folder.name) / "log", "a") as log:
            self.process = subprocess.Popen(self.arguments, stderr=log)
        until(lambda: self.get("/healthz", self.admin), "the host answers")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0, (pathlib.Path(self.folder.name) / "log").read_text()

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        if failure is None:
            self.stop()
        elif self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def get(self, path, port=None):
        """The body and, of the main listener, whether it was a hit."""
        with urllib.request.urlopen(f"http://127.0.0.1:{port or self.port}{path}", timeout=60) as response:
            return response.read().decode(), "; hit;" in response.headers.get("Cache-Status", "")

    def is_hit(self, path):
        return self.get(path)[1]


def luminance(color):
    parts = [int(color[i:i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def texts_have_enough_contrast(host):
    themes = re.findall(r":root \{(.*?)\}", host.get("/page.css")[0], re.DOTALL)
    assert len(themes) == 2, "light and dark"
    for theme in themes:
        color = dict(re.findall(r"--([\w-]+): (#\w{6});", theme))
        pairs = [(text, back) for text in ("text", "muted", "accent", "bad", "cache", "handler") for back in ("back", "panel")]
        for text, back in [*pairs, ("on-accent", "accent")]:
            found = contrast(color[text], color[back])
            assert found >= CONTRAST, f"{text} {color[text]} on {back} {color[back]}: {found:.2f}"


def the_dashboard_shows_the_hit_ratio(browser, host):
    browser.open(f"http://127.0.0.1:{host.admin}/")
    until(lambda: browser.text("#state") == "Live", "the dashboard is live")
    assert [host.is_hit("/users/1") for _ in range(4)] == [False, True, True, True]
    until(lambda: "Hit ratio75.0 %3 of 4" in browser.text("#tiles"), "the hit ratio is shown")
    until(lambda: browser.run("return document.querySelectorAll('#rate-chart polygon').length") == 2, "the rates are drawn")
    until(lambda: browser.run("return document.querySelectorAll('#sizing-chart polyline').length") == 1, "other sizes are drawn")
    assert browser.text("#routes tr:first-child th") == "GET /users/{id}", "the route with the most misses comes first"
    shown = "return [...document.querySelectorAll('#routes button')].filter(e => !e.hidden).map(e => e.ariaLabel).join()"
    assert browser.run(shown) == "Invalidate GET /users", "only routes with a tag of all their responses are invalidated"


def a_key_is_shown_as_text(browser, host):
    attack = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
    path = "/users?q=" + urllib.parse.quote(attack)
    host.get(path)
    browser.fill("#explain [name=url]", path)
    browser.click("#explain button")
    until(lambda: attack in browser.text("#explanation"), "the key is explained")
    assert browser.run("return document.querySelectorAll('#explanation script, #explanation img').length") == 0
    assert browser.run("return document.title") == "Larder"


def confirm(browser, answer):
    until(lambda: browser.run("return document.getElementById('confirm').open"), "a confirmation is asked for")
    browser.click(f"#confirm-{answer}")
    until(lambda: not browser.run("return document.getElementById('confirm').open"), "the dialog is gone")


def it_invalidates_after_a_confirmation(browser, host):
    assert host.is_hit("/users/1")
    browser.fill("#invalidate [name=name]", "user:1")
    browser.click("#invalidate button")
    confirm(browser, "no")
    assert host.is_hit("/users/1"), "nothing happens without the confirmation"
    browser.click("#invalidate button")
    confirm(browser, "yes")
    until(lambda: browser.text("#answer") == "Invalidated: tags user:1", "the invalidation is reported")
    assert not host.is_hit("/users/1")


def it_shows_invalidations_and_hot_keys(browser, _):
    until(lambda: "tag user:1" in browser.text("#invalidations tr:first-child"), "the invalidation is in the journal")
    assert "admin: 127.0.0.1" in browser.text("#invalidations tr:first-child")
    misses = "return document.querySelector('#invalidations tr').lastElementChild.textContent"
    until(lambda: browser.run(misses) == "1", "the miss that it caused is counted")
    assert browser.text("#hot-keys tr:first-child th") == "/users/1", "the key with the most requests comes first"
    browser.click("button[aria-label='Invalidate /users/1']")
    confirm(browser, "yes")
    until(lambda: browser.text("#answer").startswith("Invalidated: namespace responses"), "the hot key is invalidated")


def it_lists_the_entries(browser, host):
    attack = "<script>document.title='owned'</script>"
    host.get("/users?q=" + urllib.parse.quote(attack))
    browser.fill("#entries-form [name=namespace]", "responses")
    browser.click("#entries-form button")
    until(lambda: attack in browser.text("#entries"), "the entry is listed, its key as text")
    assert browser.run("return document.querySelectorAll('#entries script').length") == 0
    for i in range(2, 122):
        host.get(f"/users?q={i}")
    browser.click("#entries-form button")
    until(lambda: browser.text("#entries-state").endswith(" entries, and more"), "the first page is shown")
    browser.click("#more-entries")
    until(lambda: browser.run("return document.querySelectorAll('#entries tr').length") > 120, "the next page is added")
    assert browser.run("return document.getElementById('more-entries').hidden"), "there are no more"


def it_changes_the_backend(browser, host):
    browser.click("button[aria-label='Use redis']")
    confirm(browser, "yes")
    until(lambda: browser.text("#answer") == "In use: redis", "the change is reported")
    until(lambda: "Backendredisup" in browser.text("#tiles"), "the backend in use is shown")
    assert not host.is_hit("/users/1")
    assert host.is_hit("/users/1")


def it_follows_a_load(browser, host):
    load = subprocess.Popen([sys.executable, LOAD, f"http://127.0.0.1:{host.port}"])
    try:
        rate = "return Number([...document.querySelectorAll('#tiles dt')].find(e => e.textContent === 'Requests per second').nextSibling.firstChild.textContent)"
        until(lambda: browser.run(rate) > 1, "the rate of the load is shown")
    finally:
        load.terminate()
        load.wait()


def it_fits_a_phone(browser, _):
    browser.as_phone(360, 740)
    until(lambda: browser.run("return document.documentElement.clientWidth") == 360, "the page is as wide as a phone")
    assert browser.run("return document.documentElement.scrollWidth") == 360, "the page scrolls sideways"
    browser.as_phone(0, 0)


def every_control_has_a_name(browser, _):
    nameless = browser.run("""return [...document.querySelectorAll('button, input, select, svg')]
        .filter(e => !(e.textContent.trim() || e.ariaLabel || e.labels?.length || e.getAttribute('aria-labelledby')))
        .map(e => e.outerHTML)""")
    assert nameless == [], nameless


def it_finds_a_host_that_restarts(browser, host):
    assert browser.errors() == []
    host.stop()
    until(lambda: browser.text("#state").startswith("No answer from the host"), "the outage is shown")
    host.start()
    until(lambda: browser.text("#state") == "Live", "the host is found again")
    until(lambda: "Hit ratio–0 of 0" in browser.text("#tiles"), "the counters begin at zero")
    browser.errors()


def the_welcome_page_tries_requests(browser, host):
    browser.open(f"http://127.0.0.1:{host.port}/")
    assert browser.run("return document.querySelector('#dashboard a').href") == f"http://127.0.0.1:{host.admin}/"
    responses = "return [...document.querySelectorAll('#responses tr')].map(row => row.children[1].textContent).join()"
    browser.click("button[aria-label='Try GET /users']")
    until(lambda: browser.run(responses) == "miss", "the first response is a miss")
    browser.click("button[aria-label='Try GET /users']")
    until(lambda: browser.run(responses) == "hit,miss", "the second response is a hit")
    every_control_has_a_name(browser, host)
    assert browser.errors() == []


def the_demo_page_shows_a_session(browser, host):
    browser.open(f"http://127.0.0.1:{host.port}/demo")
    until(lambda: "user" in browser.text("#session"), "the session is shown")
    assert browser.errors() == []


def check_accessibility(program, redis, axe):
    """Checks all pages, light and dark. Returns the exit status."""
    found = []
    for dark in (False, True):
        with Host(program, redis) as host, Browser(dark=dark) as browser:
            the_dashboard_shows_the_hit_ratio(browser, host)
            it_lists_the_entries(browser, host)
            found += violations(browser, axe, "dashboard", dark)
            the_welcome_page_tries_requests(browser, host)
            found += violations(browser, axe, "welcome page", dark)
            the_demo_page_shows_a_session(browser, host)
            found += violations(browser, axe, "demo page", dark)
    print("\n".join(found))
    return 1 if found else 0


def violations(browser, axe, page, dark):
    browser.run(axe)
    found = browser.run_async("""const done = arguments[0];
        axe.run().then(all => done(all.passes.length === 0 ? ['nothing was checked'] : all.violations.map(e => `${e.impact}: ${e.help}: ${e.nodes.map(n => n.html).join(' ')}`)),
                       error => done([String(error)]))""")
    return [f"{page}, {'dark' if dark else 'light'}: {each}" for each in found]


def take_screenshots(program, redis, folder):
    """Of a host under the load of `./dev demo`, after a minute."""
    for dark in (False, True):
        with Host(program, redis) as host, Browser(dark=dark, width=1280, height=1240) as browser:
            browser.open(f"http://127.0.0.1:{host.admin}/")
            subprocess.run([sys.executable, LOAD, f"http://127.0.0.1:{host.port}", "60"], check=True)
            browser.screenshot(pathlib.Path(folder) / ("dashboard_dark.png" if dark else "dashboard.png"))


STEPS = [the_dashboard_shows_the_hit_ratio, a_key_is_shown_as_text, it_invalidates_after_a_confirmation,
         it_shows_invalidations_and_hot_keys, it_lists_the_entries,
         it_changes_the_backend, it_follows_a_load, it_fits_a_phone, every_control_has_a_name, it_finds_a_host_that_restarts,
         the_welcome_page_tries_requests, the_demo_page_shows_a_session]


def main():
    program, redis = sys.argv[1:3]
    if sys.argv[3:] == ["accessibility"]:
        if not os.environ.get("AXE_CORE"):
            print("skipped: AXE_CORE does not name axe-core's axe.min.js; ./dev test fetches it")
            return SKIPPED
        return check_accessibility(program, redis, pathlib.Path(os.environ["AXE_CORE"]).read_text())
    if len(sys.argv) > 3:
        return take_screenshots(program, redis, sys.argv[3])
    with Host(program, redis) as host, Browser() as browser:
        texts_have_enough_contrast(host)
        for step in STEPS:
            print(step.__name__.replace("_", " "), flush=True)
            step(browser, host)
    return 0


if __name__ == "__main__":
    sys.exit(main())
