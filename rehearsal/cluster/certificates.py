"""Keys of one cluster on loopback: an authority, and what it signed for its servers and for their clients."""

from pathlib import Path
from typing import Final

import trustme

AUTHORITY: Final = "ca.crt"

FRONT_PROXY: Final = "front-proxy"
"""Whom the API server is to those that extend it."""


def issue(folder: Path) -> None:
    """Writes `ca.crt`, `tls.crt`, `tls.key` for everything that listens, and `proxy.crt`, `proxy.key` for the API server.

    The authority ends with this function: nothing can be signed by it later.
    """
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / AUTHORITY)
    for name, common_name in (("tls", "loopback"), ("proxy", FRONT_PROXY)):
        issued = authority.issue_cert("127.0.0.1", "localhost", common_name=common_name)
        issued.private_key_pem.write_to_path(folder / f"{name}.key")
        (folder / f"{name}.crt").write_bytes(b"".join(one.bytes() for one in issued.cert_chain_pems))
