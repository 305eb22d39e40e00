/**
 * A process that serves an exchange until it is killed: `practice-child.ts toy|real DATA_DIR SPEED`. It prints one line
 * of JSON, the port or the refusal.
 */
import { PracticeRefusal } from '../../src/edge/practice-port.ts';
import { startPracticeServer } from '../../src/edge/practice-server.ts';
import { createFakeExchange } from './practice-fake.ts';
import { createRealExchange } from './practice-real.ts';
import { quiet } from './practice-tools.ts';

const [kind = 'toy', dataDir = '', speed = '1'] = process.argv.slice(2);
try {
  const { port } = await startPracticeServer({
    port: 0,
    dataDir,
    speed: Number(speed),
    allowedOrigins: [],
    createExchange: kind === 'real' ? createRealExchange : (birth) => createFakeExchange(birth),
    log: quiet,
  });
  console.log(JSON.stringify({ port }));
} catch (error) {
  if (!(error instanceof PracticeRefusal)) throw error;
  console.log(JSON.stringify({ refused: error.code, message: error.message }));
}
