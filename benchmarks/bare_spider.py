"""The peer of the speed figure: the least that a Scrapy spider can do to follow every link of a site.

    python benchmarks/bare_spider.py START

prints one line of JSON: pages and seconds.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

SETTINGS = {
    "ROBOTSTXT_OBEY": True,
    "USER_AGENT": "bare",
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "LOG_LEVEL": "WARNING",
    "TELNETCONSOLE_ENABLED": False,
    "COOKIES_ENABLED": False,
}


class BareSpider(Spider):
    name = "bare"
    pages = 0

    def parse(self, response: Response, **_: object) -> Iterator[object]:
        type(self).pages += 1
        yield from response.follow_all(css="a")


def main() -> None:
    process = AsyncCrawlerProcess(SETTINGS)
    process.crawl(BareSpider, start_urls=[sys.argv[1]])
    began = time.monotonic()
    process.start()
    print(json.dumps({"pages": BareSpider.pages, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main()
