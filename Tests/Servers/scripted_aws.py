"""Scripted AWS for tests: Step Functions, Batch, Glue, ECS, CloudWatch Logs, instance metadata and container
credentials on one local port, and the way to a DynamoDB elsewhere.

Prints `ready PORT` when it listens and ends when its standard input does, so that it never outlives the test that
started it. scripted/control.py says how a test scripts it.
"""

import argparse
import asyncio
import gc
import os
import ssl
import sys
import threading

from scripted.server import Server


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--tls", nargs=2, metavar=("CERTFILE", "KEYFILE"), help="PEM files")
    parser.add_argument(
        "--verify",
        action="append",
        default=[],
        metavar="ACCESS_KEY=SECRET",
        help="check signatures; * is any key without a secret of its own, keys from the metadata services are known too",
    )
    parser.add_argument("--dynamodb", metavar="URL", help="whom calls of DynamoDB are passed on to")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> None:
    tls = None
    if options.tls:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(*options.tls)
    gc.disable()  # a pass over a million log events would stall every answer; little here refers to itself
    server = Server(dict(pair.split("=", 1) for pair in options.verify), options.dynamodb)
    listener = await asyncio.start_server(server.serve, "127.0.0.1", options.port, ssl=tls, backlog=1024)
    print("ready", listener.sockets[0].getsockname()[1], flush=True)
    await end_of_input()


async def end_of_input() -> None:
    """On a thread of its own: asyncio cannot watch every kind of standard input, /dev/null among them."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()

    def read() -> None:
        while os.read(sys.stdin.fileno(), 4096):
            pass
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=read, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(run(arguments()))
