/**
 * The null twin of the engine: the same sockets and the same frames with the engine's work taken out. It logs in, parses
 * each notification, and tells every dashboard what an order looks like.
 */
import { WebSocket, WebSocketServer } from 'ws';

export type TwinOrder = { readonly kind: 'open'; readonly exchangePort: number };
export type TwinNews = { readonly kind: 'listening'; readonly port: number };

type Notification = {
  readonly params?: {
    readonly data?: {
      readonly orders: readonly { readonly order_id: string; readonly order_state: string }[];
    };
  };
};

function open(exchangePort: number): void {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  const socket = new WebSocket(`ws://127.0.0.1:${exchangePort}/ws/api/v2`, {
    perMessageDeflate: false,
  });
  let commit = 0;
  socket.on('open', () =>
    socket.send(
      JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'private/subscribe',
        params: { channels: ['user.changes.any.any.raw'] },
      }),
    ),
  );
  socket.on('message', (data: Buffer) => {
    const { params } = JSON.parse(data.toString('utf8')) as Notification;
    for (const raw of params?.data?.orders ?? []) {
      commit += 1;
      const { order_id: orderId, order_state: state, ...rest } = raw;
      const text = JSON.stringify([
        {
          account: '1',
          seq: commit,
          commit,
          prev: commit - 1,
          epoch: 1,
          at: '',
          type: 'ORDER_CHANGED',
          order: { orderId, ...rest, state },
        },
      ]);
      for (const client of server.clients) client.send(text);
    }
  });
  server.on('listening', () => {
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    process.send?.({ kind: 'listening', port } satisfies TwinNews);
  });
}

process.once('message', (order: TwinOrder) => open(order.exchangePort));
process.on('disconnect', () => process.exit(0));
