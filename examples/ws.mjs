/** Plain Node and `ws`: log in, follow the account, buy at the market, sell again. Run: node examples/ws.mjs */
import WebSocket from 'ws';

const url = process.env.DERIBIT_WS ?? 'ws://127.0.0.1:8788/ws/api/v2';
const instrument = 'BTC_USDC-PERPETUAL';
const socket = new WebSocket(url);
const answers = new Map();
let id = 0;

const ask = (method, params = {}) =>
  new Promise((resolve, reject) => {
    answers.set(++id, { resolve, reject });
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
  });

socket.on('message', (data) => {
  const message = JSON.parse(data);
  if (message.method === 'subscription')
    console.log('position', message.params.data.positions[0]?.size);
  const answer = answers.get(message.id);
  if (message.error) answer?.reject(new Error(`${message.error.code} ${message.error.message}`));
  else answer?.resolve(message.result);
});

socket.on('open', async () => {
  await ask('public/auth', {
    grant_type: 'client_credentials',
    client_id: process.env.DERIBIT_CLIENT_ID ?? 'practice-engine',
    client_secret: process.env.DERIBIT_CLIENT_SECRET ?? 'practice-engine-secret',
  });
  await ask('private/subscribe', { channels: ['user.changes.any.any.raw'] });
  const { mark_price } = await ask('public/ticker', { instrument_name: instrument });
  console.log('mark', mark_price);
  const order = { instrument_name: instrument, amount: 0.001, type: 'market', label: 'example' };
  for (const method of ['private/buy', 'private/sell']) {
    const { order: placed, trades } = await ask(method, order);
    console.log(
      placed.direction,
      placed.order_state,
      'at',
      placed.average_price,
      'fee',
      trades[0].fee,
    );
  }
  socket.close();
});
