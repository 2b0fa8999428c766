"""Print which of our packages have known vulnerabilities, and how many could be looked up. Never a gate.

Where the advisory service is out of reach nothing can be said, and the tests must pass all the same.
"""

import json
import subprocess
import sys

LIMIT = 60  # seconds


def main() -> None:
    """Audit what production installs."""
    options = ["--disable-pip", "--require-hashes", "--timeout", "5", "--progress-spinner", "off", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", *options, "-r", "requirements/base.txt"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LIMIT)
        packages = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError) as error:
        print(f"pip-audit: nothing could be looked up ({type(error).__name__}).")
        return
    audited = [package for package in packages if "vulns" in package]
    print(f"pip-audit: {len(audited)} of {len(packages)} packages could be looked up.")
    for package in audited:
        for found in package["vulns"]:
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            print(f"  {package['name']} {package['version']}: {found['id']}, fixed in {fixed}")


if __name__ == "__main__":
    main()
