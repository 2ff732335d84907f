"""Whom this house believes that a server is who it says: the authorities of certifi, as httpx has them.

httpx reads them anew for each client, 15 ms of CPU; a house makes six in each of its processes. Here they are read once, before the
processes part.
"""

import functools
import ssl

import httpx


@functools.cache
def authorities() -> ssl.SSLContext:
    """For `verify=` of every client of ours; variables of the environment have no say."""
    return httpx.create_ssl_context(trust_env=False)


def read() -> None:
    """All that the first client would read."""
    httpx.AsyncHTTPTransport(verify=authorities())
