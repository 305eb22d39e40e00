/**
 * The engine with a trap: it ends itself with SIGKILL at one named call, in the middle of whatever it was doing; or from one
 * commit on its disk does not answer; or it is on a disk of a few pages; or on a machine whose resolver or wall clock is
 * wrong. All else is the product's own composition. Argument: JSON, see `ChildSetup`. Prints one line of JSON when its
 * dashboard is there.
 */
import dns from 'node:dns';
import { existsSync } from 'node:fs';
import type { FactType } from '../../src/domain/fact.ts';
import type { Purpose } from '../../src/domain/intent.ts';
import { parseLabel } from '../../src/domain/label.ts';
import { fileLog } from '../../src/edge/log.ts';
import type { Wraps } from '../../src/app/account-cell.ts';
import { assemble } from '../../src/app/assemble.ts';
import { fatalLine } from '../../src/app/fatal.ts';
import type { EngineOptions } from '../../src/app/options.ts';
import { VERSION } from '../../src/app/version.ts';

/** Where it ends. `purpose` is that of the order which the call is about. */
export type Trap =
  /** At an append that holds such a fact: before the disk has it, or as soon as it is durable. */
  | {
      readonly at: 'append';
      readonly type: FactType;
      readonly purpose: Purpose;
      readonly durable: boolean;
    }
  /** From the append on that holds such a fact the disk takes nothing and says nothing. */
  | { readonly at: 'stall'; readonly type: FactType }
  /** Right after the order was passed to the socket. */
  | { readonly at: 'send'; readonly purpose: Purpose }
  /** When a push, or the answer, about the order arrives. */
  | { readonly at: 'push' | 'answer'; readonly purpose: Purpose };

export type ChildSetup = {
  readonly engine: EngineOptions;
  readonly trap: Trap | null;
  /** A smaller disk than the real one. */
  readonly disk: NonNullable<Wraps['disk']> | null;
  /** While a file lies there, no name of a host is found, as by a resolver that does not answer. */
  readonly nameless: string;
  /** How far ahead of the time (below 0: behind it) the machine's wall clock is. */
  readonly wallAheadMs: number;
};

/** Node's sockets look up names by this very function. */
function breakResolver(nameless: string): void {
  const lookup = dns.lookup as (...args: unknown[]) => void;
  const broken = (name: string, ...args: unknown[]): void => {
    if (!existsSync(nameless)) return lookup(name, ...args);
    const failure = Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), {
      code: 'EAI_AGAIN',
      syscall: 'getaddrinfo',
      hostname: name,
    });
    process.nextTick(args.at(-1) as (error: Error) => void, failure);
  };
  Object.assign(dns, { lookup: broken });
}

function moveWallClock(aheadMs: number): void {
  const now = Date.now.bind(Date);
  Date.now = () => now() + aheadMs;
}

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  throw new Error('SIGKILL did not end the process');
};

const labelOf = (value: unknown): string => {
  const { label, intent, fill, order } = value as Readonly<
    Record<string, { readonly label?: string } | string | undefined>
  >;
  if (typeof label === 'string') return label;
  for (const part of [intent, fill, order])
    if (typeof part === 'object' && part.label !== undefined) return part.label;
  return '';
};

/** Wraps the real parts so that the trap springs. */
function trapped(trap: Trap | null): Wraps {
  if (trap === null) return {};
  if (trap.at === 'stall') {
    let stalled = false;
    return {
      journal: (inner) => ({
        ...inner,
        append: (batch) => {
          stalled ||= batch.facts.some(({ type }) => type === trap.type);
          return stalled ? new Promise(() => {}) : inner.append(batch);
        },
      }),
    };
  }
  const isMeant = (label: string): boolean => parseLabel(label)?.purpose === trap.purpose;
  if (trap.at === 'append')
    return {
      journal: (inner) => ({
        ...inner,
        append: async (batch) => {
          const springs = batch.facts.some(
            ({ type, data }) => type === trap.type && isMeant(labelOf(data)),
          );
          if (springs && !trap.durable) die();
          const result = await inner.append(batch);
          if (springs && result.ok) die();
          return result;
        },
      }),
    };
  const refs = new Set<string>();
  return {
    sessions: (inner) => ({
      ...inner,
      request: (link, ref, request) => {
        const springs = request.kind === 'place' && isMeant(request.order.label);
        if (springs) refs.add(ref);
        inner.request(link, ref, request);
        if (springs && trap.at === 'send') die();
      },
    }),
    event: (event) => {
      if (trap.at === 'answer' && event.kind === 'answer' && refs.has(event.ref)) die();
      if (
        trap.at === 'push' &&
        event.kind === 'changes' &&
        event.changes.orders.some(({ label }) => isMeant(label))
      )
        die();
    },
  };
}

if (process.argv[2] !== undefined) {
  const { engine, trap, disk, nameless, wallAheadMs } = JSON.parse(process.argv[2]) as ChildSetup;
  breakResolver(nameless);
  moveWallClock(wallAheadMs);
  const assembled = await assemble({
    engine,
    version: VERSION,
    log: fileLog(engine.dataDir, 'engine', 'info'),
    onFatal: (fatal) => {
      console.error(`${fatal.code}: ${fatalLine(engine, fatal)}`);
      process.exit(1);
    },
    wraps: { ...trapped(trap), ...(disk === null ? {} : { disk }) },
  });
  console.log(JSON.stringify({ port: assembled.server.port }));
}
