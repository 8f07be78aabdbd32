"""Prints a whole log stream, the way a boto3 script does."""

import argparse
import sys
from datetime import datetime, timezone

import boto3


def print_stream(logs, group, stream):
    token = None
    while True:
        further = {"nextToken": token} if token else {}
        page = logs.get_log_events(logGroupName=group, logStreamName=stream, startFromHead=True, **further)
        for event in page["events"]:
            time = datetime.fromtimestamp(event["timestamp"] / 1000, timezone.utc)
            print(time.isoformat(timespec="milliseconds"), event["message"])
        if page["nextForwardToken"] == token:
            return
        token = page["nextForwardToken"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("group")
    parser.add_argument("stream")
    arguments = parser.parse_args()
    print_stream(boto3.client("logs"), arguments.group, arguments.stream)
    return 0


if __name__ == "__main__":
    sys.exit(main())
