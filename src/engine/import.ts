/**
 * Another program's table of trades enters the books: its instruments are read, then the account's own fills of the time,
 * then each row is judged by them (`import-judge.ts`) and all facts are one commit. A read that fails leaves everything as
 * it was. A row enters once, whatever is imported again.
 */
import type { VenueOutcome } from '../venue/port.ts';
import { fillKey } from '../domain/fill.ts';
import { importKey } from '../domain/import.ts';
import { NEAR, poolOf } from '../reconcile/import.ts';
import { alreadyThere, judgeClosed, judgeOpen, type Work } from './import-judge.ts';
import { onInstrument } from './links.ts';
import type { Importing } from './live.ts';
import { type CommandOutcome, refuse, reply } from './reply.ts';
import { ask, factor, record, tradingUp, type Turn, wantCheck } from './turn.ts';

/** Why no table can be imported now. */
export function examineImport(turn: Turn): CommandOutcome | undefined {
  if (!tradingUp(turn))
    return refuse('link_down', 'there is no link to the exchange, and only its fills prove a row');
  if (turn.books.baseline === null || turn.live.clean === null)
    return refuse('not_compared', 'books and exchange have not been compared yet; try again soon');
  if (turn.live.importing !== null)
    return refuse('busy', 'another table is being imported; try again when it is done');
  return undefined;
}

/** Begins to read what the rows need. The answer comes when all is read and judged. */
export function beginImport(turn: Turn, command: Importing['command']): void {
  const importing: Importing = {
    command,
    waiting: 0,
    stage: 'terms',
    failed: null,
    fills: new Map(),
    whole: true,
  };
  turn.live.importing = importing;
  const names = new Set(command.rows.map(({ instrument }) => instrument));
  for (const instrument of names) {
    if (turn.books.instruments.has(instrument)) continue;
    importing.waiting += 1;
    ask(turn, { for: 'import', instrument }, { kind: 'instrument', instrument });
  }
  if (importing.waiting === 0) readFills(turn, importing);
}

/** A part of what was read for the table has come. */
export function onImportPart(
  turn: Turn,
  { instrument }: { readonly instrument?: string },
  outcome: VenueOutcome,
): void {
  const { importing } = turn.live;
  if (importing === null) return;
  importing.waiting -= 1;
  take(turn, importing, instrument, outcome);
  if (importing.waiting > 0) return;
  if (importing.failed === null && importing.stage === 'terms') return readFills(turn, importing);
  turn.live.importing = null;
  reply(turn, importing.command.id, importing.failed ?? enter(turn, importing));
}

function take(
  turn: Turn,
  importing: Importing,
  instrument: string | undefined,
  outcome: VenueOutcome,
): void {
  if (outcome.status === 'ok' && outcome.result.kind === 'instrument')
    return onInstrument(turn, outcome.result.instrument);
  if (outcome.status === 'ok' && outcome.result.kind === 'fills') {
    for (const fill of outcome.result.fills) importing.fills.set(fillKey(fill), fill);
    importing.whole &&= outcome.result.hole === null;
    return;
  }
  importing.failed ??=
    instrument !== undefined && outcome.status === 'refused'
      ? refuse(
          'unknown_instrument',
          `the exchange does not know the instrument ${instrument}`,
          'instrument',
          'a name of the exchange, such as BTC_USDC-PERPETUAL',
        )
      : refuse('unread', 'the fills of that time could not be read; nothing was imported');
}

/** The own fills from before the first row began until after the last one ended, or until now where one is open. */
function readFills(turn: Turn, importing: Importing): void {
  importing.stage = 'fills';
  const { rows } = importing.command;
  const near = NEAR * factor(turn);
  const ends = rows.map(({ exit }) => exit?.at ?? turn.now.server);
  const from = Math.min(...rows.map(({ openedAt }) => openedAt)) - near;
  const to = Math.max(...ends) + near;
  const currencies = new Set(
    rows.map(({ instrument }) => turn.books.instruments.get(instrument)?.settlementCurrency ?? ''),
  );
  for (const currency of currencies) {
    importing.waiting += 1;
    ask(turn, { for: 'import' }, { kind: 'fills', currency, from, to });
  }
}

/** Judges every row and, unless it is a dry run, records what became of it. */
function enter(turn: Turn, { command, fills, whole }: Importing): CommandOutcome {
  const fresh = command.rows.filter(
    ({ row }) => !turn.books.imported.has(importKey(command.source, row)),
  );
  const open = fresh.filter(({ exit }) => exit === null);
  const pool = poolOf([...fills.values()], turn.books.proving);
  const work: Work = { turn, command, pool, whole };
  const known = command.rows.filter((row) => !fresh.includes(row)).map(alreadyThere);
  const closed = fresh.flatMap((row) =>
    row.exit === null ? [] : [judgeClosed(work, { ...row, exit: row.exit })],
  );
  const judged = [...known, ...closed, ...judgeOpen(work, open)];
  const plan = judged.map(({ step }) => step);
  if (command.dryRun) return { ok: true, state: 'done', plan, seq: turn.cell.seq, report: null };
  const { id, by, source, rows } = command;
  const taken = record(
    turn,
    {
      type: 'COMMAND_TAKEN',
      v: 1,
      data: { id, name: command.verb, by: by.id, args: { source, rows } },
    },
    by,
  );
  for (const one of judged) one.enter?.();
  if (open.length > 0) wantCheck(turn, 'demand');
  return { ok: true, state: 'done', plan, seq: taken.seq, report: null };
}
