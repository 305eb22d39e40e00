/** How the command line talks to a running engine: over its loopback port, with the token of its data folder. */
import { z } from 'zod';
import type { Millis } from '../base/time.ts';
import { isAlive, joinPath, readText } from './files.ts';
import { API } from './http-routes.ts';

/** Where an engine says that it is. */
export type EngineAddress = { readonly port: number; readonly pid: number };

export type EngineCall = {
  readonly method: 'GET' | 'POST';
  /** Under `/api/v1`. */
  readonly path: string;
  readonly body?: unknown;
  /** The idempotency key of a command. */
  readonly key?: string;
  /** How long an answer is waited for; 15 s when left out. */
  readonly withinMs?: Millis;
};

/** `silent`: nothing answered, or not in time. */
export type EngineReply =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown }
  | { readonly kind: 'silent'; readonly reason: string };

const address = z.object({ port: z.int().min(1).max(65_535), pid: z.int().positive() });
const WITHIN_MS = 15_000;

/** What `<dataDir>/engine.json` says, as long as that process lives. */
export function findEngine(dataDir: string): EngineAddress | undefined {
  const text = readText(joinPath(dataDir, 'engine.json'));
  if (text === undefined) return undefined;
  try {
    const found = address.parse(JSON.parse(text));
    return isAlive(found.pid) ? found : undefined;
  } catch {
    return undefined;
  }
}

export type EngineDoorway = {
  readonly port: number;
  readonly token: string /** Who asks, for the journal. */;
  readonly by: string;
};

/** Asks the engine. Never throws: an engine that can't be heard is a value. */
export async function callEngine(
  { port, token, by }: EngineDoorway,
  call: EngineCall,
): Promise<EngineReply> {
  const { method, path, body, key, withinMs = WITHIN_MS } = call;
  try {
    const response = await fetch(`http://127.0.0.1:${port}${API}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'x-lockstep-by': by.replaceAll(/[^\w.@ -]/g, '_').slice(0, 64),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(withinMs),
    });
    const text = await response.text();
    return { kind: 'answer', status: response.status, body: JSON.parse(text) as unknown };
  } catch (error) {
    const { cause } = error as { readonly cause?: { readonly code?: string } };
    return { kind: 'silent', reason: cause?.code ?? (error as Error).message };
  }
}
