#!/bin/sh
# curl over HTTP: a price, an order, the position, and a fault planted beside the protocol. Run: sh examples/http.sh
set -e
at="${PRACTICE:-http://127.0.0.1:8788}"
key="${DERIBIT_CLIENT_ID:-practice-engine}:${DERIBIT_CLIENT_SECRET:-practice-engine-secret}"

curl -s "$at/api/v2/public/ticker?instrument_name=BTC_USDC-PERPETUAL"; echo
curl -s -u "$key" -H 'Content-Type: application/json' "$at/api/v2/private/buy" \
  -d '{"instrument_name": "BTC_USDC-PERPETUAL", "amount": 0.001, "type": "market", "label": "example"}'; echo
curl -s -u "$key" "$at/api/v2/private/get_position?instrument_name=BTC_USDC-PERPETUAL"; echo

# The next buy is carried out, and its answer never comes.
curl -s -H 'Content-Type: application/json' "$at/practice/v1/fault" -d '{"kind": "X2", "method": "private/buy"}'; echo
