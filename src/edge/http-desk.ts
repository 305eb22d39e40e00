/**
 * Carries commands out, each key once, in the accounts that are meant [I38]. A key belongs to one command of the whole
 * engine: each journal that took it remembers it, so that a repetition after a crash between two journals completes it.
 */
import { canonical } from '../base/canonical.ts';
import type { Command } from '../domain/command.ts';
import type { AccountReport, CommandAnswer } from '../wire/requests.ts';
import { pause } from './clock.ts';
import { type Answer, json, refuse } from './http-answer.ts';
import type { Served, Sources } from './http-sources.ts';

type Taken = { readonly what: string; readonly answer: Promise<Answer> };

/** One account's answer to a command. */
type Part = { readonly account: string; readonly answer: Answer };

export type Desk = (command: Command, meant: Sources['each']) => Promise<Answer>;

/** Answers that are remembered; the journals remember the rest. */
const MOST_REMEMBERED = 1_000;

/** So long a kill waits for what the journals remember of its key: whoever reads them may be busy for longer. */
const KILL_WAITS_MS = 500;

const usedOtherwise = (key: string): Answer =>
  refuse(422, 'key_used_otherwise', {
    title: 'Idempotency key used before',
    detail: `The key "${key}" belongs to another command.`,
    field: 'Idempotency-Key',
    next: 'Send a fresh random key with this command.',
  });

/** What is known of a command that an earlier run of the engine took: that it was taken, and where it stands. */
const takenBefore = (id: string, seq: number): CommandAnswer => ({
  id,
  state: 'done',
  plan: { steps: [], cost: null },
  steps: [
    {
      action: 'taken',
      state: 'confirmed',
      text: `taken as fact ${seq}, before the engine last started`,
    },
  ],
  seq,
});

async function ask({ door }: Served, command: Command): Promise<Answer> {
  const result = await door.command(command);
  if (!result.ok) return { kind: 'problem', problem: result.problem };
  if (command.dryRun) return json({ plan: result.answer.plan });
  return json(result.answer, result.answer.state === 'running' ? 202 : 200);
}

type Planned = Pick<CommandAnswer, 'plan'> & Partial<CommandAnswer>;

/** The steps of one account, told apart by its name. */
const named = <Step extends { readonly text: string }>(
  account: string,
  steps: readonly Step[],
): readonly Step[] => steps.map((step) => ({ ...step, text: `${account}: ${step.text}` }));

function stepsOf({ account, answer }: Part): CommandAnswer['steps'] {
  if (answer.kind === 'json') return named(account, (answer.body as Planned).steps ?? []);
  const detail = answer.kind === 'problem' ? answer.problem.detail : '';
  return named(account, [{ action: 'refused', state: 'rejected', text: detail }]);
}

/** What a command asks for, without who asked and under which key. */
const asked = (args: object): string => {
  const { id: _, by: __, dryRun: ___, verb: ____, ...rest } = args as Partial<Command>;
  return canonical(rest);
};

/** The answers of several accounts as one; a refusal by all is that refusal. */
function together(command: Command, parts: readonly Part[]): Answer {
  const [first] = parts;
  const done = parts.flatMap(({ account, answer }) =>
    answer.kind === 'json' ? [{ account, body: answer.body as Planned }] : [],
  );
  if (first === undefined || parts.length === 1 || done.length === 0)
    return first?.answer ?? usedOtherwise(command.id);
  const plan = {
    steps: done.flatMap(({ account, body }) => named(account, body.plan.steps)),
    cost: null,
  };
  if (command.dryRun) return json({ plan });
  const running = done.some(({ body }) => body.state === 'running');
  const state = done.length < parts.length ? 'refused' : running ? 'running' : 'done';
  const reports = done.flatMap(({ account, body: { report } }): readonly AccountReport[] =>
    report === undefined ? [] : [{ account, report }],
  );
  const answer: CommandAnswer = {
    id: command.id,
    state,
    plan,
    steps: parts.flatMap(stepsOf),
    seq: done[0]?.body.seq ?? 0,
    ...(reports.length === 0 ? {} : { reports }),
  };
  return json(answer, state === 'running' ? 202 : 200);
}

/** The desk of one engine. */
export function createDesk(all: Sources['each']): Desk {
  const remembered = new Map<string, Taken>();

  const inAll = async (command: Command, meant: readonly Served[]): Promise<Answer> => {
    const parts = await Promise.all(
      meant.map(async (one) => ({ account: one.door.id, answer: await ask(one, command) })),
    );
    return together(command, parts);
  };

  /** Where a command was taken already, by an earlier run. */
  const takenIn = async (id: string) => {
    const seqs = await Promise.all(all.map(({ store }) => store.command(id)));
    return all.flatMap((one, index) => {
      const seq = seqs[index];
      return seq === undefined ? [] : [{ one, seq }];
    });
  };

  const first = async (command: Command, meant: Sources['each']): Promise<Answer> => {
    const looked = takenIn(command.id);
    const taken = await (command.verb === 'kill'
      ? Promise.race([looked, pause(KILL_WAITS_MS).then(() => [])])
      : looked);
    for (const { one, seq } of taken) {
      const [fact] = await one.store.facts(seq - 1, 1);
      const same =
        fact?.type === 'COMMAND_TAKEN' &&
        fact.data.name === command.verb &&
        asked(fact.data.args) === asked(command);
      if (!same || !meant.includes(one)) return usedOtherwise(command.id);
    }
    const parts = await Promise.all(
      meant.map(async (one): Promise<Part> => {
        const before = taken.find((found) => found.one === one);
        const answer =
          before === undefined
            ? await ask(one, command)
            : json(takenBefore(command.id, before.seq));
        return { account: one.door.id, answer };
      }),
    );
    return together(command, parts);
  };

  /** A command that never got as far as a journal may be tried again under its key. */
  const forgetUntaken = async (id: string, answer: Promise<Answer>): Promise<void> => {
    const outcome = await answer.catch(() => undefined);
    const failed = outcome === undefined || outcome.kind === 'problem';
    if (!failed) return;
    const taken = await takenIn(id).catch(() => []);
    if (taken.length === 0) remembered.delete(id);
  };

  return async (command, meant) => {
    if (command.dryRun) return inAll(command, meant);
    const { id, by: _by, ...rest } = command;
    const what = canonical({ ...rest, accounts: meant.map(({ door }) => door.id) });
    const held = remembered.get(id);
    if (held !== undefined) return held.what === what ? held.answer : usedOtherwise(id);
    const answer = first(command, meant);
    remembered.set(id, { what, answer });
    for (const old of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(old);
    }
    void forgetUntaken(id, answer);
    return answer;
  };
}
