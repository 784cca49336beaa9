"""Check what the product ships: licenses, a bill of materials, and known vulnerabilities.

`python -m tests.support.supply_chain` checks the licenses of every locked package and asks the advisory services; with
`sbom` it writes CycloneDX documents into `var/sbom/` instead. A service that cannot be asked is reported as
"not audited": silence of a service that was not reached is not a clean result.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = ROOT / "requirements" / "run.lock"
SBOM_FOLDER = ROOT / "var" / "sbom"
ANSWER_WITHIN_SECONDS = 60
# LGPL applies to the database driver, which is used as the unchanged library that it is.
ALLOWED = frozenset(
    [
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "HPND",
        "ISC",
        "LGPL-3.0-only",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Zlib",
        "ZPL-2.1",
    ]
)
SPDX_NAMES = {
    "MIT License": "MIT",
    "BSD License": "BSD-3-Clause",
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
}


@dataclass(frozen=True)
class Audit:
    """What an advisory service said: the vulnerabilities it knows, and how many packages it knew nothing about."""

    vulnerabilities: tuple[str, ...] = ()
    audited: int = 0
    skipped: int = 0
    why: str = ""

    @property
    def line(self) -> str:
        """One line for a person; it says "none known" only when every package was looked up."""
        if self.vulnerabilities:
            return f"VULNERABLE: {', '.join(self.vulnerabilities)}"
        if self.skipped or self.why or not self.audited:
            return f"not audited: {self.why or f'{self.skipped} packages are unknown to the service'}"
        return f"none known in {self.audited} packages"


def locked_packages(lock: Path = LOCK) -> list[str]:
    """Return the names in a lock, in its order."""
    return list(dict.fromkeys(re.findall(r"^([\w.-]+)==", lock.read_text(), re.MULTILINE)))


def license_of(name: str) -> str | None:
    """Return an installed package's license as SPDX, or None when it is not needed on this platform."""
    try:
        package = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return None
    if package.get("License-Expression"):
        return package["License-Expression"]
    classifiers = [one for one in package.get_all("Classifier") or [] if one.startswith("License ::")]
    said = classifiers[0].rpartition("::")[2].strip() if classifiers else (package.get("License") or "").split("\n")[0]
    return SPDX_NAMES.get(said, said)


def is_allowed(expression: str) -> bool:
    """Tell whether an SPDX expression can be fulfilled with allowed licenses only."""
    either = re.split(r"\s+OR\s+", expression.replace("(", "").replace(")", ""))
    return any(all(part in ALLOWED for part in re.split(r"\s+AND\s+", one)) for one in either)


def python_licenses() -> Iterator[tuple[str, str]]:
    """Yield each locked Python package with its license."""
    for name in locked_packages():
        found = license_of(name)
        if found is not None:
            yield name, found


def npm_licenses(lock: Path = ROOT / "package-lock.json") -> Iterator[tuple[str, str]]:
    """Yield each npm package that ends up in the pages' scripts with its license."""
    for path, entry in json.loads(lock.read_text())["packages"].items():
        if path and not entry.get("dev"):
            name = path.rpartition("node_modules/")[2]
            yield name, entry.get("license") or _license_in_folder(lock.parent / path)


def _license_in_folder(folder: Path) -> str:
    said = json.loads((folder / "package.json").read_text())
    listed = said.get("license") or said.get("licenses") or "?"
    return str(listed if isinstance(listed, str) else " OR ".join(one["type"] for one in listed))


def refused_licenses(found: Iterable[tuple[str, str]]) -> list[str]:
    """Return the packages whose license is not allowed, as `name: license`."""
    return [f"{name}: {license}" for name, license in found if not is_allowed(license)]


def write_sbom(folder: Path = SBOM_FOLDER) -> list[Path]:
    """Write one CycloneDX document for Python, with the lock's hashes, and one for npm. Returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    python, npm = folder / "python.cdx.json", folder / "npm.cdx.json"
    tool = Path(sys.executable).with_name("cyclonedx-py")
    _run([str(tool), "requirements", str(LOCK), "--output-reproducible", "--sv", "1.6", "-o", str(python)], check=True)
    document = json.loads(python.read_text())
    licenses = dict(python_licenses())
    for component in document["components"]:
        component.pop("description", None)  # the line of the lock once more
        for reference in component.get("externalReferences", []):
            reference["url"] = component["purl"]  # not the registry that this machine happens to use
        if component["name"] in licenses:
            component["licenses"] = [{"expression": licenses[component["name"]]}]
    python.write_text(json.dumps(document, indent=1))
    npm.write_text(_run(["npm", "sbom", "--sbom-format", "cyclonedx", "--omit", "dev"], check=True))
    return [python, npm]


def audit_python() -> Audit:
    """Ask the advisory service about the Python lock."""
    tool = Path(sys.executable).with_name("pip-audit")
    words = [str(tool), "-r", str(LOCK), "--require-hashes", "--disable-pip", "-f", "json", "--progress-spinner", "off"]
    return read_pip_audit(_run(words))


def read_pip_audit(answer: str) -> Audit:
    """Read the JSON of pip-audit; it reports "no known vulnerabilities" of packages that it could not look up."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return Audit(why="the service gave no answer")
    skipped = [one for one in packages if "skip_reason" in one]
    found = [f"{one['name']} {flaw['id']}" for one in packages for flaw in one.get("vulns", [])]
    return Audit(tuple(found), audited=len(packages) - len(skipped), skipped=len(skipped))


def audit_npm() -> Audit:
    """Ask the advisory service about the npm lock."""
    return read_npm_audit(_run(["npm", "audit", "--omit", "dev", "--json"]))


def read_npm_audit(answer: str) -> Audit:
    """Read the JSON of `npm audit`; an error of the service has other keys than a report."""
    try:
        said = json.loads(answer)
        flaws, counted = said["vulnerabilities"], said["metadata"]["dependencies"]["prod"]
    except (ValueError, LookupError, TypeError):
        return Audit(why="the service gave no answer")
    return Audit(tuple(f"{name} ({flaw.get('severity', '?')})" for name, flaw in flaws.items()), audited=counted)


def _run(words: Sequence[str], *, check: bool = False) -> str:
    try:
        done = subprocess.run(
            words, cwd=ROOT, capture_output=True, text=True, timeout=ANSWER_WITHIN_SECONDS, check=check
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout


def main(words: Sequence[str]) -> int:
    """Print one line for each check; 1 when a license is refused or a vulnerability is known."""
    if list(words) == ["sbom"]:
        write_sbom()
        return 0
    refused = refused_licenses([*python_licenses(), *npm_licenses()])
    print(f"licenses: {'REFUSED: ' + ', '.join(refused) if refused else 'all allowed'}")
    audits = {"Python": audit_python(), "npm": audit_npm()}
    for name, audit in audits.items():
        print(f"vulnerabilities, {name}: {audit.line}")
    return 1 if refused or any(audit.vulnerabilities for audit in audits.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
