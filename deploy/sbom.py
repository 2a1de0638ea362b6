"""`make sbom`: what this program is made of, as CycloneDX: every locked package, and the PostgreSQL that one brings.

python deploy/sbom.py dist/sbom.json
"""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from sms_database.releases import known_releases
from sms_database.server.binaries import wheel_versions

ROOT = Path(__file__).resolve().parent.parent

_LOCKED = re.compile(r"^([\w.-]+)==([^ ;\\]+)", re.MULTILINE)

_LONGEST_NAME = 60
"""Characters of a licence's name; some packages have its whole text in the field."""

_license_of = LicenseFactory().make_from_string


def main() -> int:
    """Write the file that the command line names."""
    file = Path(sys.argv[1])
    file.parent.mkdir(parents=True, exist_ok=True)
    JsonV1Dot6(bill_of_materials()).output_to_file(str(file), allow_overwrite=True, indent=2)
    sys.stdout.write(f"{file}\n")
    return 0


def bill_of_materials() -> Bom:
    """The project, its packages, and the server in the wheel, as what depends on what."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    us = Component(
        name=project["name"],
        version=project["version"],
        type=ComponentType.APPLICATION,
        licenses=[_license_of(project["license"])],
        bom_ref=project["name"],
    )
    bom = Bom()
    bom.metadata.component = us
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    packages = {name: package(name, version) for name, version in _LOCKED.findall(locked)}
    for component in packages.values():
        bom.components.add(component)
    bom.register_dependency(us, packages.values())
    wheel = packages[known_releases().wheel.package]
    servers = [postgresql(version, wheel) for version in wheel_versions()]
    for server in servers:
        bom.components.add(server)
    bom.register_dependency(wheel, servers)
    return bom


def package(name: str, version: str) -> Component:
    """A locked package, with the licence that it states where it is installed."""
    purl = PackageURL("pypi", name=name, version=version)
    licence = stated_licence(name)
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        purl=purl,
        bom_ref=str(purl),
        licenses=[_license_of(licence)] if licence else [],
    )


def postgresql(version: str, wheel: Component) -> Component:
    """The server that the wheel brings, under the names by which advisories know it."""
    purl = PackageURL("generic", name="postgresql", version=version)
    return Component(
        name="postgresql",
        version=version,
        type=ComponentType.APPLICATION,
        purl=purl,
        bom_ref=str(purl),
        cpe=f"cpe:2.3:a:postgresql:postgresql:{version}:*:*:*:*:*:*:*",
        licenses=[_license_of("PostgreSQL")],
        properties=[Property(name="bundled-in", value=f"{wheel.name} {wheel.version}")],
    )


def stated_licence(name: str) -> str | None:
    """The licence that an installed package states: an SPDX expression, or the words of its classifier or field."""
    try:
        told = metadata(name)
    except PackageNotFoundError:  # locked for another system
        return None
    classified = [
        line.rsplit(" :: ", 1)[-1] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    field = told.get("License", "")
    in_words = [*classified, field] if len(field) < _LONGEST_NAME else classified
    return told.get("License-Expression") or next(filter(None, in_words), None)


if __name__ == "__main__":
    sys.exit(main())
