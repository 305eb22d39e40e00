/**
 * The engine of the product in a process of its own that is there to be killed: each commit that it publishes is noted in
 * a file before anything else is done with it, with a hash of its facts.
 */
import { openSync, writeSync } from 'node:fs';
import { assemble } from '../src/app/assemble.ts';
import type { EngineOptions } from '../src/app/options.ts';
import { createLog } from '../src/edge/log.ts';
import { sharedNow } from './kit.ts';
import { noteOf } from './notes.ts';

export type CrashEngineOrder =
  | { readonly kind: 'start'; readonly options: EngineOptions; readonly acknowledged: string }
  /** Tell once the next order is durable, before it is sent. */
  | { readonly kind: 'tell_order' }
  | { readonly kind: 'stop' };
export type CrashEngineNews =
  /** All instruments are verified by the first check of this life, durably. */
  { readonly kind: 'verified'; readonly at: number } | { readonly kind: 'order' };

const tell = (news: CrashEngineNews): void => void process.send?.(news);

async function run({
  options,
  acknowledged,
}: Extract<CrashEngineOrder, { readonly kind: 'start' }>): Promise<void> {
  const fail = (reason: string): never => {
    console.error(reason);
    process.exit(1);
  };
  process.on('uncaughtException', (error) => fail(error.stack ?? error.message));
  const file = openSync(acknowledged, 'a');
  const engine = await assemble({
    engine: options,
    version: '0.1.0',
    log: createLog({ level: 'error', write: (line) => void process.stderr.write(line) }),
    onFatal: ({ code, message }) => fail(`${code}: ${message}`),
  });
  const doubtful = new Set(
    options.accounts.flatMap(({ strategies }) => strategies.map(({ instrument }) => instrument)),
  );
  let told = false;
  let tellsOrder = false;
  engine.onPublished(({ facts }) => {
    writeSync(file, `${noteOf(facts)}\n`);
    if (tellsOrder && facts.some(({ type }) => type === 'ORDER_INTENDED')) {
      tellsOrder = false;
      tell({ kind: 'order' });
    }
    for (const fact of facts)
      if (fact.type === 'ASSURANCE_CHANGED' && fact.data.assurance === 'verified')
        doubtful.delete(fact.data.instrument);
    if (told || doubtful.size > 0) return;
    told = true;
    tell({ kind: 'verified', at: sharedNow() });
  });
  process.on('message', (order: CrashEngineOrder) => {
    if (order.kind === 'tell_order') tellsOrder = true;
    if (order.kind === 'stop')
      void engine.stop('the benchmark says so').then(() => process.exit(0));
  });
}

process.once('message', (order: CrashEngineOrder) => {
  if (order.kind === 'start') void run(order);
});
process.on('disconnect', () => process.exit(0));
