/**
 * What the exchange says about itself: locks of indices and of the account, maintenance. It repeats the same without end, so
 * only what is another than before on this connection goes on; on a new one everything is told once.
 */
import { z } from 'zod';
import { type Result, err, ok } from '../../base/result.ts';
import type { PlatformPart } from '../port.ts';
import { platformSchema, statusSchema } from './decode-book.ts';
import { decodeWith, name } from './decode-values.ts';

/** A part and whether it is closed. */
export type Closure = { readonly part: PlatformPart; readonly closed: boolean };

export type Platform = {
  /** A new connection: nothing has been told on it. */
  readonly forget: () => void;
  /** Data of `platform_state` and `platform_state.public_methods_state`; what of it is news. */
  readonly state: (data: unknown) => Result<readonly Closure[], string>;
  /** Data of `user.lock`. */
  readonly lock: (data: unknown) => Result<readonly Closure[], string>;
  /** Result of `private/get_user_locks`. What `user.lock` has told meanwhile is newer. */
  readonly locks: (result: unknown) => Result<readonly Closure[], string>;
  /** Result of `public/status`. */
  readonly status: (result: unknown) => Result<readonly Closure[], string>;
};

const lockSchema = z.object({ locked: z.boolean(), currency: name });

/** `enabled` speaks of the lock. */
const locksSchema = z.array(z.object({ enabled: z.boolean(), currency: name }));

const keyOf = (part: PlatformPart): string =>
  part.kind === 'index' || part.kind === 'account' ? `${part.kind} ${part.name}` : part.kind;

const EVERYTHING: PlatformPart = { kind: 'everything' };
const MAINTENANCE: PlatformPart = { kind: 'maintenance' };
const PUBLIC_REQUESTS: PlatformPart = { kind: 'public_requests' };

export function createPlatform(): Platform {
  const told = new Map<string, Closure>();
  /** Indices that were ever locked: an answer that does not name them opens them, on whatever connection. */
  const everLocked = new Map<string, PlatformPart>();
  const news = (closures: readonly Closure[]): readonly Closure[] =>
    closures.filter((closure) => {
      const key = keyOf(closure.part);
      if (told.get(key)?.closed === closure.closed) return false;
      told.set(key, closure);
      if (closure.closed && closure.part.kind === 'index') everLocked.set(key, closure.part);
      return true;
    });

  return {
    forget: () => told.clear(),
    state: (data) => {
      const read = decodeWith(platformSchema, data);
      if (!read.ok) return read;
      const { index, locked, maintenance, publicRequestsWithoutLogin } = read.value;
      const part: PlatformPart = index === null ? EVERYTHING : { kind: 'index', name: index };
      return ok(
        news([
          ...(locked === null ? [] : [{ part, closed: locked }]),
          ...(maintenance === null ? [] : [{ part: MAINTENANCE, closed: maintenance }]),
          ...(publicRequestsWithoutLogin === null
            ? []
            : [{ part: PUBLIC_REQUESTS, closed: !publicRequestsWithoutLogin }]),
        ]),
      );
    },
    lock: (data) => {
      const read = decodeWith(lockSchema, data);
      if (!read.ok) return read;
      const { currency, locked } = read.value;
      return ok(news([{ part: { kind: 'account', name: currency }, closed: locked }]));
    },
    locks: (result) => {
      const read = decodeWith(locksSchema, result);
      if (!read.ok) return read;
      const closures = read.value.map(
        ({ currency, enabled }): Closure => ({
          part: { kind: 'account', name: currency },
          closed: enabled,
        }),
      );
      return ok(news(closures.filter(({ part }) => !told.has(keyOf(part)))));
    },
    status: (result) => {
      const read = decodeWith(statusSchema, result);
      if (!read.ok) return err(read.error);
      const { locked, indices } = read.value;
      const named = new Set(locked === 'partial' ? indices : []);
      const whole = locked === 'true' || (locked === 'partial' && named.size === 0);
      const opened = [...everLocked.values()].filter(
        (part) => part.kind === 'index' && !named.has(part.name),
      );
      const said: readonly Closure[] = [
        { part: EVERYTHING, closed: whole },
        { part: MAINTENANCE, closed: false },
        ...opened.map((part) => ({ part, closed: false })),
        ...[...named].map(
          (index): Closure => ({ part: { kind: 'index', name: index }, closed: true }),
        ),
      ];
      // What a channel has closed meanwhile only the channel opens: the answer may be from before.
      return ok(
        news(said.filter(({ part, closed }) => closed || told.get(keyOf(part))?.closed !== true)),
      );
    },
  };
}
