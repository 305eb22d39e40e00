/**
 * The verb `demo`: the practice exchange in this process, the engine with the dashboard in a child, so that killing one
 * shows what the other keeps. Answers the exit code.
 */
import { systemClock } from '../edge/clock.ts';
import { type Child, startChild } from '../edge/children.ts';
import { joinPath, packageFolder } from '../edge/files.ts';
import { fileLog } from '../edge/log.ts';
import { openBrowser } from '../edge/browser.ts';
import type { PracticeServer } from '../edge/practice-server.ts';
import { onSignals } from '../edge/signals.ts';
import type { Lang } from '../words/format.ts';
import { text } from '../words/text.ts';
import { demoEngine } from './demo-engine.ts';
import type { ChildMessage } from './engine.ts';
import type { DemoOptions, EngineOptions } from './options.ts';
import { startPractice } from './practice.ts';
import { VERSION } from './version.ts';

/** An engine that dies this soon after it was ready, this often, is not started again. */
const CRASH_LOOP = { withinMs: 60_000, times: 3 } as const;
const RESTART_MS = 1_000;

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const complain = (line: string): void => void process.stderr.write(`${line}\n`);

type Ready = { readonly port: number; readonly link: string };

/** The engine's process: started, killed and restored on request, started again when it dies by itself. */
function keeper(options: {
  readonly engine: (port: number) => EngineOptions;
  readonly port: number;
  readonly lang: Lang;
  readonly onEnd: (code: number) => void;
}) {
  let child: Child | null = null;
  let port = options.port;
  let wanted = true;
  const deaths: number[] = [];

  const start = (): Promise<Ready> =>
    new Promise((resolve, reject) => {
      let ready = false;
      const own = startChild({
        module: joinPath(packageFolder(), 'src', 'app', 'engine-child.ts'),
        onMessage: (message) => {
          const said = message as ChildMessage;
          if (said.kind === 'failed') complain(said.message);
          if (said.kind !== 'ready') return;
          ready = true;
          port = said.port;
          resolve(said);
        },
      });
      child = own;
      own.send({ kind: 'start', options: options.engine(port) });
      void own.ended.then((how) => {
        if (child === own) child = null;
        if (!ready) {
          reject(new Error(`the engine did not start (${how})`));
          if (wanted) options.onEnd(typeof how === 'number' && how !== 0 ? how : 1);
        } else if (wanted) again(how);
      });
    });

  const again = (how: number | string): void => {
    deaths.push(systemClock.mono());
    const recent = deaths.filter((at) => at > systemClock.mono() - CRASH_LOOP.withinMs).length;
    if (typeof how === 'number' && how === 11) return options.onEnd(11);
    if (recent >= CRASH_LOOP.times) return options.onEnd(1);
    complain(text(options.lang, 'cli.engine_ended', { how: String(how) }));
    systemClock.after(RESTART_MS, () => {
      if (wanted && child === null) void start().catch(() => undefined);
    });
  };

  return {
    start,
    speed: (speed: number) => child?.send({ kind: 'speed', speed }),
    port: () => port,
    kill: async (): Promise<boolean> => {
      wanted = false;
      const own = child;
      own?.kill('SIGKILL');
      await own?.ended;
      return own !== null;
    },
    restore: async (): Promise<Ready | undefined> => {
      if (child !== null) return undefined;
      wanted = true;
      return start();
    },
    stop: async (): Promise<void> => {
      wanted = false;
      const own = child;
      own?.send({ kind: 'stop' });
      const force = systemClock.after(10_000, () => own?.kill('SIGKILL'));
      await own?.ended;
      force();
    },
  };
}

type Keeper = ReturnType<typeof keeper>;

/** The control calls that exist only here. */
async function engineControl(
  engine: Keeper,
  lang: Lang,
  path: string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  if (path === 'engine/kill') {
    const killed = await engine.kill();
    if (killed) complain(text(lang, 'cli.engine_killed'));
    return { status: 200, body: { killed } };
  }
  const ready = await engine.restore();
  return { status: 200, body: { restored: ready !== undefined, port: engine.port() } };
}

/** Runs until a signal. */
export async function runDemo(options: DemoOptions): Promise<number> {
  process.umask(0o077);
  const { lang, practice } = options;
  const log = fileLog(options.dataDir, 'exchange', 'info');
  let end: (code: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const origins: string[] = [];
  const running: { exchange?: PracticeServer } = {};
  const engine = keeper({
    port: options.port,
    lang,
    onEnd: (code) => end(code),
    engine: (port) =>
      demoEngine({
        dataDir: options.dataDir,
        port,
        practicePort: running.exchange?.port ?? 0,
        speed: running.exchange?.clock().speed ?? practice.speed,
        lang,
        webhook: options.webhook,
      }),
  });
  const exchange = await startPractice(practice, {
    log,
    allowedOrigins: origins,
    onClock: ({ speed }) => engine.speed(speed),
    onFailure: (error) => {
      complain(error.message);
      end(1);
    },
    extraControl: (verb, path) =>
      verb === 'POST' && (path === 'engine/kill' || path === 'engine/restore')
        ? engineControl(engine, lang, path)
        : undefined,
  });
  running.exchange = exchange;
  let asked = false;
  onSignals({
    stop: () => {
      if (asked) process.exit(1);
      asked = true;
      print(text(lang, 'cli.stopping'));
      end(0);
    },
    kill: () => undefined,
  });
  const ready = await engine.start().catch(() => undefined);
  if (ready !== undefined) {
    origins.push(`http://127.0.0.1:${ready.port}`, `http://localhost:${ready.port}`);
    print(
      text(lang, 'cli.mode_practice', { version: VERSION, speed: String(exchange.clock().speed) }),
    );
    print(text(lang, 'cli.practice_at', { address: `ws://127.0.0.1:${exchange.port}/ws/api/v2` }));
    print(text(lang, 'cli.dashboard_at', { address: `http://127.0.0.1:${ready.port}` }));
    print(text(lang, 'cli.login_link', { link: ready.link }));
    print(text(lang, 'cli.data_at', { folder: options.dataDir }));
    print(text(lang, 'cli.stop_hint'));
    if (options.openBrowser) openBrowser(ready.link);
  }
  const code = await ended;
  await engine.stop();
  await exchange.close();
  return code;
}
