/**
 * The engine of the product in a process of its own, assembled as `lockstep run` does, that tells when facts were durable
 * and what it used.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createLog } from '../src/edge/log.ts';
import { assemble } from '../src/app/assemble.ts';
import type { EngineOptions } from '../src/app/options.ts';
import { sharedNow } from './kit.ts';

export type EngineOrder =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  /** Asks for a check now; `used` answers once its report is durable. */
  | { readonly kind: 'check' }
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
  | {
      readonly kind: 'used';
      readonly cpuMs: number;
      readonly wallMs: number;
      readonly longestMs: number;
    }
  | {
      readonly kind: 'durable';
      readonly moments: readonly (readonly [id: string, state: string, at: number])[];
    };

const tell = (news: EngineNews): void => void process.send?.(news);

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
  let onReport: (() => void) | undefined;
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
      onReport?.();
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
  process.on('message', (order: EngineOrder) => {
    switch (order.kind) {
      case 'check': {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        const cpu = process.threadCpuUsage();
        const began = sharedNow();
        onReport = () => {
          onReport = undefined;
          const { user, system } = process.threadCpuUsage(cpu);
          const wallMs = sharedNow() - began;
          setTimeout(() => {
            delay.disable();
            tell({
              kind: 'used',
              cpuMs: (user + system) / 1_000,
              wallMs,
              longestMs: delay.max / 1e6,
            });
          }, 5);
        };
        const command = {
          id: `bench-${began}`,
          by: { kind: 'person', id: 'bench' },
          dryRun: false,
          verb: 'reconcile',
        } as const;
        return engine.input({ kind: 'command', command });
      }
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
