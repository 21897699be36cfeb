"""Pages that scripts make: which browser renders them, with what settings, and which pages are rendered."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from crawlers.job import CrawlJob
from crawlers.visits import Visit
from register.errors import ConfigError
from register.hosts import host_of
from register.localities.locality import Source

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE: Final = "TIDIERMAP_CHROMIUM"
SLOT: Final = "rendering"  # of the downloader: renderings wait for one another, not for the pace of a host
HANDLER: Final = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
# The browser itself reaches nothing: what it asks for is fetched by the crawler, under the crawler's rules, or refused.
# A proxy that is not there and names that resolve to nothing cut off all that an interception might not see.
ARGUMENTS: Final = (
    "--proxy-server=socks5://127.0.0.1:1",
    "--proxy-bypass-list=<-loopback>",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--dns-prefetch-disable",
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-dev-shm-usage",
    "--js-flags=--max-old-space-size=512",
)


def asks_for_javascript(job: CrawlJob) -> bool:
    return any(source.javascript for source in job.locality.sources)


def renders(job: CrawlJob, visit: Visit) -> bool:
    """Whether the page of the visit is rendered: its source asks for it, or, for a known page, one of its host does."""
    if visit.source >= 0:
        return job.locality.sources[visit.source].javascript
    return any(source.javascript and host_of(visit.url) in _hosts(source) for source in job.locality.sources)


def check_rendering(job: CrawlJob, environment: Mapping[str, str]) -> None:
    """Raises ConfigError where the job asks for JavaScript and this machine cannot render it."""
    if asks_for_javascript(job):
        find_browser(environment)
        if find_spec("scrapy_playwright") is None:
            where, expected = job.locality.key, "the extra that renders pages: pip install 'tidiermap[javascript]'"
            raise ConfigError(where, "source.javascript", "no scrapy-playwright", expected)


def find_browser(environment: Mapping[str, str]) -> Path:
    """The Chromium that TIDIERMAP_CHROMIUM names, else the first on the PATH; ConfigError where there is none."""
    if named := environment.get(VARIABLE, ""):
        if not os.access(named, os.X_OK) or Path(named).is_dir():
            raise ConfigError(VARIABLE, "(environment)", named, "the path of a Chromium that can be run")
        return Path(named)
    found = next((path for name in BROWSERS if (path := shutil.which(name, path=environment.get("PATH")))), None)
    if found is None:
        expected = f"one of {', '.join(BROWSERS)} on the PATH, or {VARIABLE}; javascript = true needs it"
        raise ConfigError("PATH", "Chromium", "none", expected)
    return Path(found)


def rendering_settings(job: CrawlJob, environment: Mapping[str, str]) -> dict[str, Any]:
    """Scrapy's settings for a job that asks for JavaScript, over those of every job; nothing for other jobs."""
    if not asks_for_javascript(job):
        return {}
    return {
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None, "http": HANDLER, "https": HANDLER},
        "DOWNLOAD_SLOTS": {SLOT: {"concurrency": 1, "delay": 0}},
        "PLAYWRIGHT_BROWSER_TYPE": "chromium",
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": str(find_browser(environment)),
            "args": list(ARGUMENTS),
            "chromium_sandbox": os.geteuid() != 0,  # Chromium's sandbox refuses to run as root
            "timeout": 60_000,
        },
        "PLAYWRIGHT_DEFAULT_NAVIGATION_TIMEOUT": job.limits.render_seconds * 1000,
        "PLAYWRIGHT_DOWNLOAD_TIMEOUT": 1000,  # nothing is downloaded, so nothing is waited for
        "PLAYWRIGHT_MAX_PAGES_PER_CONTEXT": 2,
    }


def context_options(job: CrawlJob) -> dict[str, Any]:
    """What a browser context may do: nothing that outlives a page."""
    return {
        "accept_downloads": False,
        "service_workers": "block",
        "user_agent": job.user_agent,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        "permissions": [],
    }


def _hosts(source: Source) -> set[str]:
    return {host_of(address) for address in source.start}
