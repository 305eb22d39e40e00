/**
 * One schedule of B2 in virtual time: an exchange that fills orders in two currencies under the same ids, a wire that doubles
 * frames, holds them back and breaks, and a session whose fills are kept by (currency, trade id) and read again after a break.
 */
import { nextBelow, prng } from '../src/base/prng.ts';
import type { Fill } from '../src/domain/fill.ts';
import { createDeribitSession } from '../src/venue/deribit/session.ts';
import type { SessionInput } from '../src/venue/port.ts';
import { START, fillOf, ownFill } from './market-frames.ts';

export type ScheduleResult = {
  readonly fills: number;
  readonly lost: number;
  /** Fills that the exchange never made. */
  readonly unknown: number;
  readonly crossed: number;
};

const CURRENCIES = ['BTC', 'ETH'] as const;
const MOST_STEPS = 60;
const PATIENCE_MS = 60_000;

const keyOf = (currency: string, id: string): string => `${currency}/${id}`;

/** Runs a schedule to its end, where every fill has to be there once. */
export function runSchedule(seed: number): ScheduleResult {
  const random = prng(seed, 'B2');
  const draw = (below: number): number => nextBelow(random, below);
  const made: { readonly event: string; readonly key: string; readonly row: object }[] = [];
  const held = new Map<string, Fill>();
  const late: { readonly conn: number; readonly text: string }[] = [];
  let [mono, conn, listening, waiting, crossed] = [0, 0, false, 0, 0];
  const session = createDeribitSession({
    link: 'trading',
    url: 'ws://schedule',
    credentials: { clientId: 'bench', clientSecret: 'bench-secret-of-no-use' },
    instruments: [],
    currencies: CURRENCIES,
    jitter: () => draw(100) / 100,
  });

  const keep = (fill: Fill): void => {
    const key = keyOf(fill.currency, fill.tradeId);
    const before = held.get(key);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(fill)) crossed++;
    held.set(key, fill);
  };
  const result = (method: string, params: Record<string, unknown>): unknown => {
    if (method === 'public/auth')
      return {
        access_token: 'token',
        refresh_token: 'refresh',
        token_type: 'bearer',
        expires_in: 900,
        scope: 'account:read trade:read_write connection',
      };
    if (method === 'private/get_user_locks') return [];
    if (method === 'private/get_account_summary') return { id: 1, currency: 'BTC' };
    if (method === 'private/get_cancel_on_disconnect') return { enabled: false };
    if (method.endsWith('/subscribe')) {
      listening = true;
      return params['channels'];
    }
    if (!method.includes('get_user_trades')) return 'ok';
    const currency = String(params['currency']);
    return {
      trades: made.filter(({ key }) => key.startsWith(currency)).map(({ row }) => row),
      has_more: false,
    };
  };
  const answer = (text: string): void => {
    const { id, method, params } = JSON.parse(text) as {
      readonly id: number;
      readonly method: string;
      readonly params: Record<string, unknown>;
    };
    const frame = JSON.stringify({ jsonrpc: '2.0', id, result: result(method, params) });
    feed({ kind: 'frame', conn, text: frame });
  };
  const refill = (): void => {
    waiting = CURRENCIES.length;
    for (const currency of CURRENCIES)
      feed({
        kind: 'request',
        ref: `${conn}-${currency}`,
        request: { kind: 'fills', currency, from: START, to: START + 1e9 },
      });
  };
  function feed(input: SessionInput): void {
    for (const effect of session.handle(input, mono)) {
      if (effect.kind === 'connect') {
        ({ conn } = effect);
        feed({ kind: 'opened', conn });
      } else if (effect.kind === 'send') answer(effect.text);
      else if (effect.kind === 'event') {
        const { event } = effect;
        if (event.kind === 'changes') event.changes.fills.forEach(keep);
        else if (event.kind === 'link_up') refill();
        else if (event.kind === 'answer' && event.outcome.status === 'ok') {
          if (event.outcome.result.kind === 'fills') event.outcome.result.fills.forEach(keep);
          waiting--;
        }
      }
    }
  }
  const push = (text: string): void => {
    if (!listening) return;
    const fate = draw(12);
    if (fate === 0) late.push({ conn, text });
    else feed({ kind: 'frame', conn, text });
    if (fate === 1) feed({ kind: 'frame', conn, text });
  };
  const step = (): void => {
    const what = draw(10);
    if (what === 0 && listening) {
      listening = false;
      feed({ kind: 'closed', conn, reason: 'cut', status: null, retryAfterMs: null });
    } else if (what === 1) for (const one of late.splice(0)) feed({ kind: 'frame', ...one });
    else if (what < 8)
      for (let n = 1 + draw(5); n > 0; n--) {
        const number = made.length;
        const frames = ownFill(number);
        const { currency, text } = fillOf(frames);
        const row = JSON.parse(text) as { readonly trade_id: string };
        made.push({ event: frames[0]?.text ?? '', key: keyOf(currency, row.trade_id), row });
        push(frames[0]?.text ?? '');
      }
    mono += draw(2_000);
    if (session.wakeAt() <= mono) feed({ kind: 'tick' });
  };

  feed({ kind: 'tick' });
  for (let n = 5 + draw(MOST_STEPS); n > 0; n--) step();
  for (const one of late.splice(0)) feed({ kind: 'frame', ...one });
  const until = mono + PATIENCE_MS;
  while ((waiting > 0 || !listening) && mono < until) {
    mono = Math.max(mono + 1, session.wakeAt());
    feed({ kind: 'tick' });
  }
  const keys = new Set(made.map(({ key }) => key));
  const lost = [...keys].filter((key) => !held.has(key)).length;
  const unknown = [...held.keys()].filter((key) => !keys.has(key)).length;
  return { fills: made.length, lost, unknown, crossed };
}
