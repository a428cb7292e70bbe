"""What the README's commands need of curl, for machines that have none: `curl -sS [-H HEADER]... [-d BODY] URL`."""

import argparse
import sys
import urllib.error
import urllib.request

parser = argparse.ArgumentParser(prog="curl", allow_abbrev=False)
parser.add_argument("-sS", action="store_true")
parser.add_argument("-H", action="append", default=[], dest="headers")
parser.add_argument("-d", dest="body")
parser.add_argument("url")
asked = parser.parse_intermixed_args()

body = None if asked.body is None else asked.body.encode()
headers = dict(header.split(": ", 1) for header in asked.headers)
try:
    answer = urllib.request.urlopen(urllib.request.Request(asked.url, body, headers), timeout=30)  # noqa: S310
except urllib.error.HTTPError as refusal:
    answer = refusal
sys.stdout.buffer.write(answer.read())
