"""The egg for scrapyd: every package and data file of the project, and where its Scrapy settings are.

    python deploy/scrapyd/setup.py bdist_egg --dist-dir /absolute/path

Only for this: pip installs the project from pyproject.toml. Needs setuptools < 81, as scrapyd itself does.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from pathlib import Path

from setuptools import find_packages, setup

root = Path(__file__).resolve().parent.parent.parent
version = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

with tempfile.TemporaryDirectory() as scratch:
    # Away from pyproject.toml, which setuptools would take for this egg's, and from what an earlier build left.
    os.chdir(scratch)
    sources = os.path.relpath(root)
    setup(
        name="live-music-calendar-egg",
        version=version,
        packages=find_packages(sources, include=("sms_*", "carpenter*")),
        package_dir={"": sources},
        package_data={"": ["*.toml", "data/*.toml", "py.typed"]},
        entry_points={"scrapy": ["settings = sms_crawlers.settings"]},
        zip_safe=True,
        options={"egg_info": {"egg_base": "."}},
    )
    os.chdir(root)
