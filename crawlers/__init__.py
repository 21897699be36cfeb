"""Fetch pages with Scrapy, politely, into a WARC archive; nothing else of the project knows Scrapy."""
