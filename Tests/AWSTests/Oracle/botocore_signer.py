"""Prints generated requests, one JSON object a line, with what botocore's SigV4Auth makes of each.

`headers` are the caller's own; Host, X-Amz-Date and X-Amz-Security-Token are the signer's and appear in
`canonical_request`. `path` and `query` are as on the wire. A query value of "" stands for both `k` and `k=`.

Left out, because botocore signs something else than what is then on the wire, or because implementations of
SigV4 disagree (sources: botocore auth.py, awsrequest.py, utils.remove_dot_segments; urllib3 util/url.py):

paths
- raw characters outside RFC 3986 pchar, raw UTF-8, `%` that begins no escape, lower-case escapes: urllib3
  encodes or upper-cases them after signing.
- `..` after an empty segment: botocore drops empty segments first, RFC 3986 5.2.4 lets `..` remove one.
- `.` or `..` as the last segment, unless the result is the root: botocore drops the trailing slash that
  RFC 3986 keeps.
- segments of encoded dots only (`%2E`, `%2E%2E`): equal to `.` and `..` in RFC 3986, text to botocore.
query
- anything but unreserved characters and upper-case escapes of other bytes, `+` for a space included: botocore
  sorts and signs the query of a URL as it stands, the rules decode and encode it again.
- pairs without a name (`=v`, `&&`): signed as `=v` and `=`, but dropped by many servers.
headers
- Date, Authorization, X-Amz-Date and X-Amz-Security-Token: replaced by the signer. X-Amz-Content-SHA256: taken
  for the payload hash unseen.
- Host, and host names in upper case: the signer lowers the case of the name in the URL, a client sends it as it is.
- tabs and other white space than spaces and folds: botocore collapses whatever str.split() does, the rules
  speak of spaces.
- bytes above 0x7F: signed as UTF-8, sent as Latin-1.
- the unsigned names of newer botocore (keep-alive, proxy-authenticate, proxy-authorization, te, trailer, upgrade):
  older versions and other SDKs sign them.
bodies
- dictionaries, streams and UNSIGNED-PAYLOAD: botocore's own forms of a request.

Kept although botocore's own HTTP session would send only the last of them: repeated headers. Its signer joins
all lines in wire order with ",", which is the rule.
"""

import argparse
import base64
import datetime
import json
import random
import string
from unittest import mock
from urllib.parse import quote

import botocore.auth
from botocore.auth import SIGV4_TIMESTAMP, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

UNRESERVED = string.ascii_letters + string.digits + "-._~"
TEXT = UNRESERVED + " %:/?#[]@!$&'()*+,;=\"<>\\^`{|}" + "äßéñ日本語Ж€😀\n\t\x01\x7f"
RAW_IN_PATH = "!$&'()*+,;=:@"  # sub-delims, ":" and "@": pchar of RFC 3986
DOT_SEGMENTS = (".", "..")
ROOT_PATHS = ("", "/", "//", "/.", "/./", "/..", "/../", "/a/..", "/a/../")
SERVICES = ("states", "batch", "logs", "sts", "bedrock")
REGIONS = ("us-east-1", "us-west-2", "eu-central-1", "ap-northeast-3", "us-gov-west-1", "cn-north-1", "eusc-de-east-1")
METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH")
DEFAULT_PORTS = {"http": 80, "https": 443}
OTHER_PORTS = (81, 444, 4566, 5000, 8443, 65535)
# Pairs of these sort differently as bytes, by length, without case, or when joined with "=" before sorting.
QUERY_NAMES = ("a", "A", "a-", "a.", "a0", "a1", "a10", "a2", "aa", "a%20", "a%3D", "a~", "a_", "%C3%A4", "%E6%97%A5",
               "Action", "Version", "X-Amz-Meta", "z")
SIGNED_HEADERS = ("Content-Type", "X-Amz-Target", "x-amz-meta-a", "X-AMZ-META-A-B", "x-amz-meta-a0", "Accept",
                  "amz-sdk-invocation-id", "amz-sdk-request", "My_Header", "My.Header", "Zebra", "range", "If-None-Match")
UNSIGNED_HEADERS = ("User-Agent", "expect", "Connection", "Transfer-Encoding", "X-Amzn-Trace-Id")
HEADER_WORDS = ("application/x-amz-json-1.0", "AWSStepFunctions.StartExecution", "text/plain;", "charset=utf-8", "a",
                '"two', 'words"', "x,y", "a=b", "a:b", "100%", "*/*", "100-continue", "chunked", "keep-alive")
# From 2015-08-30 to 2037-12-31, seconds since 1970
FIRST_TIME, LAST_TIME = 1440892800, 2145830400


class RecordingSigV4Auth(SigV4Auth):
    """Remembers the two texts and the signature that SigV4Auth computes on its way to the Authorization header."""

    def canonical_request(self, request):
        self.recorded_canonical_request = super().canonical_request(request)
        return self.recorded_canonical_request

    def string_to_sign(self, request, canonical_request):
        self.recorded_string_to_sign = super().string_to_sign(request, canonical_request)
        return self.recorded_string_to_sign

    def signature(self, string_to_sign, request):
        self.recorded_signature = super().signature(string_to_sign, request)
        return self.recorded_signature


def draw_text(rng, alphabet, shortest, longest):
    return "".join(rng.choices(alphabet, k=rng.randint(shortest, longest)))


def draw_segment(rng):
    text = draw_text(rng, TEXT, 1, 8)
    segment = quote(text, safe=draw_text(rng, RAW_IN_PATH, 0, 4))
    return "x" if segment in DOT_SEGMENTS else segment


def draw_path(rng):
    kind = rng.random()
    if kind < 0.15:
        return rng.choice(ROOT_PATHS)
    if kind < 0.25:
        model = f"anthropic.claude-{draw_segment(rng)}-v1:0"
        return f"/model/{rng.choice((model, quote(model, safe='')))}/invoke"
    path = ""
    for _ in range(rng.randint(1, 5)):
        oddity = rng.random()
        if oddity < 0.1:
            path += "/"
        elif oddity < 0.25:
            path += "/" + rng.choice(DOT_SEGMENTS)
        path += "/" + draw_segment(rng)
    return path + rng.choice(("", "", "/"))


def draw_query(rng):
    if rng.random() < 0.4:
        return []
    pairs = []
    for _ in range(rng.randint(1, 6)):
        name = rng.choice(QUERY_NAMES) if rng.random() < 0.8 else quote(draw_text(rng, TEXT, 1, 5), safe="")
        value = "" if rng.random() < 0.25 else quote(draw_text(rng, TEXT, 1, 8), safe="")
        pairs.append([name, value])
    if rng.random() < 0.3:
        name, value = rng.choice(pairs)
        pairs.append([name, rng.choice((value, "", value + "-", value + "0"))])
    return pairs


def draw_header_value(rng):
    if rng.random() < 0.05:
        return ""
    words = rng.choices(HEADER_WORDS, k=rng.randint(1, 4))
    value = words[0]
    for word in words[1:]:
        value += rng.choice((" ", " ", "   ", "\n  ", "  \n  ")) + word
    return rng.choice(("", "", "  ")) + value + rng.choice(("", "", "   "))


def draw_headers(rng):
    names = rng.sample(SIGNED_HEADERS, rng.randint(0, 5)) + rng.sample(UNSIGNED_HEADERS, rng.randint(0, 2))
    for name in rng.sample(names, min(len(names), rng.choice((0, 0, 1, 2)))):
        names.append(rng.choice((name, name.lower(), name.upper())))
    rng.shuffle(names)
    return [[name, draw_header_value(rng)] for name in names]


def draw_body(rng):
    kind = rng.random()
    if kind < 0.3:
        return b""
    if kind < 0.7:
        return json.dumps({"input": draw_text(rng, TEXT, 0, 40)}, ensure_ascii=False).encode()
    return rng.randbytes(rng.randint(1, 200))


def draw_port(rng, scheme):
    if rng.random() < 0.5:
        return None
    return rng.choice((*OTHER_PORTS, *DEFAULT_PORTS.values(), DEFAULT_PORTS[scheme]))


def draw_request(rng):
    service, region = rng.choice(SERVICES), rng.choice(REGIONS)
    scheme = rng.choice(("https", "https", "http"))
    time = datetime.datetime.fromtimestamp(rng.randint(FIRST_TIME, LAST_TIME), datetime.timezone.utc)
    has_token = rng.random() < 0.5
    return {
        "method": rng.choice(METHODS),
        "scheme": scheme,
        "host": rng.choice((f"{service}.{region}.amazonaws.com", "localhost", "127.0.0.1")),
        "port": draw_port(rng, scheme),
        "path": draw_path(rng),
        "query": draw_query(rng),
        "headers": draw_headers(rng),
        "body_base64": base64.b64encode(draw_body(rng)).decode(),
        "access_key": ("ASIA" if has_token else "AKIA") + draw_text(rng, string.ascii_uppercase + "234567", 16, 16),
        "secret_key": draw_text(rng, string.ascii_letters + string.digits + "+/", 40, 40),
        "session_token": draw_text(rng, string.ascii_letters + string.digits + "+/=", 40, rng.choice((200, 200, 3000))) if has_token else None,
        "region": region,
        "service": service,
        "time": time.strftime(SIGV4_TIMESTAMP),
    }


def url_of(rng, drawn):
    port = "" if drawn["port"] is None else f":{drawn['port']}"
    query = "&".join(name + (f"={value}" if value else rng.choice(("", "="))) for name, value in drawn["query"])
    return f"{drawn['scheme']}://{drawn['host']}{port}{drawn['path']}" + (f"?{query}" if query else "")


def sign(rng, drawn):
    request = AWSRequest(drawn["method"], url_of(rng, drawn), data=base64.b64decode(drawn["body_base64"]))
    for name, value in drawn["headers"]:
        request.headers[name] = value  # HTTPHeaders appends
    credentials = Credentials(drawn["access_key"], drawn["secret_key"], drawn["session_token"])
    signer = RecordingSigV4Auth(credentials, drawn["service"], drawn["region"])
    now = datetime.datetime.strptime(drawn["time"], SIGV4_TIMESTAMP)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda: now):
        signer.add_auth(request)
    return drawn | {
        "canonical_request": signer.recorded_canonical_request,
        "string_to_sign": signer.recorded_string_to_sign,
        "signature": signer.recorded_signature,
        "authorization": request.headers["Authorization"],
    }


def main():
    parser = argparse.ArgumentParser(description="Generated requests signed by botocore, one JSON object a line.")
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    for _ in range(arguments.count):
        print(json.dumps(sign(rng, draw_request(rng))))


if __name__ == "__main__":
    main()
