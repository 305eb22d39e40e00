/**
 * The rules of alerts: each a pure look at the books and at what is known live, which tells what fires now. What can't be
 * told yet (a link that is down since a moment ago, books not compared since a start) is undecided: it raises nothing and
 * clears nothing. Waits are told by `later`, so that nothing has to poll.
 */
import type { Millis } from '../base/time.ts';
import type { AlertRule, AlertSeverity, AlertSubject } from '../domain/alert.ts';
import { instrumentsInUse, openTrades } from '../domain/ledger.ts';
import type { Break } from '../domain/shown.ts';
import { THROTTLED } from './judge.ts';
import {
  AFTER_BLIND,
  BLIND_ALERT,
  CRASH_LOOP,
  FLATTEN_ALERT,
  FRESH,
  LIQUIDATION_MEMORY,
} from './limits.ts';
import { type Turn, factor, monoOf } from './turn.ts';

/** What a rule found. */
export type Finding = {
  readonly rule: AlertRule;
  readonly state: 'firing' | 'undecided';
  readonly severity: AlertSeverity;
  readonly subject: AlertSubject;
  readonly instrument: string | null;
  readonly strategy: string | null;
  readonly params: Readonly<Record<string, string>>;
};

/** Asks for another look at a moment (mono). */
type Later = (at: Millis) => void;
type Rule = (turn: Turn, later: Later) => readonly Finding[];

const NOBODY = { instrument: null, strategy: null } as const;

type Told = { readonly found: Break; readonly subject: string };

/** Differences that are told: seen twice or proved at once. */
const told = ({ books }: Turn, ours: (kind: Break['kind']) => boolean): readonly Told[] =>
  [...books.breaks.values()].flatMap(({ break: found, subject }) =>
    found.life !== 'seen' && ours(found.kind) ? [{ found, subject }] : [],
  );

const ofBreak = (
  rule: AlertRule,
  { found }: Told,
  subject: AlertSubject,
): Omit<Finding, 'params'> => ({
  rule,
  state: 'firing',
  severity: found.severity,
  subject,
  instrument: found.instrument,
  strategy: found.strategy,
});

const breakOpen: Rule = (turn) =>
  told(turn, (kind) => kind !== 'missing_stop' && kind !== 'unresolved_intent').map((one) => {
    const { id, kind, instrument, books, exchange } = one.found;
    return {
      ...ofBreak('break_open', one, { kind: 'break', id }),
      params: { instrument, kind, books, exchange },
    };
  });

const unprotected: Rule = (turn) =>
  told(turn, (kind) => kind === 'missing_stop').map((one) => ({
    ...ofBreak('unprotected_position', one, { kind: 'trade', id: one.subject }),
    params: {
      trade: one.subject,
      instrument: one.found.instrument,
      amount: one.found.difference.amount,
    },
  }));

/** As long as nothing is put into its way. */
const liquidation: Rule = (turn, later) =>
  [...turn.books.liquidated].flatMap(([instrument, at]): readonly Finding[] => {
    const left = at / factor(turn) + LIQUIDATION_MEMORY - turn.now.server / factor(turn);
    if (left <= 0) return [];
    later(turn.now.mono + Math.ceil(left));
    return [
      {
        rule: 'liquidation',
        state: 'firing',
        severity: 'critical',
        subject: { kind: 'books', id: instrument },
        instrument,
        strategy: null,
        params: { instrument },
      },
    ];
  });

const unresolved: Rule = (turn) =>
  told(turn, (kind) => kind === 'unresolved_intent').map((one) => ({
    ...ofBreak('unresolved_order', one, { kind: 'order', id: one.subject }),
    params: { label: one.subject, instrument: one.found.instrument },
  }));

const flattenOwed: Rule = (turn, later) =>
  [...turn.books.strategies.values()].flatMap(
    ({ config, control, wantFlat }): readonly Finding[] => {
      if (wantFlat === null) return [];
      const [trade] = openTrades(turn.books, { strategy: config.id });
      if (trade === undefined) return [];
      const due = monoOf(turn, control.at) + FLATTEN_ALERT;
      if (turn.now.mono < due) later(due);
      return [
        {
          rule: 'flatten_owed',
          state: turn.now.mono < due ? 'undecided' : 'firing',
          severity: 'critical',
          subject: { kind: 'strategy', id: config.id },
          instrument: trade.instrument,
          strategy: config.id,
          params: { strategy: config.id, instrument: trade.instrument },
        },
      ];
    },
  );

/** A link that was away comes up before the books are compared: that short while is no alert of its own. */
const notVerified: Rule = (turn, later) => {
  const { alerts, clean } = turn.live;
  const { mono } = turn.now;
  if (instrumentsInUse(turn.books).length === 0) return [];
  const due = Math.max((clean?.mono ?? alerts.startedMono) + FRESH, alerts.blindEnd + AFTER_BLIND);
  const blind = alerts.down.trading !== null && mono - alerts.down.trading >= BLIND_ALERT;
  if (!blind && mono < due) later(due);
  const state = blind || mono < due ? 'undecided' : 'firing';
  if (state === 'undecided' && clean !== null && mono - clean.mono < FRESH) return [];
  const subject = { kind: 'books', id: 'verified' } as const;
  return [{ rule: 'not_verified', state, severity: 'critical', subject, ...NOBODY, params: {} }];
};

/** Prices, or a drop copy, that are away together with the account are not told apart from it; alone they have their own time. */
const blind: Rule = (turn, later) => {
  const { alerts, links } = turn.live;
  const { trading, market } = alerts.down;
  const alone = links.trading.up ? links.trading.since : Infinity;
  const sinceAlone = (down: number | null) => (down === null ? null : Math.max(down, alone));
  const since = {
    trading,
    market: sinceAlone(market),
    drop_copy: sinceAlone(alerts.down.drop_copy),
  };
  return (['trading', 'market', 'drop_copy'] as const).flatMap((link): readonly Finding[] => {
    const from = since[link];
    if (from === null) return [];
    const due = from + BLIND_ALERT;
    if (turn.now.mono < due) later(due);
    return [
      {
        rule: 'blind',
        state: turn.now.mono < due ? 'undecided' : 'firing',
        severity: link === 'trading' ? 'critical' : 'warning',
        subject: { kind: 'link', id: link },
        ...NOBODY,
        params: { link },
      },
    ];
  });
};

const killEngaged: Rule = (turn) => {
  const halted = [...turn.books.strategies.values()]
    .map(({ control }) => control)
    .filter(({ value }) => value === 'halted')
    .sort((a, b) => b.at - a.at)[0];
  if (halted === undefined) return [];
  return [
    {
      rule: 'kill_engaged',
      state: 'firing',
      severity: 'warning',
      subject: { kind: 'engine', id: 'kill' },
      ...NOBODY,
      params: { by: halted.by, reason: halted.reason },
    },
  ];
};

const strategyOff: Rule = (turn) =>
  [...turn.books.strategies.values()].flatMap(({ config, control }): readonly Finding[] =>
    control.value === 'paused' && control.by === 'engine' && control.reason === THROTTLED
      ? [
          {
            rule: 'strategy_off',
            state: 'firing',
            severity: 'warning',
            subject: { kind: 'strategy', id: config.id },
            instrument: config.instrument,
            strategy: config.id,
            params: { strategy: config.id },
          },
        ]
      : [],
  );

const crashLoop: Rule = (turn, later) => {
  const within = CRASH_LOOP.windowMs * factor(turn);
  const recent = turn.books.runs.crashes.filter((at) => turn.now.server - at < within);
  const oldest = recent.at(-CRASH_LOOP.count);
  if (oldest === undefined) return [];
  later(turn.now.mono + Math.ceil((oldest + within - turn.now.server) / factor(turn)));
  return [
    {
      rule: 'crash_loop',
      state: 'firing',
      severity: 'critical',
      subject: { kind: 'engine', id: 'crashes' },
      ...NOBODY,
      params: { count: String(recent.length) },
    },
  ];
};

const disk =
  (state: 'low' | 'full'): Rule =>
  ({ books }) =>
    books.disk === state
      ? [
          {
            rule: `disk_${state}`,
            state: 'firing',
            severity: state === 'full' ? 'critical' : 'warning',
            subject: { kind: 'engine', id: 'disk' },
            ...NOBODY,
            params: {},
          },
        ]
      : [];

const RULES: Readonly<Record<AlertRule, Rule>> = {
  break_open: breakOpen,
  unprotected_position: unprotected,
  liquidation,
  unresolved_order: unresolved,
  flatten_owed: flattenOwed,
  not_verified: notVerified,
  blind,
  kill_engaged: killEngaged,
  strategy_off: strategyOff,
  crash_loop: crashLoop,
  disk_low: disk('low'),
  disk_full: disk('full'),
};

/** Everything that fires or is undecided now. */
export const findings = (turn: Turn, later: Later): readonly Finding[] =>
  Object.values(RULES).flatMap((rule) => rule(turn, later));
