"""Starts a Step Functions execution and follows it to its end, the way a boto3 script does."""

import argparse
import sys
import time

import boto3

FIRST_PAUSE, PAUSE_GROWTH, LONGEST_PAUSE = 2.0, 1.5, 120.0  # seconds, factor, seconds


def print_new_events(states, execution_arn, last_seen_id):
    """Prints the events after `last_seen_id`, oldest first, and returns the id of the last one."""
    new_events = []
    pages = states.get_paginator("get_execution_history").paginate(executionArn=execution_arn, reverseOrder=True)
    for event in (event for page in pages for event in page["events"]):
        if event["id"] <= last_seen_id:
            break
        new_events.append(event)
    for event in reversed(new_events):
        print(event["timestamp"].isoformat(), event["id"], event["type"], flush=True)
    return new_events[0]["id"] if new_events else last_seen_id


def follow(states, execution_arn, poll):
    """Returns the description of the execution once it is no longer running."""
    last_seen_id = 0
    pause = poll or FIRST_PAUSE
    while True:
        description = states.describe_execution(executionArn=execution_arn)
        last_seen_id = print_new_events(states, execution_arn, last_seen_id)
        if description["status"] != "RUNNING":
            return description
        time.sleep(pause)
        if poll is None:
            pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state_machine_arn")
    parser.add_argument("name")
    parser.add_argument("input")
    parser.add_argument("--poll", type=float, metavar="SECONDS", help="a fixed pause instead of a growing one")
    arguments = parser.parse_args()

    states = boto3.client("stepfunctions")
    execution = states.start_execution(
        stateMachineArn=arguments.state_machine_arn, name=arguments.name, input=arguments.input
    )
    print("started", execution["executionArn"], flush=True)
    description = follow(states, execution["executionArn"], arguments.poll)
    print(description["status"], description.get("error", ""), description.get("cause", ""))
    return 0 if description["status"] == "SUCCEEDED" else 1


if __name__ == "__main__":
    sys.exit(main())
