"""A browser for the tests: Debian's Chromium without a window, driven by Selenium.

It keeps its profile in the test's folder, reaches nothing but this machine, and ends with the test. Where it cannot be
had, `why_no_browser` says so, and tests are skipped.
"""

import contextlib
import functools
import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

from harness import LIMIT, SennitTest, wait_until

# Where Debian puts it. Tests may run in a Python that is not Debian's; what that has of its own goes first.
sys.path.append("/usr/lib/python3/dist-packages")
with contextlib.suppress(ImportError):
    from selenium import webdriver
    from selenium.common.exceptions import StaleElementReferenceException, WebDriverException
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.common.by import By

# The last: a name of another machine is not even asked for, so nothing of a page or of the browser itself gets out.
FLAGS = ("--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--no-proxy-server",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1280,900",
         "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1")


@functools.lru_cache(maxsize=None)
def why_no_browser() -> Optional[str]:
    for program in ("chromium", "chromedriver"):
        if shutil.which(program) is None:
            return f"there is no {program}: tools/setup test"
    return None if "selenium" in sys.modules else "there is no Selenium (python3-selenium): tools/setup test"


class Browser:
    """One window. Elements are named by CSS selectors."""

    def __init__(self, test: SennitTest) -> None:
        self.test = test
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in (*FLAGS, f"--user-data-dir={test.base}/chromium"):
            options.add_argument(flag)
        if os.geteuid() == 0:
            options.add_argument("--no-sandbox")
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
        # With the test's own environment, by which its processes are found if it ends in the middle.
        service = Service(shutil.which("chromedriver"), env=test.env, log_path=str(test.base / "chromedriver.log"))
        self.driver = webdriver.Chrome(service=service, options=options)
        test.addCleanup(self.close)
        self.driver.set_page_load_timeout(2 * LIMIT)
        self.traffic: List[Tuple[str, Dict[str, Any]]] = []

    def close(self) -> None:
        with contextlib.suppress(WebDriverException):
            self.driver.quit()

    def open(self, url: str) -> None:
        self.driver.get(url)

    def text(self, selector: str) -> str:
        """What the first such element shows; nothing if there is none."""
        with contextlib.suppress(StaleElementReferenceException):
            for element in self.driver.find_elements(By.CSS_SELECTOR, selector):
                return str(element.text)
        return ""

    def open_until(self, url: str, selector: str, text: str) -> None:
        """Opens a page that may be too much for a busy machine at its first try, as a person does: again, and aloud."""
        for _ in range(2):
            self.open(url)
            with contextlib.suppress(AssertionError):
                self.wait_for(selector, text, LIMIT)
                return
            print(f"{url} is opened again; what failed: {self.failures()}", file=sys.stderr)
        self.open(url)
        self.wait_for(selector, text)

    def wait_for(self, selector: str, text: str = "", limit: float = 2 * LIMIT) -> Any:
        """Waits until such an element is seen, with this in it."""

        def seen() -> Any:
            with contextlib.suppress(StaleElementReferenceException):
                for element in self.driver.find_elements(By.CSS_SELECTOR, selector):
                    if element.is_displayed() and text in element.text:
                        return element
            return None

        def show() -> str:
            return f"{self.driver.current_url}\n{self.text('body')}\nwhat failed: {self.failures()}"

        return wait_until(seen, f"{selector} with {text!r}", limit, show=show)

    def listen(self) -> None:
        for entry in self.driver.get_log("performance"):
            message = json.loads(entry["message"])["message"]
            self.traffic.append((message["method"], message["params"]))

    def failures(self) -> List[str]:
        """What could not be loaded so far, and why."""
        self.listen()
        urls = {params["requestId"]: params["request"]["url"] for method, params in self.traffic
                if method == "Network.requestWillBeSent"}
        return [f"{urls.get(params['requestId'], '?')}: {params['errorText']}" for method, params in self.traffic
                if method == "Network.loadingFailed" and not params.get("canceled")]

    def websockets(self) -> List[str]:
        """The URLs of the WebSockets that were opened, and not refused, so far."""
        self.listen()
        made = {params["requestId"]: params["url"] for method, params in self.traffic if method == "Network.webSocketCreated"}
        return [made[params["requestId"]] for method, params in self.traffic
                if method == "Network.webSocketHandshakeResponseReceived" and params["response"]["status"] == 101]

    def picture(self, path: Path) -> None:
        """What it shows, as PNG."""
        self.driver.save_screenshot(str(path))
