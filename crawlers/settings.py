"""Scrapy's settings for a job: every default that would be impolite or unsafe is set here by name."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from scrapy.settings import default_settings

from crawlers.javascript import asks_for_javascript, rendering_settings
from crawlers.job import LOG_FILE, CrawlJob

_MIDDLEWARES: dict[str, int | None] = {
    "crawlers.guard.AddressGuard": 10,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,  # the guard knows the hosts
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawlers.politeness.RobotsRules": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawlers.politeness.RetryAfter": 550,
}
_RENDERER: dict[str, int | None] = {"crawlers.rendering.Renderer": 540}  # sees what redirects and retries led to
_EXTENSIONS: dict[str, int | None] = {
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawlers.politeness.HostPace": 0,
}
# Switched off below; taken out of Scrapy's tables as well, which would import them: a third of a crawl's start.
_UNUSED = frozenset(
    {
        "scrapy.downloadermiddlewares.cookies.CookiesMiddleware",
        "scrapy.extensions.remote_control.RemoteControl",
        "scrapy.extensions.telnet.TelnetConsole",
    }
)


def scrapy_settings(job: CrawlJob, *, timeout_seconds: float | None = None) -> dict[str, Any]:
    """Settings for one crawl; `timeout_seconds` closes it in good order when they are over."""
    limits = job.limits
    return {
        **_pace(job),
        "BOT_NAME": limits.agent,
        "USER_AGENT": job.user_agent,
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": limits.agent,
        "DOWNLOAD_TIMEOUT": limits.timeout_seconds,
        "DOWNLOAD_MAXSIZE": limits.max_body_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,  # half a page is an error, not a page
        "DOWNLOAD_VERIFY_CERTIFICATES": limits.verify_certificates,
        "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
        "REDIRECT_MAX_TIMES": limits.max_redirects,
        "METAREFRESH_MAXDELAY": 5,
        "RETRY_TIMES": limits.retries,
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",  # a broken page of theirs is no error of ours
        "RETRY_HTTP_CODES": [408, 429, 500, 502, 503, 504],
        "HTTPERROR_ALLOW_ALL": True,  # a 404 is news to us
        "HTTPPROXY_ENABLED": limits.proxy_from_environment,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": True,
        "REFERRER_POLICY": "same-origin",
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "TWISTED_DNS_RESOLVER": "crawlers.guard.PublicResolver",
        "TIDIERMAP_ALLOW_LOOPBACK": job.locality.allow_loopback,
        "DNS_TIMEOUT": limits.timeout_seconds,
        "SCHEDULER": "crawlers.scheduler.FrontierScheduler",
        "DOWNLOADER_MIDDLEWARES": _MIDDLEWARES | (_RENDERER if asks_for_javascript(job) else {}),
        "DOWNLOADER_MIDDLEWARES_BASE": _used(default_settings.DOWNLOADER_MIDDLEWARES_BASE),
        "EXTENSIONS": dict(_EXTENSIONS),
        "EXTENSIONS_BASE": _used(default_settings.EXTENSIONS_BASE),
        "CLOSESPIDER_TIMEOUT": timeout_seconds or 0,
        "LOG_LEVEL": "INFO",
        "LOG_FILE": str(job.out / LOG_FILE),
        "STATS_DUMP": False,
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # else Scrapy parses our callback's source again for each answer
        **rendering_settings(job, os.environ),
    }


def _used(table: Mapping[str, int]) -> dict[str, int]:
    return {name: place for name, place in table.items() if name not in _UNUSED}


def _pace(job: CrawlJob) -> dict[str, Any]:
    limits, delay = job.limits, job.locality.delay_seconds
    return {
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_DELAY_JITTER": 0,  # jitter would undercut the delay that we promise
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_MAX_DELAY": max(delay, limits.longest_delay_seconds),
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "CONCURRENT_REQUESTS": limits.concurrent,
        "CONCURRENT_REQUESTS_PER_DOMAIN": limits.concurrent_per_host,
        "CONCURRENT_ITEMS": 1,  # Scrapy starts as many tasks for each answer, and an answer gives no items
    }
