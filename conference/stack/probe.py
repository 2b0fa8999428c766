"""Asks the web server of this container whether it is alive: exit status 0 when it is. Run as a script.

Asks in the site's own name, since every other host is refused.
"""

import http.client
import os
import sys
from urllib.parse import urlsplit


def main() -> int:
    """Ask once."""
    site = urlsplit(os.environ.get("SITE_URL", ""))
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": site.netloc or "localhost"})
        return 0 if connection.getresponse().status == http.HTTPStatus.OK else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
