/** The verbs that look at trading: status, strategies, positions, trades. */
import type { Position, Strategy, Trade } from '../../domain/shown.ts';
import type { Page, StatusAnswer } from '../../wire/requests.ts';
import { formatMoney, formatNumber, NONE } from '../../words/format.ts';
import { label } from '../../words/label.ts';
import { overviewSentence } from '../../words/overview.ts';
import { retold } from '../../words/said.ts';
import { sentence, text, waitsFor } from '../../words/text.ts';
import { about, accountColumn, theEngine } from '../cli-engine.ts';
import {
  type Cell,
  type Io,
  inJson,
  inWords,
  type LookFlags,
  plain,
  printTable,
  timeOf,
} from '../cli-io.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

const decimalOf = (io: Io, value: Parameters<typeof formatNumber>[1] | null): string =>
  value === null ? NONE : formatNumber(io.lang, value);

const stateOf = (io: Io, strategy: Strategy): Cell => {
  const { control, activity, assurance } = strategy;
  const words = label(io.lang, { control: control.value, activity, assurance });
  const bad = control.value === 'halted' || assurance === 'mismatch' || assurance === 'blind';
  return bad
    ? { text: words, colour: 'red' }
    : control.value === 'running'
      ? words
      : { text: words, colour: 'yellow' };
};

const waiting = (io: Io, strategy: Strategy): string => {
  const { control } = strategy;
  if (control.value !== 'running' && control.reason !== '')
    return `“${control.by === 'engine' ? retold(io.lang, control.reason) : control.reason}” (${control.by})`;
  const what = waitsFor(strategy);
  return what === null ? NONE : sentence(io.lang, what.key, what.params);
};

const stopOf = (io: Io, position: Position | undefined): Cell => {
  if (position === undefined || position.stop.state === 'none') return NONE;
  const { state, price, amount } = position.stop;
  if (state === 'on_exchange') return { text: decimalOf(io, price), colour: 'green' };
  return {
    text:
      state === 'partial'
        ? text(io.lang, 'stop.partial', { amount })
        : text(io.lang, 'stop.missing'),
    colour: 'red',
  };
};

const money = (io: Io, trade: Trade): Cell => {
  if (trade.pnlSource === 'unknown') return NONE;
  const words = formatMoney(io.lang, trade.netPnl, { currency: trade.currency, plus: true });
  return trade.netPnl === '0'
    ? words
    : { text: words, colour: trade.netPnl.startsWith('-') ? 'red' : 'green' };
};

const sizeOf = (io: Io, trade: Trade): string =>
  `${text(io.lang, `side.${trade.direction}`)} ${formatNumber(io.lang, trade.openAmount)}`;

function headline(io: Io, status: StatusAnswer, positions: readonly Position[]): void {
  const { strategies } = status;
  const { tone, sentence: truth } = overviewSentence(io.lang, {
    linked: true,
    halted: strategies.some(({ control }) => control.value === 'halted'),
    assurance: status.assurance,
    needsYou: status.breaksOpen,
    strategies: strategies.length,
    paused: strategies.filter(({ control }) => control.value === 'paused').length,
    positions: positions.filter(({ size }) => size !== '0').length,
  });
  const mode = status.mode === 'testnet' || status.mode === 'live' ? status.mode : 'practice';
  const account =
    status.account === null ? [] : [text(io.lang, 'cli.account', { account: status.account })];
  const speed =
    status.speed === 1 ? [] : [text(io.lang, 'clock.speed', { speed: String(status.speed) })];
  io.line(
    [io.paint('bold', text(io.lang, `mode.${mode}`)), ...account.map(plain), ...speed].join('  '),
  );
  io.line(io.paint(tone === 'good' ? 'green' : tone === 'warning' ? 'yellow' : 'red', truth));
  if (status.disk !== 'enough') io.line(io.paint('red', text(io.lang, `disk.${status.disk}`)));
}

/** `status`: one sentence of truth, then a line per strategy. */
export async function showStatus(io: Io, flags: LookFlags): Promise<ExitCode> {
  const engine = theEngine(io, flags);
  const status = await engine.get<StatusAnswer>(about('/status', flags));
  if (flags.json === true) return inJson(io, status);
  const [positions, open] = await Promise.all([
    engine.get<Page<Position>>(about('/positions', flags)),
    engine.get<Page<Trade>>(about('/trades?status=open', flags)),
  ]);
  headline(io, status, positions.items);
  if (status.alertsFiring > 0)
    io.line(io.paint('yellow', text(io.lang, 'cli.alerts_firing', { n: status.alertsFiring })));
  if (status.accounts.length > 1)
    for (const { id, account, assurance, breaksOpen } of status.accounts)
      io.line(
        plain(
          text(io.lang, 'cli.account_stands', {
            id,
            account: account ?? NONE,
            assurance: text(io.lang, `status.${assurance}`),
            n: breaksOpen,
          }),
        ),
      );
  if (status.strategies.length === 0) return EXIT.fine;
  io.line();
  const heads = ['strategy', 'state', 'position', 'stop', 'waits'] as const;
  printTable(io, {
    heads: heads.map((head) => text(io.lang, `cli.head.${head}`)),
    rows: status.strategies.map((strategy) => {
      const trade = open.items.find(({ id }) => id === strategy.position);
      const position =
        trade === undefined
          ? undefined
          : positions.items.find(
              ({ account, instrument }) =>
                account === trade.account && instrument === trade.instrument,
            );
      return [
        strategy.id,
        stateOf(io, strategy),
        trade === undefined ? NONE : `${sizeOf(io, trade)} ${trade.instrument}`,
        stopOf(io, position),
        waiting(io, strategy),
      ];
    }),
  });
  return EXIT.fine;
}

/** `strategies`: each with its conditions. */
export async function showStrategies(io: Io, flags: LookFlags): Promise<ExitCode> {
  const page = await theEngine(io, flags).get<Page<Strategy>>(about('/strategies', flags));
  if (flags.json === true) return inJson(io, page);
  if (page.items.length === 0) io.line(text(io.lang, 'overview.no_strategy'));
  for (const strategy of page.items) {
    const state = stateOf(io, strategy);
    const words = typeof state === 'string' ? state : io.paint(state.colour, state.text);
    io.line(
      `${io.paint('bold', plain(strategy.id))}  ${plain(strategy.kind)}  ${plain(strategy.instrument)}  ${words}`,
    );
    for (const { id, state: met, reason, params } of strategy.checkpoints) {
      const mark =
        met === 'met'
          ? io.paint('green', '✓')
          : met === 'pending'
            ? io.paint('yellow', '…')
            : io.paint('red', '✗');
      io.line(`  ${mark} ${plain(sentence(io.lang, `checkpoint.${id}.${reason}`, params))}`);
    }
  }
  return EXIT.fine;
}

/** `positions`. */
export async function showPositions(io: Io, flags: LookFlags): Promise<ExitCode> {
  const engine = theEngine(io, flags);
  const page = await engine.get<Page<Position>>(about('/positions', flags));
  if (flags.json === true) return inJson(io, page);
  const held = page.items.filter(
    ({ size, foreignAmount }) => size !== '0' || foreignAmount !== '0',
  );
  if (held.length === 0) return inWords(io, text(io.lang, 'empty.positions'));
  const heads = [
    'instrument',
    'amount',
    'entry',
    'mark',
    'unrealised',
    'stop',
    'verified',
  ] as const;
  const account = await accountColumn(io, engine, held);
  printTable(io, {
    heads: [...heads.map((head) => text(io.lang, `cli.head.${head}`)), ...account.heads],
    right: [1, 2, 3, 4],
    rows: held.map((position) => [
      position.instrument,
      formatNumber(io.lang, position.size),
      decimalOf(io, position.averagePrice),
      decimalOf(io, position.markPrice),
      position.unrealisedPnl === null
        ? NONE
        : formatMoney(io.lang, position.unrealisedPnl, { currency: position.currency, plus: true }),
      stopOf(io, position),
      timeOf(io, position.verifiedAt),
      ...account.cells(position),
    ]),
  });
  return EXIT.fine;
}

export type TradeFlags = LookFlags & {
  readonly limit?: string | undefined;
  readonly status?: string | undefined;
  readonly strategy?: string | undefined;
};

/** `trades`, newest first. */
export async function showTrades(io: Io, flags: TradeFlags): Promise<ExitCode> {
  const query = new URLSearchParams({ limit: flags.limit ?? '20' });
  if (flags.status !== undefined) query.set('status', flags.status);
  if (flags.strategy !== undefined) query.set('strategy', flags.strategy);
  const engine = theEngine(io, flags);
  const page = await engine.get<Page<Trade>>(about(`/trades?${query}`, flags));
  if (flags.json === true) return inJson(io, page);
  if (page.items.length === 0) return inWords(io, text(io.lang, 'cli.no_trades'));
  const heads = [
    'trade',
    'instrument',
    'side',
    'amount',
    'opened',
    'entry',
    'exit',
    'net',
    'closed_by',
  ] as const;
  const account = await accountColumn(io, engine, page.items);
  printTable(io, {
    heads: [...heads.map((head) => text(io.lang, `cli.head.${head}`)), ...account.heads],
    right: [3, 5, 6, 7],
    rows: page.items.map((trade) => [
      trade.id,
      trade.instrument,
      text(io.lang, `side.${trade.direction}`),
      formatNumber(io.lang, trade.amount),
      timeOf(io, trade.openedAt),
      decimalOf(io, trade.entryPrice),
      decimalOf(io, trade.exitPrice),
      money(io, trade),
      trade.status === 'open'
        ? text(io.lang, 'cli.still_open')
        : trade.closedBy === null
          ? NONE
          : text(io.lang, `closed_by.${trade.closedBy}`),
      ...account.cells(trade),
    ]),
  });
  return EXIT.fine;
}
