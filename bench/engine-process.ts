/**
 * The engine of the product in a process of its own, assembled as `lockstep run` does, that tells when facts were durable
 * and what it used.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '../src/edge/log.ts';
import { assemble } from '../src/app/assemble.ts';
import type { EngineOptions } from '../src/app/options.ts';
import type { Report } from '../src/domain/shown.ts';
import { sharedNow } from './kit.ts';

export type EngineOrder =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  /** Asks for so many checks, one after the other; `used` answers once they are durable, and so long has passed. */
  | { readonly kind: 'window'; readonly checks: number; readonly ms: number }
  /** Asks for the durable moments of orders whose ids begin with `hand-`. */
  | { readonly kind: 'durable' }
  | { readonly kind: 'stop' };
export type EngineNews =
  | { readonly kind: 'opened'; readonly at: number; readonly port: number }
  /** The first check's report is durable; its verdicts are in it. */
  | {
      readonly kind: 'report';
      readonly at: number;
      readonly ok: boolean;
      readonly complete: boolean;
    }
  /** Every instrument is verified, durably. */
  | {
      readonly kind: 'verified';
      readonly at: number;
      readonly rssMb: number;
      readonly cpuMs: number;
    }
  | ({ readonly kind: 'used' } & Used)
  | {
      readonly kind: 'durable';
      readonly moments: readonly (readonly [id: string, state: string, at: number])[];
    };

/** What the trading thread did in a window. */
export type Used = {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Most processor time between two turns of the loop: what everything else had to wait for, whoever else had the core. */
  readonly blockMs: number;
  /** Each check from the demand to its durable report. */
  readonly checksMs: readonly number[];
  readonly rssMb: number;
};

const threadMs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
};

const tell = (news: EngineNews): void => void process.send?.(news);

/** Measures the thread while checks run, or while nothing is asked of it. */
async function used(
  { checks, ms }: { readonly checks: number; readonly ms: number },
  check: () => Promise<void>,
): Promise<Used> {
  const began = sharedNow();
  const cpu = threadMs();
  let blockMs = 0;
  let last = cpu;
  const turns = setInterval(() => {
    const now = threadMs();
    blockMs = Math.max(blockMs, now - last);
    last = now;
  }, 1);
  const checksMs: number[] = [];
  for (let n = 0; n < checks; n++) {
    const demanded = sharedNow();
    await check();
    checksMs.push(sharedNow() - demanded);
  }
  await sleep(Math.max(1, began + ms - sharedNow()));
  clearInterval(turns);
  const rssMb = process.memoryUsage.rss() / 1_048_576;
  return { cpuMs: threadMs() - cpu, wallMs: sharedNow() - began, blockMs, checksMs, rssMb };
}

async function run(options: EngineOptions): Promise<void> {
  const fail = (reason: string): never => {
    console.error(reason);
    process.exit(1);
  };
  process.on('uncaughtException', (error) =>
    fail(`the engine failed: ${error.stack ?? error.message}`),
  );
  const log = createLog({ level: 'warn', write: (line) => void process.stderr.write(line) });
  const unverified = new Set(
    options.accounts.flatMap(({ strategies }) => strategies.map(({ instrument }) => instrument)),
  );
  let told = false;
  let reported = false;
  let moments: [string, string, number][] = [];
  let onReport: ((report: Report) => void) | undefined;
  const engine = await assemble({
    engine: options,
    version: '0.1.0',
    log,
    onFatal: ({ code, message }) => fail(`${code}: ${message}`),
  });
  tell({ kind: 'opened', at: sharedNow(), port: engine.server.port });
  engine.onPublished(({ facts }) => {
    for (const fact of facts) {
      if (fact.type === 'ORDER_CHANGED' && fact.data.order.orderId?.startsWith('hand-') === true)
        moments.push([fact.data.order.orderId, fact.data.order.state, sharedNow()]);
      if (fact.type === 'ASSURANCE_CHANGED' && fact.data.assurance === 'verified')
        unverified.delete(fact.data.instrument);
      if (fact.type !== 'RECONCILIATION_COMPLETED') continue;
      onReport?.(fact.data.report);
      if (!reported)
        tell({
          kind: 'report',
          at: sharedNow(),
          ok: fact.data.report.ok,
          complete: fact.data.report.complete,
        });
      reported = true;
    }
    if (told || unverified.size > 0) return;
    told = true;
    const { user, system } = process.cpuUsage();
    tell({
      kind: 'verified',
      at: sharedNow(),
      rssMb: process.memoryUsage.rss() / 1_048_576,
      cpuMs: (user + system) / 1_000,
    });
  });
  const check = (): Promise<void> =>
    new Promise((resolve, reject) => {
      onReport = ({ complete, problem }) => {
        onReport = undefined;
        if (complete) resolve();
        else reject(new Error(`a check did not come to an end: ${problem}`));
      };
      const command = {
        id: `bench-${sharedNow()}`,
        by: { kind: 'person', id: 'bench' },
        dryRun: false,
        verb: 'reconcile',
      } as const;
      engine.input({ kind: 'command', command });
    });
  process.on('message', (order: EngineOrder) => {
    switch (order.kind) {
      case 'window':
        return void used(order, check).then((did) => tell({ kind: 'used', ...did }));
      case 'durable':
        tell({ kind: 'durable', moments });
        moments = [];
        return;
      case 'stop':
        return void engine.stop('the benchmark is over').then(() => process.exit(0));
      case 'start':
        return;
    }
  });
}

process.once('message', (order: EngineOrder) => {
  if (order.kind === 'start') void run(order.options);
});
process.on('disconnect', () => process.exit(0));
