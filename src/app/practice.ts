/** The practice exchange put together: the core, its prices and its server. */
import { readPriceFile } from '../edge/practice-price-file.ts';
import type { PracticeBirth, PracticeMachine } from '../edge/practice-port.ts';
import { type PracticeServer, startPracticeServer } from '../edge/practice-server.ts';
import { type Log, fileLog } from '../edge/log.ts';
import { onSignals } from '../edge/signals.ts';
import { secretText } from '../edge/entropy.ts';
import { hmacSha256 } from '../edge/hashing.ts';
import { accountNamed, createExchange, DEFAULT_ACCOUNTS } from '../venue/practice/exchange.ts';
import { PERPETUALS } from '../venue/practice/products/instruments.ts';
import { parsePriceFile } from '../venue/practice/market/price-file.ts';
import {
  OPTION_NAMES,
  OPTIONS,
  optionsBody,
  type VenueOptions,
} from '../venue/practice/options.ts';
import { text } from '../words/text.ts';
import { EXIT, Refused } from './exit-codes.ts';
import type { PracticeOptions } from './options.ts';

type ServerOptions = Parameters<typeof startPracticeServer>[0];
type ExtraControl = NonNullable<ServerOptions['extraControl']>;
type OnClock = NonNullable<ServerOptions['onClock']>;

/** The options that lines such as `stamps=false` name; a line that does not fit ends the command. */
function venueOf(lines: readonly string[], lang: PracticeOptions['lang']): Partial<VenueOptions> {
  const given = lines.map((line) => {
    const at = line.indexOf('=');
    return [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()] as const;
  });
  const read = optionsBody.safeParse(Object.fromEntries(given));
  if (read.success) return read.data as Partial<VenueOptions>;
  const accepted = OPTION_NAMES.map((name) => `${name} (${OPTIONS[name].accepted})`).join(', ');
  throw new Refused(EXIT.usage, text(lang, 'cli.wrong_set', { given: lines.join(' '), accepted }));
}

/** Builds the core from what the edge kept of it; accounts that it does not have yet are opened. */
function born(
  birth: PracticeBirth,
  { accounts, tier, tlsPort }: PracticeOptions,
  venue: Partial<VenueOptions>,
): PracticeMachine {
  const { snapshot, entries, seed, speed, startAt, file } = birth;
  const restore = snapshot === null ? undefined : { snapshot, entries };
  return createExchange({
    seed,
    speed,
    startAt,
    hmacSha256,
    newToken: secretText,
    credits: { tier },
    lively: true,
    instruments: PERPETUALS,
    dated: true,
    tls: tlsPort !== null,
    venue,
    accounts: [...DEFAULT_ACCOUNTS, ...accounts.map(accountNamed)],
    ...(file === undefined ? {} : { file }),
    ...(restore === undefined ? {} : { restore }),
  });
}

/** Starts it; `allowedOrigins` are pages that may use the control API. */
export async function startPractice(
  options: PracticeOptions,
  parts: {
    readonly log: Log;
    readonly allowedOrigins: string[];
    readonly extraControl?: ExtraControl;
    readonly onClock?: OnClock;
    readonly onFailure: (error: Error) => void;
  },
): Promise<PracticeServer> {
  const venue = venueOf(options.set, options.lang);
  const file =
    options.prices === null ? undefined : await readPriceFile(options.prices, parsePriceFile);
  return startPracticeServer({
    port: options.port,
    ...(options.tlsPort === null ? {} : { tlsPort: options.tlsPort }),
    dataDir: options.dataDir,
    ...(options.seed === null ? {} : { seed: options.seed }),
    speed: options.speed,
    ...(file === undefined ? {} : { file }),
    allowedOrigins: parts.allowedOrigins,
    createExchange: (birth) => born(birth, options, venue),
    ...(parts.extraControl === undefined ? {} : { extraControl: parts.extraControl }),
    ...(parts.onClock === undefined ? {} : { onClock: parts.onClock }),
    onFailure: parts.onFailure,
    log: parts.log,
  });
}

/** The verb `practice`: the exchange alone until a signal. Answers the exit code. */
export async function runPractice(options: PracticeOptions): Promise<number> {
  const { lang } = options;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const server = await startPractice(options, {
    log: fileLog(options.dataDir, 'exchange', 'info'),
    allowedOrigins: [],
    onFailure: (error) => {
      process.stderr.write(`${error.message}\n`);
      end(1);
    },
  });
  onSignals({ stop: () => end(0), kill: () => undefined });
  const address = `127.0.0.1:${server.port}`;
  print(text(lang, 'cli.practice_at', { address: `ws://${address}/ws/api/v2` }));
  print(`  ${text(lang, 'cli.practice_http', { address: `http://${address}/api/v2/<method>` })}`);
  if (server.tls !== null) {
    const over = `wss://127.0.0.1:${server.tls.port}/ws/api/v2`;
    const { authority } = server.tls;
    print(`  ${text(lang, 'cli.practice_tls', { address: over, authority })}`);
  }
  print(`  ${text(lang, 'cli.practice_keys')}`);
  print(`  ${text(lang, 'cli.practice_control', { address: `http://${address}/practice/v1/` })}`);
  print(`  ${text(lang, 'cli.practice_more')}`);
  print(text(lang, 'cli.data_at', { folder: options.dataDir }));
  print(text(lang, 'cli.stop_hint'));
  const code = await ended;
  await server.close();
  return code;
}
