/** How the books of a strategy change: configuration, control, evaluation. */
import { startOfDay, type Millis } from '../base/time.ts';
import type { Books, StrategyRecord } from './books.ts';
import { openTrades, pendingEntry } from './ledger.ts';
import type { StrategyConfig } from './config.ts';
import { useChanged } from './finder.ts';
import type { FactBody } from './fact.ts';

type Data<Type extends FactBody['type']> = Extract<FactBody, { readonly type: Type }>['data'];

function newStrategy(config: StrategyConfig, at: Millis): StrategyRecord {
  return {
    config,
    control: { value: 'running', by: 'config', reason: 'first start', at },
    ready: false,
    evaluation: null,
    wantFlat: null,
    lastClosedAt: null,
    openedToday: { day: startOfDay(at), count: 0 },
    recentEntries: [],
  };
}

/**
 * A start: configurations may have changed; control stays as it was (I22). Strategies that are not configured any more
 * stay in the books, stopped, as long as they are there. No link is up and no instrument is verified.
 */
export function onEngineStarted(books: Books, data: Data<'ENGINE_STARTED'>, at: Millis): void {
  if (books.birth !== data.birth) books.watchedSince = null;
  books.birth = data.birth;
  books.node = data.node;
  books.risk = data.risk;
  books.speed = data.speed;
  books.links.trading = false;
  books.links.market = false;
  const configured = new Set(data.strategies.map((strategy) => strategy.id));
  for (const config of data.strategies) {
    const known = books.strategies.get(config.id);
    if (known === undefined) books.strategies.set(config.id, newStrategy(config, at));
    else {
      known.config = config;
      known.ready = false;
      known.evaluation = null;
      if (known.control.value === 'stopped' && known.control.by === 'config')
        known.control = { value: 'paused', by: 'config', reason: 'configured again', at };
    }
  }
  useChanged(books);
  for (const [id, strategy] of books.strategies) {
    if (!configured.has(id))
      strategy.control = { value: 'stopped', by: 'config', reason: 'not configured any more', at };
  }
}

/** The last control fact stands, whoever gave it; only going back to running ends a flatten that is owed (I51). */
export function onControl(books: Books, data: Data<'CONTROL_CHANGED'>, at: Millis): void {
  const strategy = books.strategies.get(data.strategy);
  if (strategy === undefined) return;
  strategy.control = { value: data.control, by: data.by, reason: data.reason, at };
  if (data.flatten !== null && mayHold(books, data.strategy)) strategy.wantFlat = data.flatten;
  if (data.control !== 'running') return;
  strategy.wantFlat = null;
  strategy.recentEntries = [];
}

/** Whether something of a strategy is open or may still open. */
const mayHold = (books: Books, strategy: string): boolean =>
  openTrades(books, { strategy }).length > 0 || pendingEntry(books, strategy) !== undefined;

/** The newest evaluation replaces the one before. */
export function onEvaluated(books: Books, data: Data<'STRATEGY_EVALUATED'>): void {
  const strategy = books.strategies.get(data.strategy);
  if (strategy === undefined) return;
  const { checkpoints, signal, strength, why } = data;
  strategy.evaluation = { checkpoints, signal, strength, why };
}

/** Counts an entry that became a trade, per UTC day. */
export function countOpened(strategy: StrategyRecord, at: Millis): void {
  const day = startOfDay(at);
  if (strategy.openedToday.day !== day) strategy.openedToday = { day, count: 0 };
  strategy.openedToday.count += 1;
}
