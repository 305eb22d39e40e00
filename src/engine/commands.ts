/**
 * What people ask. A command is taken once under its id (I38), is a fact with its author, and states its plan first; a dry
 * run answers the plan and changes nothing. Carrying out what it wants is the business of the duties.
 */
import { isZero } from '../base/decimal.ts';
import type { Command, CommandVerb } from '../domain/command.ts';
import type { Actor } from '../domain/fact.ts';
import { parseLabel } from '../domain/label.ts';
import { blockingBreaks, openTrades, unresolvedIntents } from '../domain/ledger.ts';
import { isLive } from '../domain/order.ts';
import type { Control } from '../domain/status.ts';
import { alertPlan, answerAlert, examineAlert, isAboutAlert } from './alerts.ts';
import { wantCancelled } from './changes.ts';
import { decisionPlan, examineDecision, resolveBreak } from './decide.ts';
import { examineOwner, isAboutOwner, ownerPlan, setOwner } from './owner.ts';
import { beginImport, examineImport } from './import.ts';
import { oweHistory } from './judge.ts';
import { type CommandOutcome, type Step, refuse, reply } from './reply.ts';
import { ENGINE, type Turn, record, wantCheck } from './turn.ts';
import { examineUndo, undoDecision, undoPlan } from './undo.ts';

/** Takes a command: refuses it, answers its plan, or records and begins it. */
export function onCommand(turn: Turn, command: Command): void {
  const refused = turn.books.commands.has(command.id)
    ? refuse('repeated', 'this command was carried out already')
    : examine(turn, command);
  if (refused !== undefined) return reply(turn, command.id, refused);
  if (command.verb === 'import') return beginImport(turn, command);
  const plan = planOf(turn, command);
  if (command.dryRun)
    return reply(turn, command.id, {
      ok: true,
      state: 'done',
      plan,
      seq: turn.cell.seq,
      report: null,
    });
  const { id, by, dryRun: _, ...args } = command;
  const taken = record(
    turn,
    { type: 'COMMAND_TAKEN', v: 1, data: { id, name: command.verb, by: by.id, args } },
    by,
  );
  const waits = carryOut(turn, command);
  if (waits) turn.live.waitingCommands.push({ id, after: turn.live.checkCounter });
  else
    reply(turn, id, {
      ok: true,
      state: isRunning(turn, command) ? 'running' : 'done',
      plan,
      seq: taken.seq,
      report: null,
    });
}

const isRunning = (turn: Turn, command: CommandVerb): boolean =>
  command.verb === 'flatten'
    ? openTrades(turn.books, { strategy: command.strategy }).length > 0
    : command.verb === 'kill' && turn.books.changes.size > 0;

function examine(turn: Turn, command: Command): CommandOutcome | undefined {
  if (command.verb === 'reconcile')
    return turn.live.links.trading.up
      ? undefined
      : refuse(
          'link_down',
          'there is no link to the exchange; the check runs by itself when it is back',
        );
  if (command.verb === 'kill') return undefined;
  if (command.verb === 'resolve') return examineDecision(turn, command);
  if (command.verb === 'undo') return examineUndo(turn, command);
  if (isAboutOwner(command)) return examineOwner(turn, command);
  if (command.verb === 'import') return examineImport(turn);
  if (isAboutAlert(command)) return examineAlert(turn, command);
  const known = [...turn.books.strategies.keys()].join(', ');
  const strategy = turn.books.strategies.get(command.strategy);
  if (strategy === undefined)
    return refuse(
      'unknown_strategy',
      `there is no strategy ${command.strategy}`,
      'strategy',
      known,
    );
  if (
    (command.verb === 'pause' || command.verb === 'drain') &&
    strategy.control.value === 'halted'
  ) {
    return refuse(
      'halted',
      `the kill switch is on for ${command.strategy}: it does nothing new already; resume it to go on`,
    );
  }
  if (command.verb === 'resume' && !isConfigured(turn, command.strategy))
    return refuse(
      'not_configured',
      `${command.strategy} is not configured in this account any more: nothing of it would run`,
    );
  const breaks = blockingBreaks(turn.books, strategy.config.instrument);
  const first = breaks[0];
  if (command.verb === 'resume' && first !== undefined)
    return refuse(
      'open_break',
      `resolve ${first.break.id} first: ${first.break.kind} on ${first.break.instrument}`,
    );
  return undefined;
}

/** Commands that are carried out at once; a table is read for first. */
type Direct<Any extends CommandVerb> = Exclude<Any, { readonly verb: 'import' }>;

function planOf(turn: Turn, command: Direct<CommandVerb>): readonly Step[] {
  switch (command.verb) {
    case 'reconcile':
      return [
        {
          action: 'compare',
          text: 'read orders, positions, fills and balances, and compare them with the books',
        },
      ];
    case 'pause':
      return [
        {
          action: 'pause',
          text: `${command.strategy}: no new entries; stops and targets keep working`,
        },
      ];
    case 'drain':
      return [{ action: 'drain', text: `${command.strategy}: no new entries; stops when flat` }];
    case 'resume':
      return [{ action: 'resume', text: `${command.strategy}: entries are allowed again` }];
    case 'flatten':
      return [
        { action: 'pause', text: `${command.strategy}: no new entries` },
        ...closingSteps(turn, command.strategy),
      ];
    case 'kill':
      return killPlan(turn, command.strength);
    case 'resolve':
      return decisionPlan(turn, command);
    case 'undo':
      return undoPlan(turn, command);
    case 'take':
    case 'release':
      return ownerPlan(command);
    case 'ack_alert':
    case 'snooze_alert':
      return alertPlan(command);
  }
}

function closingSteps(turn: Turn, strategy?: string): Step[] {
  return openTrades(turn.books, strategy === undefined ? {} : { strategy }).flatMap((trade) =>
    isZero(trade.open)
      ? []
      : [
          {
            action: 'close',
            text: `${trade.direction === 'long' ? 'sell' : 'buy'} ${trade.open} ${trade.instrument}, reduce-only, immediate-or-cancel (${trade.id})`,
          },
        ],
  );
}

function killPlan(turn: Turn, strength: 'stop' | 'reduce' | 'cancel' | 'flatten'): Step[] {
  const halt = [...turn.books.strategies.values()].map(({ config }) => ({
    action: 'halt',
    text: `${config.id}: no new entries until a person resumes it`,
  }));
  const cancels =
    strength === 'stop'
      ? []
      : killable(turn, strength).map((order) => ({
          action: 'cancel',
          text: `cancel ${order.type} ${order.direction} ${order.amount} (${order.orderId})`,
        }));
  return [...halt, ...cancels, ...(strength === 'flatten' ? closingSteps(turn) : [])];
}

/**
 * Live orders of ours that a kill cancels: openings, and from `cancel` on everything that does not protect an open trade. Ours
 * by its label is also what an earlier journal left behind: it may open all the same.
 */
function killable(turn: Turn, strength: 'reduce' | 'cancel' | 'flatten') {
  return [...turn.books.orders.values()].flatMap(({ order, leg }) => {
    const purpose = leg?.purpose ?? parseLabel(order.label)?.purpose;
    if (purpose === undefined || !isLive(order.state)) return [];
    if (purpose === 'entry') return [order];
    if (strength === 'reduce' || purpose === 'stop') return [];
    const linked = order.ocoRef !== null && order.ocoRef !== '';
    return linked ? [] : [order];
  });
}

type Order = {
  readonly control: Control;
  readonly by: Actor;
  readonly reason: string;
  readonly flatten?: 'operator_close' | 'kill_close';
};

/** Whether this run trades with a strategy; one that is not configured any more stays in the books as long as it is there. */
const isConfigured = (turn: Turn, strategy: string): boolean => turn.live.runners.has(strategy);

/** What a stopped strategy has not looked at is read before it judges again. One that is not configured stays stopped. */
function setControl(turn: Turn, strategy: string, { control, by, reason, flatten }: Order): void {
  const before = turn.books.strategies.get(strategy);
  if (before?.control.value === 'stopped') oweHistory(turn, before.config.instrument);
  record(
    turn,
    {
      type: 'CONTROL_CHANGED',
      v: 1,
      data: {
        strategy,
        control: isConfigured(turn, strategy) ? control : 'stopped',
        by: by.id,
        reason,
        flatten: flatten ?? null,
      },
    },
    by,
  );
}

/** Begins it; answers whether the reply waits for a check's report. */
function carryOut(turn: Turn, command: Direct<Command>): boolean {
  switch (command.verb) {
    case 'reconcile':
      wantCheck(turn, 'demand');
      return true;
    case 'pause':
      setControl(turn, command.strategy, {
        control: 'paused',
        by: command.by,
        reason: command.reason,
      });
      return false;
    case 'resume':
      setControl(turn, command.strategy, {
        control: 'running',
        by: command.by,
        reason: command.reason,
      });
      return false;
    case 'drain':
      setControl(turn, command.strategy, {
        control: 'draining',
        by: command.by,
        reason: command.reason,
      });
      return false;
    case 'flatten':
      setControl(turn, command.strategy, {
        control: 'paused',
        by: command.by,
        reason: command.reason,
        flatten: 'operator_close',
      });
      return false;
    case 'kill':
      kill(turn, command);
      return false;
    case 'resolve':
      resolveBreak(turn, command);
      return false;
    case 'undo':
      undoDecision(turn, command);
      return false;
    case 'take':
    case 'release':
      setOwner(turn, command);
      return false;
    case 'ack_alert':
    case 'snooze_alert':
      answerAlert(turn, command);
      return false;
  }
}

function kill(turn: Turn, command: Extract<Command, { readonly verb: 'kill' }>): void {
  for (const id of turn.books.strategies.keys()) {
    const flatten = command.strength === 'flatten' ? { flatten: 'kill_close' as const } : {};
    setControl(turn, id, { control: 'halted', by: command.by, reason: command.reason, ...flatten });
  }
  if (command.strength === 'stop') return;
  for (const order of killable(turn, command.strength)) wantCancelled(turn, order.orderId, 'kill');
}

/** The duty: a draining strategy stops when it is flat and nothing of it is on its way. */
export function finishDraining(turn: Turn): void {
  for (const { config, control } of turn.books.strategies.values()) {
    if (control.value !== 'draining' || openTrades(turn.books, { strategy: config.id }).length > 0)
      continue;
    if (unresolvedIntents(turn.books).some(({ intent }) => intent.strategy === config.id)) continue;
    setControl(turn, config.id, {
      control: 'stopped',
      by: ENGINE,
      reason: `drained; asked by ${control.by}: ${control.reason}`,
    });
  }
}
