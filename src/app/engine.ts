/** The verb `run`: the engine in this process until a signal, its parent or a fatal problem ends it. Answers the exit code. */
import { onParent } from '../edge/children.ts';
import { openBrowser } from '../edge/browser.ts';
import { keepCompiled } from '../edge/compiled.ts';
import { fileLog } from '../edge/log.ts';
import { onSignals } from '../edge/signals.ts';
import { text } from '../words/text.ts';
import type { Fatal } from './account-cell.ts';
import { type Assembled, assemble } from './assemble.ts';
import { fatalLine } from './fatal.ts';
import { narrate } from './narrate.ts';
import type { EngineOptions } from './options.ts';
import { VERSION } from './version.ts';

/** What a parent says and hears (`demo`). */
export type ParentMessage =
  | { readonly kind: 'start'; readonly options: EngineOptions }
  | { readonly kind: 'speed'; readonly speed: number }
  | { readonly kind: 'stop' };
export type ChildMessage =
  | { readonly kind: 'ready'; readonly port: number; readonly link: string }
  | { readonly kind: 'failed'; readonly message: string; readonly code: number };

/** Problems that are refusals for safety, not failures. */
const SAFETY = new Set(['other_account', 'same_account', 'scope_missing', 'scope_too_wide']);

/** The exit code of a fatal problem. */
export const exitCodeOf = (code: string): number => (SAFETY.has(code) ? 11 : 1);

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

/** Runs until it ends. */
export async function runEngine(options: EngineOptions): Promise<number> {
  process.umask(0o077);
  const log = fileLog(options.dataDir, 'engine', 'info');
  if (options.webhook !== null) {
    log.hide(options.webhook.secret);
    log.hide(options.webhook.url);
  }
  for (const { credentials, dropCopy } of options.accounts) {
    log.hide(credentials.clientSecret);
    if (dropCopy) log.hide(dropCopy.clientSecret);
  }
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const fatal = ({ code, message }: Fatal): void => {
    log.error('fatal', { code, message });
    complain(fatalLine(options, { code, message }));
    process.exit(exitCodeOf(code));
  };
  process.on('uncaughtException', (error) =>
    fatal({
      code: 'bug',
      message: `a bug stopped the engine before it could trade on: ${error.message}`,
    }),
  );
  process.on('unhandledRejection', (error) =>
    fatal({
      code: 'bug',
      message: `a bug stopped the engine before it could trade on: ${String(error)}`,
    }),
  );
  const engine = await assemble({ engine: options, version: VERSION, log, onFatal: fatal });
  const tell = options.child ? listenToParent(engine, end) : listenToSignals(engine, end);
  engine.onPublished(({ facts }, account) => {
    for (const fact of facts) {
      const line = narrate(options.lang, fact);
      if (line !== undefined) print(account === null ? line : `${line}  (${account})`);
    }
  });
  const link = engine.server.loginLink();
  greet(options, engine, link);
  tell({ kind: 'ready', port: engine.server.port, link });
  keepCompiled();
  const code = await ended;
  await engine.stop('asked to stop');
  return code;
}

function greet(options: EngineOptions, engine: Assembled, link: string): void {
  const { lang } = options;
  if (!options.child) {
    print(
      text(lang, options.mode === 'practice' ? 'cli.mode_practice' : 'cli.mode_testnet', {
        version: VERSION,
        speed: String(options.speed),
      }),
    );
    print(text(lang, 'cli.dashboard_at', { address: `http://127.0.0.1:${engine.server.port}` }));
    print(text(lang, 'cli.login_link', { link }));
    print(text(lang, 'cli.data_at', { folder: options.dataDir }));
    print(text(lang, 'cli.stop_hint'));
  }
  if (options.openBrowser) openBrowser(link);
}

type Tell = (message: ChildMessage) => void;

function listenToSignals(engine: Assembled, end: (code: number) => void): Tell {
  let asked = false;
  onSignals({
    stop: () => {
      if (asked) process.exit(1);
      asked = true;
      end(0);
    },
    kill: () => engine.kill('SIGUSR2', 'signal'),
  });
  return () => undefined;
}

/** Under `demo` the terminal's Ctrl-C reaches both processes; the parent decides. */
function listenToParent(engine: Assembled, end: (code: number) => void): Tell {
  onSignals({ stop: () => undefined, kill: () => engine.kill('SIGUSR2', 'signal') });
  const send = onParent({
    message: (message) => {
      const said = message as ParentMessage;
      if (said.kind === 'speed') engine.setSpeed(said.speed);
      if (said.kind === 'stop') end(0);
    },
    gone: () => end(0),
  });
  return send;
}
