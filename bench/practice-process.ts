/** The practice exchange of the benchmarks, a process of its own with its journal on the disk: the whole product, without bounds. */
import { join } from 'node:path';
import { secretText } from '../src/edge/entropy.ts';
import { hmacSha256 } from '../src/edge/hashing.ts';
import { startPracticeServer } from '../src/edge/practice-server.ts';
import { createExchange } from '../src/venue/practice/exchange.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };

const server = await startPracticeServer({
  port: 0,
  dataDir: join(process.argv[2] ?? '.', 'practice'),
  speed: 1,
  allowedOrigins: [],
  createExchange: ({ snapshot: _snapshot, entries: _entries, ...birth }) =>
    createExchange({ ...birth, hmacSha256, newToken: secretText }),
  log: silent,
});
process.on('message', () => {
  void server.close().then(() => process.exit(0));
});
process.send?.({ port: server.port });
