/**
 * A process that serves the toy exchange until it is killed: `practice-child.ts DATA_DIR SPEED`. It prints one line of
 * JSON, the port or the refusal.
 */
import { PracticeRefusal } from '../../src/edge/practice-port.ts';
import { startPracticeServer } from '../../src/edge/practice-server.ts';
import { createFakeExchange } from './practice-fake.ts';

const [dataDir = '', speed = '1'] = process.argv.slice(2);
const quiet = { info: () => {}, warn: () => {}, error: () => {} };
try {
  const { port } = await startPracticeServer({
    port: 0,
    dataDir,
    speed: Number(speed),
    allowedOrigins: [],
    createExchange: createFakeExchange,
    log: quiet,
  });
  console.log(JSON.stringify({ port }));
} catch (error) {
  if (!(error instanceof PracticeRefusal)) throw error;
  console.log(JSON.stringify({ refused: error.code, message: error.message }));
}
