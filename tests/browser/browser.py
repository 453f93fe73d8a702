# SPDX-License-Identifier: Apache-2.0
"""A headless Chromium, driven by chromedriver over the WebDriver protocol."""
import base64
import json
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

PATIENCE = 60  # seconds, on a machine that is busy with other tests


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def until(question, what):
    """Asks until the answer is true; returns it. What is asked may fail meanwhile."""
    end = time.monotonic() + PATIENCE
    answer = error = None
    while time.monotonic() < end:
        try:
            answer = question()
            if answer:
                return answer
        except (OSError, RuntimeError) as failure:
            error = failure
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {PATIENCE} s; the last answer was {answer!r}, the last error {error!r}")


class Browser:
    def __init__(self, dark=False, width=1280, height=900):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="larder-browser-"))
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = open(self.folder / "chromedriver.log", "w")
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=self.log, stderr=self.log)
        self.session = ""
        try:
            until(lambda: self.call("GET", "/status")["ready"], "chromedriver is ready")
            arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
                         "--hide-scrollbars", f"--window-size={width},{height}", f"--user-data-dir={self.folder / 'profile'}"]
            if dark:
                arguments.append("--blink-settings=preferredColorScheme=0")
            options = {"args": arguments, "binary": shutil.which("chromium") or "chromium"}
            wanted = {"alwaysMatch": {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}}
            self.session = "/session/" + self.call("POST", "/session", {"capabilities": wanted})["sessionId"]
        except BaseException:
            self.end()
            raise

    def call(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + self.session + path, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return json.load(response)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(json.load(error)["value"]["message"]) from error

    def open(self, url):
        self.call("POST", "/url", {"url": url})

    def run(self, script, *arguments):
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def run_async(self, script):
        """The script's last argument is a function that it calls with the result."""
        return self.call("POST", "/execute/async", {"script": script, "args": []})

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.textContent ?? ''", selector)

    def click(self, selector):
        until(lambda: self.run("const e = document.querySelector(arguments[0]); e?.click(); return !!e", selector), f"there is {selector}")

    def fill(self, selector, value):
        self.run("document.querySelector(arguments[0]).value = arguments[1]", selector, value)

    def as_phone(self, width, height):
        """Shows pages as on a screen of that size; width 0: as in the window again."""
        size = {"width": width, "height": height, "deviceScaleFactor": 0, "mobile": width > 0}
        self.call("POST", "/goog/cdp/execute", {"cmd": "Emulation.setDeviceMetricsOverride", "params": size})

    def errors(self):
        """What the page's console has of errors since the last call, a blocked script or style among them."""
        return [line["message"] for line in self.call("POST", "/se/log", {"type": "browser"}) if line["level"] == "SEVERE"]

    def screenshot(self, file):
        pathlib.Path(file).write_bytes(base64.b64decode(self.call("GET", "/screenshot")))

    def end(self):
        try:
            if self.session:
                self.call("DELETE", "")
        except (OSError, RuntimeError):
            pass
        self.driver.terminate()
        self.driver.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()
