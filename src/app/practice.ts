/** The practice exchange put together: the core, its prices and its server. */
import { readPriceFile } from '../edge/practice-price-file.ts';
import type { PracticeBirth, PracticeMachine } from '../edge/practice-port.ts';
import { type PracticeServer, startPracticeServer } from '../edge/practice-server.ts';
import type { Log } from '../edge/log.ts';
import { secretText } from '../edge/entropy.ts';
import { hmacSha256 } from '../edge/hashing.ts';
import { createExchange } from '../venue/practice/exchange.ts';
import { parsePriceFile } from '../venue/practice/price-file.ts';
import type { PracticeOptions } from './options.ts';

type ExtraControl = NonNullable<Parameters<typeof startPracticeServer>[0]['extraControl']>;

/** Builds the core from what the edge kept of it. */
function born(birth: PracticeBirth): PracticeMachine {
  const { snapshot, entries, seed, speed, startAt, file } = birth;
  const restore = snapshot === null ? undefined : { snapshot, entries };
  return createExchange({ seed, speed, startAt, hmacSha256, newToken: secretText, ...(file === undefined ? {} : { file }), ...(restore === undefined ? {} : { restore }) }) as PracticeMachine;
}

/** Starts it; `allowedOrigins` are pages that may use the control API. */
export async function startPractice(options: PracticeOptions, parts: { readonly log: Log; readonly allowedOrigins: string[]; readonly extraControl?: ExtraControl }): Promise<PracticeServer> {
  const file = options.prices === null ? undefined : await readPriceFile(options.prices, parsePriceFile);
  return startPracticeServer({
    port: options.port,
    dataDir: options.dataDir,
    seed: options.seed,
    speed: options.speed,
    ...(file === undefined ? {} : { file }),
    allowedOrigins: parts.allowedOrigins,
    createExchange: born,
    ...(parts.extraControl === undefined ? {} : { extraControl: parts.extraControl }),
    log: parts.log,
  });
}
