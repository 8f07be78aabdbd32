"""What an Express execution logs: a JSON message for each event, with every value as text, as AWS writes them."""

import json
import time

from scripted.executions import Execution, without_data
from scripted.logstore import Store, milliseconds
from scripted.walks import Logging


def plan(execution: Execution, logging: Logging, store: Store) -> None:
    """Has everything that it will log stored, to be shown in time. Only level ALL has all events; others have none
    here."""
    if logging.level != "ALL":
        return
    _, _, _, where, _, _, machine, *_ = execution.arn.split(":")
    date = time.strftime("%Y-%m-%d", time.gmtime(execution.start_date))
    began = execution.runs[0].began
    stream = store.stream(logging.group, f"states/{machine}/{date}", where, began, execution.offset)
    events = execution.history(until=float("inf"))
    if not logging.includes_data:
        events = map(without_data, events)
    stream.add(
        [
            (milliseconds(event["timestamp"]), event["timestamp"] - execution.offset, _message(event, execution.arn))
            for event in events
        ]
    )


def _message(event: dict, arn: str) -> str:
    details = next((content for name, content in event.items() if name.endswith("EventDetails")), {})
    message = {
        "id": event["id"],
        "type": event["type"],
        "details": details,
        "previous_event_id": event["previousEventId"],
        "event_timestamp": milliseconds(event["timestamp"]),
        "execution_arn": arn,
    }
    return json.dumps(_texts(message), ensure_ascii=False, separators=(",", ":"))


def _texts(value: object) -> object:
    if isinstance(value, dict):
        return {name: _texts(member) for name, member in value.items()}
    return value if isinstance(value, str) else json.dumps(value)
