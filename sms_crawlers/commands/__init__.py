"""Our commands of `scrapy`; its own `crawl` is replaced by one whose exit code tells the verdict."""
