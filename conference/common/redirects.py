"""Where a page may send its reader afterwards: to an address of this site, written without its host."""

from django.utils.http import url_has_allowed_host_and_scheme


def is_own_path(address: str) -> bool:
    r"""Tell whether `address` is a path on this site: `//evil`, `/\evil` and `https:evil` are not."""
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)


def own_path(address: str, otherwise: str = "/") -> str:
    """Return `address` where it is a path on this site, else `otherwise`."""
    return address if is_own_path(address) else otherwise
