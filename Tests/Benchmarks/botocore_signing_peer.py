"""Signs the requests of Signing/SigningBench.swift with botocore, and prints the same: CPU seconds and the last
Authorization.

    python botocore_signing_peer.py COUNT
"""

import datetime
import sys
import time

import botocore.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

TIME = datetime.datetime(2026, 11, 21, 12, 16, 54)


def main():
    count = int(sys.argv[1])
    botocore.auth.get_current_datetime = lambda: TIME
    signer = SigV4Auth(Credentials("ASIABENCH", "bench-secret", "Token0123/" * 36), "states", "us-east-1")
    arn = "arn:aws:states:us-east-1:123456789012:execution:payroll:payroll-%d"
    bodies = [(f'{{"executionArn":"{arn % number}","maxResults":10,"reverseOrder":true}}').encode() for number in range(1000)]
    request = None
    began = time.process_time()
    for number in range(count):
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "User-Agent": "awsjob",
            "X-Amz-Target": "AWSStepFunctions.GetExecutionHistory",
            "amz-sdk-invocation-id": "b0d4c9f0-8a7e-4c62-9d1b-3f5a7e9c1d20",
            "amz-sdk-request": "ttl=20261121T121724Z; attempt=1; max=3",
        }
        body = bodies[number % len(bodies)]
        request = AWSRequest("POST", "https://states.us-east-1.amazonaws.com/", headers=headers, data=body)
        signer.add_auth(request)
    print(time.process_time() - began, request.headers["Authorization"])


if __name__ == "__main__":
    main()
