/**
 * Commands of a person on their way: which are being sent, and what became of them. A command is sent once; whether it
 * arrived is said honestly, and its effect shows only where the stream brings it.
 */
import { create } from 'zustand';
import { type Asked, carryOut, failureText, type Order } from './api.ts';

export type Notice = {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  /** Key of a sentence and what fills it, or text as the server said it. */
  readonly key: 'command.done' | 'command.running' | 'command.refused' | 'command.failed';
  readonly about: string;
  readonly reason: string;
};

type Commands = {
  /** Orders without an answer yet, by `keyOf`. */
  readonly sending: ReadonlySet<string>;
  readonly notices: readonly Notice[];
  /** The order whose plan is being looked at. */
  readonly considered: Order | null;
};

export const useCommands = create<Commands>()(() => ({
  sending: new Set(),
  notices: [],
  considered: null,
}));

/** What makes two presses the same wish. */
export function keyOf(order: Asked): string {
  if (order.verb === 'kill' || order.verb === 'reconcile') return order.verb;
  if (order.verb === 'ack_alert' || order.verb === 'snooze_alert')
    return `${order.verb} ${order.alert}`;
  return `${order.verb} ${'breakId' in order ? order.breakId : order.strategy}`;
}

export const useSending = (order: Asked): boolean =>
  useCommands(({ sending }) => sending.has(keyOf(order)));

/** Opens the dialog that shows the plan first. */
export const consider = (order: Order | null): void => useCommands.setState({ considered: order });

const NOTICE_MS = 6_000;
let nextNotice = 1;

export const dismiss = (id: number): void =>
  useCommands.setState(({ notices }) => ({
    notices: notices.filter((notice) => notice.id !== id),
  }));

export function say(notice: Omit<Notice, 'id'>): void {
  const id = nextNotice++;
  useCommands.setState(({ notices }) => ({ notices: [...notices.slice(-3), { ...notice, id }] }));
  if (notice.tone === 'good') setTimeout(() => dismiss(id), NOTICE_MS);
}

export type Outcome = Awaited<ReturnType<typeof carryOut>>;

/** Sends an order; a second press while the first has no answer does nothing. */
export async function send(order: Asked): Promise<Outcome | null> {
  const key = keyOf(order);
  if (useCommands.getState().sending.has(key)) return null;
  useCommands.setState(({ sending }) => ({ sending: new Set([...sending, key]) }));
  const outcome = await carryOut(order);
  useCommands.setState(({ sending }) => ({
    sending: new Set([...sending].filter((each) => each !== key)),
  }));
  return outcome;
}

/** Sends an order and says what became of it. */
export async function ask(order: Asked): Promise<void> {
  const outcome = await send(order);
  if (outcome === null) return;
  const about = keyOf(order);
  if (outcome.ok) {
    if (order.verb !== 'reconcile' && outcome.body.state === 'refused') {
      const reason = outcome.body.steps.map(({ text }) => text).join(' ');
      say({ tone: 'bad', key: 'command.refused', about, reason });
    } else
      say({
        tone: 'good',
        key: outcome.body.state === 'running' ? 'command.running' : 'command.done',
        about,
        reason: '',
      });
    return;
  }
  const key = outcome.failure.kind === 'refused' ? 'command.refused' : 'command.failed';
  say({ tone: 'bad', key, about, reason: failureText(outcome.failure) });
}
