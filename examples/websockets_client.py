"""Python and websockets: log in, buy at the market. Run: pip install websockets, then python examples/websockets_client.py"""
import asyncio
import json
import os

import websockets

URL = os.environ.get("DERIBIT_WS", "ws://127.0.0.1:8788/ws/api/v2")


async def main():
    async with websockets.connect(URL) as socket:

        async def ask(number, method, params):
            await socket.send(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}))
            while True:
                message = json.loads(await socket.recv())
                if message.get("id") == number:
                    return message

        await ask(1, "public/auth", {
            "grant_type": "client_credentials",
            "client_id": os.environ.get("DERIBIT_CLIENT_ID", "practice-engine"),
            "client_secret": os.environ.get("DERIBIT_CLIENT_SECRET", "practice-engine-secret"),
        })
        answer = await ask(2, "private/buy", {
            "instrument_name": "BTC_USDC-PERPETUAL", "amount": 0.001, "type": "market", "label": "example",
        })
        print(answer["result"]["order"]["order_state"], answer["result"]["order"]["average_price"])


asyncio.run(main())
