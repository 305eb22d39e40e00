/**
 * The routes that change something. Each command carries a key made by the client and is carried out at most once under it:
 * the same key again answers what the first one was answered, also after a restart [I38].
 */
import type { z } from 'zod';
import { canonical } from '../base/canonical.ts';
import type { Command, CommandVerb } from '../domain/command.ts';
import type { CommandAnswer } from '../wire/requests.ts';
import {
  commandAnswerSchema,
  dryRunSchema,
  testSchema,
  verifySchema,
} from '../wire/schemas-answers.ts';
import {
  ackBody,
  controlBody,
  emptyBody,
  killBody,
  noQuery,
  reconcileBody,
  resolveBody,
  snoozeBody,
} from '../wire/schemas-requests.ts';
import { reportSchema } from '../wire/schemas.ts';
import { secretText } from './entropy.ts';
import { type Answer, json, refuse } from './http-answer.ts';
import type { Sources } from './http-reads.ts';
import { type Call, type ObjectSchema, type Route, route } from './http-routes.ts';

type Taken = { readonly what: string; readonly answer: Promise<Answer> };

/** Answers that are remembered; the journal remembers the rest. */
const MOST_REMEMBERED = 1_000;
const KEY = /^[\x21-\x7e]{8,128}$/;

const keyProblem = (key: string | undefined): Answer =>
  refuse(400, key === undefined ? 'missing_key' : 'invalid_key', {
    title: key === undefined ? 'Missing idempotency key' : 'Invalid idempotency key',
    detail:
      key === undefined
        ? 'A command needs the header Idempotency-Key.'
        : 'The Idempotency-Key is not acceptable.',
    field: 'Idempotency-Key',
    accepted: '8 to 128 printable characters without spaces, new for each command',
    next: 'Send a fresh random one, and the same one again when you repeat this very command.',
  });

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

/** Carries commands out, each key once. */
function createDesk({ door, store }: Sources) {
  const remembered = new Map<string, Taken>();

  const ask = async (command: Command): Promise<Answer> => {
    const result = await door.command(command);
    if (!result.ok) return { kind: 'problem', problem: result.problem };
    if (command.dryRun) return json({ plan: result.answer.plan });
    return json(result.answer, result.answer.state === 'running' ? 202 : 200);
  };

  const first = async (command: Command): Promise<Answer> => {
    const seq = await store.command(command.id);
    if (seq === undefined) return ask(command);
    const [fact] = await store.facts(seq - 1, 1);
    const same = fact?.type === 'COMMAND_TAKEN' && fact.data.name === command.verb;
    return same ? json(takenBefore(command.id, seq)) : usedOtherwise(command.id);
  };

  /** A command that never got as far as the journal may be tried again under its key. */
  const forgetUntaken = async (id: string, answer: Promise<Answer>): Promise<void> => {
    const outcome = await answer.catch(() => undefined);
    const failed = outcome === undefined || outcome.kind === 'problem';
    if (failed && (await store.command(id).catch(() => undefined)) === undefined)
      remembered.delete(id);
  };

  return async (command: Command): Promise<Answer> => {
    if (command.dryRun) return ask(command);
    const { id, by: _by, ...rest } = command;
    const what = canonical(rest);
    const held = remembered.get(id);
    if (held !== undefined) return held.what === what ? held.answer : usedOtherwise(id);
    const answer = first(command);
    remembered.set(id, { what, answer });
    for (const old of remembered.keys()) {
      if (remembered.size <= MOST_REMEMBERED) break;
      remembered.delete(old);
    }
    void forgetUntaken(id, answer);
    return answer;
  };
}

type CommandRoute<Body extends ObjectSchema> = {
  readonly path: string;
  readonly summary: string;
  readonly body: Body;
  readonly verb: (body: z.output<Body>, id: string) => CommandVerb;
};

const dryRunOf = (body: unknown): boolean => (body as { readonly dryRun: boolean }).dryRun;

/** All routes that change something at the engine, and the walk over the chain. */
export function commandRoutes(sources: Sources): readonly Route[] {
  const desk = createDesk(sources);

  const carryOut = (
    verb: CommandVerb,
    call: Call<unknown, unknown>,
    keyless: boolean,
  ): Promise<Answer> | Answer => {
    const key = call.header('idempotency-key');
    const dryRun = dryRunOf(call.body);
    if (key === undefined ? !keyless && !dryRun : !KEY.test(key)) return keyProblem(key);
    if (call.caller === undefined) throw new Error('a command without a caller');
    return desk({ id: key ?? secretText(16), by: call.caller.actor, dryRun, ...verb });
  };

  const command = <Body extends ObjectSchema>({
    path,
    summary,
    body,
    verb,
  }: CommandRoute<Body>): Route =>
    route({
      method: 'post',
      path,
      summary,
      query: noQuery,
      body,
      answer: commandAnswerSchema.or(dryRunSchema),
      access: 'member',
      keyed: true,
      handle: async (call) => carryOut(verb(call.body, call.params['id'] ?? ''), call, false),
    });

  const control = (verb: 'pause' | 'resume' | 'drain' | 'flatten', summary: string): Route =>
    command({
      path: `/strategies/{id}/${verb}`,
      summary,
      body: controlBody,
      verb: ({ reason }, strategy) => ({ verb, strategy, reason }),
    });

  return [
    control('pause', 'No new entries of a strategy'),
    control('resume', 'Allow entries again, after a pause or the kill switch'),
    control('drain', 'No new entries; pause once its position is closed'),
    control('flatten', 'Close the position of a strategy, reduce-only'),
    command({
      path: '/kill',
      summary: 'The kill switch: no new risk until a person resumes',
      body: killBody,
      verb: ({ strength, reason }) => ({ verb: 'kill', strength, reason }),
    }),
    command({
      path: '/breaks/{id}/resolve',
      summary: 'Decide a difference',
      body: resolveBody,
      verb: ({ action, strategy, exitPrice, fees, reason }, breakId) => ({
        verb: 'resolve',
        breakId,
        action,
        strategy: strategy ?? null,
        exitPrice: exitPrice ?? null,
        fees: fees ?? null,
        reason,
      }),
    }),
    command({
      path: '/alerts/{id}/ack',
      summary: 'An alert was seen: nothing more is sent about it until it clears',
      body: ackBody,
      verb: (_, alert) => ({ verb: 'ack_alert', alert }),
    }),
    command({
      path: '/alerts/{id}/snooze',
      summary: 'Nothing is sent about an alert for some minutes',
      body: snoozeBody,
      verb: ({ minutes }, alert) => ({ verb: 'snooze_alert', alert, minutes }),
    }),
    testRoute(sources),
    reconcileRoute((call) => carryOut({ verb: 'reconcile' }, call, true)),
    verifyRoute(sources),
  ];
}

/** Answers the report itself; the command while it still runs. */
function reconcileRoute(
  carryOut: (call: Call<unknown, unknown>) => Promise<Answer> | Answer,
): Route {
  return route({
    method: 'post',
    path: '/reconcile',
    summary: 'Compare books and exchange now',
    query: noQuery,
    body: reconcileBody,
    answer: reportSchema.or(commandAnswerSchema).or(dryRunSchema),
    access: 'member',
    keyed: true,
    handle: async (call) => {
      const answer = await carryOut(call);
      const report =
        answer.kind === 'json' ? (answer.body as Partial<CommandAnswer>).report : undefined;
      return report === undefined ? answer : json(report);
    },
  });
}

/** Sends a notice about nothing through the channel and answers what became of it. */
function testRoute({ door }: Sources): Route {
  return route({
    method: 'post',
    path: '/alerts/test',
    summary: 'Send a notice about nothing, to see that alerts arrive',
    query: noQuery,
    body: emptyBody,
    answer: testSchema,
    access: 'member',
    keyed: false,
    handle: async () =>
      door.channel === null
        ? refuse(409, 'no_channel', {
            title: 'No channel',
            detail: 'No channel is configured, so nobody is told of alerts.',
            next: 'Set webhook_url and webhook_secret under [alerts] and start the engine again.',
          })
        : json(await door.channel.test()),
  });
}

/** Walks that are asked for while one is under way share it. */
function verifyRoute({ store }: Sources): Route {
  let underWay: Promise<Answer> | undefined;
  return route({
    method: 'post',
    path: '/audit/verify',
    summary: 'Check the whole hash chain of the journal',
    query: noQuery,
    body: emptyBody,
    answer: verifySchema,
    access: 'member',
    keyed: false,
    handle: () => {
      underWay ??= store
        .verify()
        .then((verdict) => json(verdict))
        .finally(() => {
          underWay = undefined;
        });
      return underWay;
    },
  });
}
