"""A Messages API on one local port: Anthropic's own, Claude Platform on AWS and Bedrock's InvokeModel, told apart by path and
signature. It refuses what the real ones refuse, and says what a test has scripted.

Prints `ready PORT` when it listens and ends when its standard input does. messages/server.py says how a test scripts it.
"""

import argparse
import asyncio

from messages.server import Server
from scripted_aws import end_of_input


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", action="append", default=[], help="a key that is let in, as x-api-key or as bearer token")
    parser.add_argument("--verify", action="append", default=[], metavar="ACCESS_KEY=SECRET", help="keys of AWS for signatures")
    return parser.parse_args()


async def run(options: argparse.Namespace) -> None:
    server = Server(set(options.key), dict(pair.split("=", 1) for pair in options.verify))
    listener = await asyncio.start_server(server.serve, "127.0.0.1", options.port, backlog=128)
    print("ready", listener.sockets[0].getsockname()[1], flush=True)
    await end_of_input()


if __name__ == "__main__":
    asyncio.run(run(arguments()))
