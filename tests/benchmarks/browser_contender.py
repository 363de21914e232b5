"""A viewer in a headless browser: page and images over loopback, driven by the DevTools protocol.

The pages are built by `packaging/rivals.py` from tests/benchmarks/browser; at run time nothing is
fetched from anywhere else. The protocol runs over two pipes, so no port is open but the server's.
"""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.contender import PATIENCE_S, AbsentError
from tests.benchmarks.data import data_folder
from tests.checkout_files import CHECKOUT

PAGES_VARIABLE = "READSTATION_BENCHMARK_PAGES"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
SERVER = CHECKOUT / "tests" / "benchmarks" / "browser" / "server.mjs"
SET_UP = "run packaging/rivals.py once"
ANSWER_S = 120.0
READY_S = 60.0
LOOK_AGAIN_S = 0.05
# The browser reads the protocol from 3 and writes it to 4.
PUT_PIPES = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
SWITCHES = [
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-frame-rate-limit",
    "--disable-gpu-vsync",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-features=Translate,OptimizationHints,MediaRouter",
    "--enable-precise-memory-info",
    "--force-device-scale-factor=1",
    "--window-size=1920,1300",
    "--js-flags=--max-old-space-size=8192",
]


def pages_folder() -> Path:
    """Return where the built pages lie."""
    named = os.environ.get(PAGES_VARIABLE)
    return Path(named) if named else CHECKOUT / ".rivals" / "browser" / "dist"


class BrowserContender:
    """One page of one browser."""

    def __init__(self, name: str, page: str) -> None:
        self.name = name
        browser, node = needed_programs(page)
        self._profile = Path(tempfile.mkdtemp(prefix="readstation-benchmark-"))
        self._server = subprocess.Popen(
            [node, str(SERVER), str(pages_folder()), str(data_folder())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert self._server.stdout is not None
        self._base = f"http://127.0.0.1:{int(self._server.stdout.readline())}"
        self._messages = 0
        self._rest = b""
        self._start(browser)
        try:
            self._open(f"{self._base}/{page}.html")
        except BaseException:
            self.close()
            raise

    @property
    def process_id(self) -> int:
        return self._browser.pid

    def url_of(self, path: Path) -> str:
        """Return where the page finds an image."""
        return f"{self._base}/images/{path.relative_to(data_folder()).as_posix()}"

    def call(self, what: str, **arguments: Any) -> dict[str, Any]:
        """Call a function of the page; files become addresses."""
        if "files" in arguments:
            arguments["urls"] = [self.url_of(Path(path)) for path in arguments.pop("files")]
        found = self._evaluate(f"bench[{json.dumps(what)}]({json.dumps(arguments)})")
        return dict(found or {})

    def close(self) -> None:
        """End the browser and its server, by their process ids."""
        os.killpg(self._browser.pid, signal.SIGKILL)
        self._browser.wait(PATIENCE_S)
        os.close(self._to_browser)
        os.close(self._from_browser)
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(PATIENCE_S)
        self._server.stdout.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _start(self, browser: str) -> None:
        their_input, self._to_browser = os.pipe()
        self._from_browser, their_output = os.pipe()
        lifted = [high(their_input), high(their_output)]
        command = [browser, *SWITCHES, f"--user-data-dir={self._profile}", "about:blank"]
        self._browser = subprocess.Popen(
            [sys.executable, "-c", PUT_PIPES, *map(str, lifted), *command],
            pass_fds=lifted,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for number in lifted:
            os.close(number)

    def _open(self, url: str) -> None:
        targets = self._send("Target.getTargets")["targetInfos"]
        page = next(target for target in targets if target["type"] == "page")
        attached = self._send("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        self._send("Page.navigate", in_page=True, url=url)
        deadline = time.monotonic() + READY_S
        while not self._evaluate("typeof window.bench === 'object'"):
            if time.monotonic() > deadline:
                raise RuntimeError(f"{self.name}: its page did not become ready")
            time.sleep(LOOK_AGAIN_S)

    def _evaluate(self, expression: str) -> Any:
        answer = self._send(
            "Runtime.evaluate",
            in_page=True,
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            words = details.get("exception", {}).get("description", details["text"])
            raise RuntimeError(f"{self.name}: {words[:300]}")
        return answer["result"].get("value")

    def _send(self, method: str, *, in_page: bool = False, **parameters: Any) -> dict[str, Any]:
        self._messages += 1
        message: dict[str, Any] = {"id": self._messages, "method": method, "params": parameters}
        if in_page:
            message["sessionId"] = self._session
        os.write(self._to_browser, json.dumps(message).encode("utf-8") + b"\0")
        deadline = time.monotonic() + ANSWER_S
        while True:
            answer = json.loads(self._read(deadline))
            if answer.get("id") == self._messages:
                if "error" in answer:
                    raise RuntimeError(f"{self.name}: {answer['error']['message']}")
                return dict(answer["result"])

    def _read(self, deadline: float) -> bytes:
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self._from_browser], [], [], deadline - time.monotonic())
            more = os.read(self._from_browser, 1 << 20) if ready else b""
            if not more:
                raise RuntimeError(f"{self.name}: the browser does not answer")
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        return message


def high(number: int) -> int:
    """Return a copy of a file descriptor, out of the way of 3 and 4."""
    import fcntl  # noqa: PLC0415 - POSIX only; on Windows nobody comes this far

    lifted = fcntl.fcntl(number, fcntl.F_DUPFD, 10)
    os.close(number)
    return lifted


def needed_programs(page: str) -> tuple[str, str]:
    """Return browser and node; raise AbsentError where something is missing."""
    if sys.platform == "win32":
        raise AbsentError("browsers are driven through POSIX pipes")
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    node = shutil.which("node")
    if browser is None:
        raise AbsentError("no chromium on the PATH")
    if node is None:
        raise AbsentError("no node on the PATH")
    if not (pages_folder() / f"{page}.html").is_file():
        raise AbsentError(f"its page is not built: {SET_UP}")
    return browser, node
