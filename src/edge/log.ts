/**
 * The log: JSON lines for the person who looks after the machine. It is no record of trading (that is the journal), and no
 * secret ever stands in it [I46]: members with a telling name are cut out at any depth, and the very texts of the secrets
 * that this process holds are struck out of each finished line, wherever they hide.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export type LogFields = Readonly<Record<string, unknown>>;

export type Log = {
  readonly [Level in LogLevel]: (what: string, fields?: LogFields) => void;
} & {
  /** A text that must never stand in the log, from now on. */
  readonly hide: (secret: string) => void;
  /** A log that says `name` in each line; what one hides, all hide. */
  readonly child: (name: string) => Log;
};

export type LogTarget = {
  readonly level: LogLevel;
  /** Where finished lines go. */
  readonly write: (line: string) => void;
};

const TELLING =
  /secret|token|password|passphrase|authorization|cookie|signature|credential|api_?key|private_?key/i;
const STRUCK = '[secret]';
/** Shorter texts would strike out ordinary words. */
const SHORTEST_SECRET = 8;
const DEEPEST = 6;

function cleaned(value: unknown, depth = 0): unknown {
  if (value instanceof Error)
    return { name: value.name, message: value.message, stack: value.stack };
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEEPEST) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => cleaned(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      TELLING.test(key) ? STRUCK : cleaned(item, depth + 1),
    ]),
  );
}

/** A log that hands its lines to `write`. */
export function createLog({ level, write }: LogTarget): Log {
  const secrets = new Set<string>();
  const struck = (line: string): string => {
    let clean = line;
    for (const secret of secrets) clean = clean.replaceAll(secret, STRUCK);
    return clean;
  };
  const lines = pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => write(struck(line)) },
  );
  const named = (name: string | undefined): Log => {
    const say =
      (at: LogLevel) =>
      (what: string, fields: LogFields = {}): void => {
        lines[at](
          { ...(name === undefined ? {} : { part: name }), ...(cleaned(fields) as LogFields) },
          what,
        );
      };
    return {
      debug: say('debug'),
      info: say('info'),
      warn: say('warn'),
      error: say('error'),
      hide: (secret) => {
        if (secret.length < SHORTEST_SECRET) return;
        for (const form of [
          secret,
          JSON.stringify(secret).slice(1, -1),
          encodeURIComponent(secret),
        ])
          secrets.add(form);
      },
      child: named,
    };
  };
  return named(undefined);
}

/** A log that writes to `<dataDir>/log/<name>.jsonl`, readable by its owner only. */
export function fileLog(dataDir: string, name: string, level: LogLevel): Log {
  const folder = join(dataDir, 'log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = destination({
    dest: join(folder, `${name}.jsonl`),
    append: true,
    sync: true,
    mkdir: false,
    mode: 0o600,
  });
  // A line that finds the disk full is lost: the log may not end what only the journal may end.
  file.on('error', () => undefined);
  return createLog({ level, write: (line) => void file.write(line) });
}

/** A log that writes to standard error. */
export const stderrLog = (level: LogLevel): Log =>
  createLog({ level, write: (line) => void process.stderr.write(line) });
