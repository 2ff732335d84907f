"""`python -m examples.provider`: the hospital on 127.0.0.1:8100, linked to the demo city. Every setting is an option."""

import argparse
import os
from base64 import b64encode


def options() -> argparse.Namespace:
    reader = argparse.ArgumentParser(prog="python -m examples.provider", description=__doc__)
    reader.add_argument("--city", default="http://127.0.0.1:8000", help="the city's public address")
    reader.add_argument("--port", type=int, default=8100)
    reader.add_argument("--client-id", default="od00000000000000a1")
    reader.add_argument("--client-secret", default="ods_00000000_demo-hospital-demo-hospital-demo-hospital-00")
    reader.add_argument("--webhook-secret", default="whsec_" + b64encode(b"demo-webhook-secret-of-a-hospital").decode())
    reader.add_argument("--ledger", default="hospital.sqlite", help="the file of its own database")
    reader.add_argument("--rehearse", action="store_true", help="with /events and /misbehave, for trying out failures")
    return reader.parse_args()


def main() -> None:
    given = options()
    os.environ.update(
        CITY=given.city.rstrip("/"), HERE=f"http://127.0.0.1:{given.port}", CLIENT_ID=given.client_id, CLIENT_SECRET=given.client_secret,
        WEBHOOK_SECRET=given.webhook_secret, LEDGER=given.ledger, REHEARSE="1" if given.rehearse else "",
    )  # fmt: skip
    from granian import Granian
    from granian.constants import Interfaces

    print(f"The hospital is open: http://127.0.0.1:{given.port} (linked to {given.city})", flush=True)
    Granian("examples.provider.app:make", address="127.0.0.1", port=given.port, interface=Interfaces.ASGI, factory=True).serve()


if __name__ == "__main__":
    main()
