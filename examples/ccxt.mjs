/** ccxt, with nothing changed but its address: a price, an order, the position, and out again. Run: node examples/ccxt.mjs */
import ccxt from 'ccxt';

const exchange = new ccxt.deribit({
  apiKey: process.env.DERIBIT_CLIENT_ID ?? 'practice-engine',
  secret: process.env.DERIBIT_CLIENT_SECRET ?? 'practice-engine-secret',
});
exchange.urls.api.rest = process.env.DERIBIT_HTTP ?? 'http://127.0.0.1:8788';

const symbol = 'BTC/USDC:USDC';
const { info } = await exchange.fetchTicker(symbol);
console.log('mark', info.mark_price);
const order = await exchange.createOrder(symbol, 'market', 'buy', 0.001);
console.log(order.side, order.status, 'at', order.average);
const position = await exchange.fetchPosition(symbol);
console.log('position', position.contracts);
const closing = { reduce_only: true };
const closed = await exchange.createOrder(symbol, 'market', 'sell', 0.001, undefined, closing);
console.log(closed.side, closed.status, 'at', closed.average);
