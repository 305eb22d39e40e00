/**
 * Runs cases against an exchange, one after the other: each on connections of its own, with prices of the moment, and with
 * nothing of it left behind. A case says what differs; a case that could not run says so as a difference.
 */
import {
  answerDifferences,
  type Difference,
  differences,
  filled,
  member,
  type Message,
} from './check.ts';
import type { Case, Params, Step } from './case.ts';
import type { Line, Peer } from './peer.ts';

/** A difference with the step where it showed: its number and what it did. */
export type StepDifference = Difference & { readonly step: string };

/** The exchange does not let the suite in: nothing can be said of its answers. */
export class NotLetIn extends Error {}

export type Verdict = {
  readonly id: string;
  readonly title: string;
  readonly source: string;
  readonly differences: readonly StepDifference[];
};

export type RunOptions = {
  readonly instrument: string;
  /** Distinguishes the labels of this run from those of another. */
  readonly run: string;
  readonly tell?: (verdict: Verdict, number: number) => void;
};

type Values = Map<string, unknown>;

/** The price at a multiple of the mark, on its tick. */
const onTick = (price: number, tick: number): number =>
  Number((Math.round(price / tick) * tick).toFixed(8));
const sized = (amount: number): number => Number(amount.toFixed(8));

const PRICES: Readonly<Record<string, number>> = {
  far_buy: 0.988,
  farther_buy: 0.987,
  far_sell: 1.012,
  farther_sell: 1.013,
  cross_buy: 1.006,
  cross_sell: 0.994,
  stop_below: 0.97,
  lower_stop: 0.96,
  stop_above: 1.03,
  out_high: 1.1,
  out_low: 0.9,
};

/** What the cases may name of the market of this moment. */
async function market(peer: Peer, line: Line, instrument: string): Promise<Values> {
  const ask = async (method: string): Promise<Readonly<Record<string, number>>> => {
    await peer.pace(method);
    const answer = await line.ask(method, { instrument_name: instrument });
    return (answer?.result ?? {}) as Record<string, number>;
  };
  const [spec, ticker] = [await ask('public/get_instrument'), await ask('public/ticker')];
  const [mark = 0, tick = 0, least = 0] = [
    ticker['mark_price'],
    spec['tick_size'],
    spec['min_trade_amount'],
  ];
  if (mark === 0 || tick === 0) throw new NotLetIn(`it tells no price of ${instrument}`);
  return new Map<string, unknown>([
    ...Object.entries(PRICES).map(([name, part]) => [name, onTick(mark * part, tick)] as const),
    ['off_tick', sized(onTick(mark * 0.988, tick) + tick / 4)],
    ['offset', onTick(mark * 0.02, tick)],
    ['tiny', sized(least / 2)],
    ['odd', sized(least * 1.5)],
    ['amount', sized(least * 10)],
    ['double', sized(least * 20)],
    ['half', sized(least * 5)],
    ['shown', sized(least * 100)],
    ['shown_twice', sized(least * 200)],
    ['berg', sized(least * 500)],
    ['deep', sized(least * 10_100)],
    ['contracts', Math.round((least * 10) / (spec['contract_size'] ?? least))],
    ['perp', instrument],
    ['now', (await line.ask('public/get_time', {}))?.result],
    ['client_id', peer.key.id],
    ['client_secret', peer.key.secret],
  ]);
}

const basic = ({ id, secret }: Peer['key']): string => `Basic ${btoa(`${id}:${secret}`)}`;

type Scene = {
  readonly peer: Peer;
  readonly values: Values;
  line: Line | null;
  readonly lines: Line[];
  /** What was heard and not looked at yet. */
  readonly heard: Message[];
};

/** Logs a connection in; a scope narrows what it may do. */
async function login({ ask }: Line, { key }: Peer, scope = ''): Promise<Message | undefined> {
  return ask('public/auth', {
    grant_type: 'client_credentials',
    client_id: key.id,
    client_secret: key.secret,
    ...(scope === '' ? {} : { scope }),
  });
}

const lineOf = (scene: Scene): Line => {
  if (scene.line === null) throw new Error('the case asks before it connects');
  return scene.line;
};

/** Listens until something fits or the time is over. */
async function until(
  scene: Scene,
  ms: number,
  fits: (message: Message) => boolean,
): Promise<Message | undefined> {
  for (let left = ms; ; left -= 100) {
    scene.heard.push(...lineOf(scene).heard());
    const at = scene.heard.findIndex(fits);
    if (at >= 0) return scene.heard.splice(at, 1)[0];
    if (left <= 0) return undefined;
    await scene.peer.pass(100);
  }
}

async function perform(scene: Scene, step: Step): Promise<Difference[]> {
  const { peer, values } = scene;
  const params = (given: Params): Params => filled(given, values) as Params;
  switch (step.kind) {
    case 'connect': {
      const line = await peer.connect();
      scene.line = line;
      scene.lines.push(line);
      scene.heard.length = 0;
      if (!step.login) return [];
      const answer = await login(line, peer, step.scope);
      return answer?.result === undefined
        ? [{ path: 'the login', expected: 'a result', seen: JSON.stringify(answer?.error) }]
        : [];
    }
    case 'call': {
      await peer.pace(step.method);
      const answer = await lineOf(scene).ask(step.method, params(step.params));
      for (const [name, path] of Object.entries(step.keep))
        values.set(name, member(answer?.result, path));
      return answerDifferences(step.expect, answer, values);
    }
    case 'frame': {
      const [answer] = await lineOf(scene).frame(step.text);
      return differences(step.expect, answer, values);
    }
    case 'http': {
      await peer.pace(step.method);
      const wrong = { id: peer.key.id, secret: 'wrong' };
      const authorization =
        step.as === 'nobody' ? undefined : basic(step.as === 'key' ? peer.key : wrong);
      const answer = await peer.http(step.method, params(step.params), authorization);
      return answerDifferences(step.expect, answer, values);
    }
    case 'push': {
      const channel = String(filled(step.channel, values));
      const found = await until(scene, step.ms, ({ params: sent }) => sent?.channel === channel);
      return found === undefined
        ? [{ path: channel, expected: 'a message', seen: 'none' }]
        : differences(step.data, found.params?.data, values);
    }
    case 'no push': {
      const found = await until(
        scene,
        step.ms,
        ({ params: sent }) => sent?.channel?.startsWith(step.channel) === true,
      );
      return found === undefined
        ? []
        : [{ path: step.channel, expected: 'no message', seen: JSON.stringify(found.params) }];
    }
    case 'beat': {
      const found = await until(scene, step.ms, ({ method }) => method !== 'subscription');
      return differences(step.shape, found, values);
    }
    case 'wait':
      await peer.pass(step.ms);
      return [];
    case 'closed': {
      for (let left = step.ms; left > 0 && lineOf(scene).closed() === null; left -= 100)
        await peer.pass(100);
      const code = lineOf(scene).closed();
      return step.codes.includes(code ?? 0)
        ? []
        : [{ path: 'the close', expected: step.codes.join(' or '), seen: String(code) }];
    }
  }
}

/** Everything that a case has left behind goes. */
async function tidy(peer: Peer, line: Line, instrument: string): Promise<void> {
  const ask = async (method: string, more: object = {}): Promise<Message | undefined> => {
    await peer.pace(method);
    return line.ask(method, { instrument_name: instrument, ...more });
  };
  await ask('private/cancel_all_by_instrument');
  const position = await ask('private/get_position');
  if (Number(member(position?.result, 'size') ?? 0) !== 0)
    await ask('private/close_position', { type: 'market' });
}

async function runOne(one: Case, scene: Scene): Promise<StepDifference[]> {
  const found: StepDifference[] = [];
  let step = '';
  try {
    for (const [i, each] of one.steps.entries()) {
      step = `${i + 1} (${'method' in each ? each.method : each.kind})`;
      found.push(...(await perform(scene, each)).map((wrong) => ({ step, ...wrong })));
    }
  } catch (error) {
    const seen = error instanceof Error ? error.message : String(error);
    found.push({ step, path: 'the case', expected: 'to run', seen });
  }
  for (const line of scene.lines) line.close();
  return found;
}

/** The connection that looks at the market and tidies up. */
async function stewardOf(peer: Peer): Promise<Line> {
  const line = await peer.connect().catch((error: unknown) => {
    throw new NotLetIn(`it can not be reached: ${(error as Error).message}`);
  });
  const answer = await login(line, peer);
  if (answer?.result === undefined)
    throw new NotLetIn(`the key ${peer.key.id} is refused: ${JSON.stringify(answer?.error)}`);
  return line;
}

/** Runs them all, in order. */
export async function runCases(
  peer: Peer,
  cases: readonly Case[],
  { instrument, run, tell = () => undefined }: RunOptions,
): Promise<readonly Verdict[]> {
  let steward = await stewardOf(peer);
  const verdicts: Verdict[] = [];
  for (const [i, one] of cases.entries()) {
    if (steward.closed() !== null) steward = await stewardOf(peer);
    const values = await market(peer, steward, instrument);
    values.set('label', `cf-${run}-${i}`);
    values.set('label2', `cf-${run}-${i}-b`);
    const scene: Scene = { peer, values, line: null, lines: [], heard: [] };
    const found = await runOne(one, scene);
    if (steward.closed() !== null) steward = await stewardOf(peer);
    if (one.needs.includes('login')) await tidy(peer, steward, instrument);
    const { id, title, source } = one;
    verdicts.push({ id, title, source, differences: found });
    tell({ id, title, source, differences: found }, i + 1);
  }
  steward.close();
  return verdicts;
}
