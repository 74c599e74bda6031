"""A real Chromium without a window, driven through its DevTools protocol: pages as their readers see them."""

import base64
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-port=0",
)
PATIENCE = 60.0
SHOWN = "is.offsetParent !== null"


def chromium() -> str | None:
    """The browser of this machine, if it has one."""
    return next((place for name in BROWSERS if (place := shutil.which(name))), None)


@dataclass
class Tab:
    """One page of the browser, and everything it complained of or asked for."""

    socket: ClientConnection
    session: str
    number: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The browser's answer; what it reports meanwhile is kept in `events`."""
        self.number += 1
        self.socket.send(
            json.dumps({"id": self.number, "method": method, "params": parameters, "sessionId": self.session})
        )
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE))
            if message.get("id") == self.number:
                assert "error" not in message, message["error"]
                return message["result"]
            if "method" in message:
                self.events.append(message)

    def open(self, place: Path | str, width: int, height: int = 900) -> None:
        """The page, a file or an address, in a window of that width, loaded, its fonts ready."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Page.navigate", url=place.as_uri() if isinstance(place, Path) else place)
        ends = time.monotonic() + PATIENCE
        while self.run("document.readyState") != "complete":
            assert time.monotonic() < ends, "the page does not load"
            time.sleep(0.02)
        self.run("document.fonts.ready.then(() => true)")

    def until(self, word: str) -> str:
        """What the page shows, once the word stands in it."""
        ends = time.monotonic() + PATIENCE
        while word not in (shown := self.run("document.body?.innerText ?? ''")):
            assert time.monotonic() < ends, shown
            time.sleep(0.2)
        return shown

    def click(self, label: str) -> None:
        """Clicks what bears that label and nothing else, once it is there."""
        self.point(
            f"[...document.querySelectorAll('a, button, span, div, li')].filter(is => {SHOWN}"
            f" && is.innerText.trim() === {json.dumps(label)}).at(-1)"
        )

    def type(self, text: str) -> None:
        """Types into the page's first field of text, and presses Enter."""
        self.point(f"[...document.querySelectorAll('input, textarea')].filter(is => {SHOWN}).at(0)")
        self.ask("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.ask(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
            )

    def point(self, found: str) -> None:
        """Clicks in the middle of what the script finds, once it is there."""
        ends = time.monotonic() + PATIENCE
        script = f"""(() => {{
            const found = {found};
            if (!found) return null;
            found.scrollIntoView({{block: 'center'}});
            const box = found.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
        }})()"""
        while (place := self.run(script)) is None:
            assert time.monotonic() < ends, self.run("document.body.innerText")
            time.sleep(0.2)
        for kind in ("mousePressed", "mouseReleased"):
            self.ask("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def run(self, script: str) -> Any:
        """What the script's expression gives, JSON-ready; a promise is waited for."""
        outcome = self.ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in outcome, outcome["exceptionDetails"]
        return outcome["result"].get("value")

    def complaints(self) -> list[str]:
        """Errors and warnings of the console, exceptions and violated policies, as text."""
        told = {"Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"}
        return [json.dumps(event["params"]) for event in self.events if event["method"] in told]

    def requests(self) -> list[str]:
        """Every address that was asked for."""
        asked = (event for event in self.events if event["method"] == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in asked]

    def picture(self, place: Path) -> None:
        """The whole page as a picture."""
        shot = self.ask("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        place.write_bytes(base64.b64decode(shot["data"]))

    def printed(self, place: Path) -> None:
        """The page as printed on A4, at the page's own margins."""
        pdf = self.ask("Page.printToPDF", printBackground=True, preferCSSPageSize=True)
        place.write_bytes(base64.b64decode(pdf["data"]))


@contextmanager
def browser(program: str) -> Iterator[Tab]:
    """A new browser with a profile of its own and one empty page."""
    with tempfile.TemporaryDirectory(prefix="huimin-browser-", ignore_cleanup_errors=True) as folder:
        profile = Path(folder)
        command = [program, *FLAGS, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            with connect(address(profile, process), max_size=None, open_timeout=PATIENCE) as socket:
                yield first_tab(socket)
        finally:
            process.terminate()
            process.wait(30)


def address(profile: Path, process: subprocess.Popen[bytes]) -> str:
    """Where the browser listens, once it does."""
    note, ends = profile / "DevToolsActivePort", time.monotonic() + PATIENCE
    while not (note.exists() and len(note.read_text().splitlines()) == 2):
        assert process.poll() is None, "the browser ended"
        assert time.monotonic() < ends, "the browser does not answer"
        time.sleep(0.05)
    port, path = note.read_text().splitlines()
    return f"ws://127.0.0.1:{port}{path}"


def first_tab(socket: ClientConnection) -> Tab:
    """The browser's one page, telling everything."""
    whole = Tab(socket, "")
    socket.send(json.dumps({"id": 1, "method": "Target.getTargets"}))
    targets = json.loads(socket.recv(timeout=PATIENCE))["result"]["targetInfos"]
    page = next(target["targetId"] for target in targets if target["type"] == "page")
    socket.send(json.dumps({"id": 2, "method": "Target.attachToTarget", "params": {"targetId": page, "flatten": True}}))
    while "result" not in (answer := json.loads(socket.recv(timeout=PATIENCE))):
        whole.events.append(answer)
    tab = Tab(socket, answer["result"]["sessionId"], 2)
    for domain in ("Page", "Runtime", "Log", "Network"):
        tab.ask(f"{domain}.enable")
    return tab
