"""Python alone, over HTTP: a price, an order, the position, and out again. Run: python3 examples/http_client.py"""
import base64
import json
import os
import urllib.error
import urllib.request
from decimal import Decimal

URL = os.environ.get("DERIBIT_HTTP", "http://127.0.0.1:8788")
KEY = os.environ.get("DERIBIT_CLIENT_ID", "practice-engine")
SECRET = os.environ.get("DERIBIT_CLIENT_SECRET", "practice-engine-secret")
LOGIN = "Basic " + base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
INSTRUMENT = "BTC_USDC-PERPETUAL"


def ask(method, **params):
    """The result of one request; numbers keep each digit."""
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).encode()
    headers = {"Content-Type": "application/json", "Authorization": LOGIN}
    request = urllib.request.Request(f"{URL}/api/v2/{method}", body, headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            answer = json.load(response, parse_float=Decimal)
    except urllib.error.HTTPError as refused:
        # A refusal has a body like any other answer.
        answer = json.load(refused, parse_float=Decimal)
    if "error" in answer:
        raise SystemExit(f"{method}: {answer['error']}")
    return answer["result"]


def trade(method, **params):
    placed = ask(method, instrument_name=INSTRUMENT, amount=0.001, type="market", **params)
    order = placed["order"]
    print(order["direction"], order["order_state"], "at", order["average_price"])


print("mark", ask("public/ticker", instrument_name=INSTRUMENT)["mark_price"])
trade("private/buy", label="example")
print("position", ask("private/get_position", instrument_name=INSTRUMENT)["size"])
trade("private/sell", label="example", reduce_only=True)
