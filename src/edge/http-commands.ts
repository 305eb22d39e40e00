/**
 * The routes that change something. Each command carries a key made by the client and is carried out at most once under it:
 * the same key again answers what the first one was answered, also after a restart [I38].
 */
import type { z } from 'zod';
import type { CommandVerb } from '../domain/command.ts';
import type { VerifyResult } from '../view/store.ts';
import type { CommandAnswer } from '../wire/requests.ts';
import { commandAnswerSchema, dryRunSchema, verifySchema } from '../wire/schemas-answers.ts';
import {
  ackBody,
  controlBody,
  importBody,
  killBody,
  noQuery,
  ownerBody,
  reconcileBody,
  resolveBody,
  snoozeBody,
  undoBody,
  verifyBody,
} from '../wire/schemas-requests.ts';
import { reportSchema } from '../wire/schemas.ts';
import { secretText } from './entropy.ts';
import { type Answer, json, refuse } from './http-answer.ts';
import { createDesk } from './http-desk.ts';
import { type Call, type ObjectSchema, type Route, route } from './http-routes.ts';
import {
  type Accounts,
  isAnswer,
  type Served,
  single,
  type Sources,
  sourcesOf,
} from './http-sources.ts';

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

type CommandRoute<Body extends ObjectSchema> = {
  readonly path: string;
  readonly summary: string;
  readonly body: Body;
  readonly verb: (body: z.output<Body>, id: string) => CommandVerb;
  /** The accounts in which it is carried out. */
  readonly meant: (
    body: z.output<Body>,
    id: string,
  ) => Promise<Sources | Answer> | Sources | Answer;
};

const dryRunOf = (body: unknown): boolean => (body as { readonly dryRun: boolean }).dryRun;

/**
 * The account in which a strategy trades; the first one refuses a strategy that none knows. A flatten also means those that
 * the strategy has left with a position still open.
 */
async function homeOf(
  { all, meant }: Accounts,
  { strategy, verb }: { readonly strategy: string; readonly verb: CommandVerb['verb'] },
): Promise<Sources | Answer> {
  const homes = await Promise.all(
    all.each.map(async (served) => {
      const known = (await served.store.strategies()).find(({ id }) => id === strategy);
      if (known === undefined) return [];
      const { control, position } = known;
      return [{ served, left: control.value === 'stopped', holds: position !== null }];
    }),
  );
  const found = homes.flat();
  const home = found.find(({ left }) => !left) ?? found[0];
  if (home === undefined) return meant(all.each[0].door.id);
  if (verb !== 'flatten') return meant(home.served.door.id);
  const behind = found.filter((one) => one !== home && one.holds);
  return sourcesOf([home.served, ...behind.map(({ served }) => served)]);
}

/** The account that is named, or the only one: a table belongs to one journal. */
function oneOf({ meant }: Accounts, account: string | undefined): Sources | Answer {
  const sources = meant(account);
  if (isAnswer(sources)) return sources;
  const only = single(sources);
  return 'door' in only ? sources : only;
}

/** The account that a difference is of; the first one refuses a difference that none knows. */
async function bearerOf({ all, meant }: Accounts, breakId: string): Promise<Sources | Answer> {
  const found = await Promise.all(all.each.map(({ store }) => store.break(breakId)));
  const bearers = all.each.filter((_, index) => found[index] !== undefined);
  if (bearers.length > 1)
    return refuse(409, 'ambiguous_difference', {
      title: 'Several differences have this id',
      detail: `"${breakId}" stands in ${bearers.map(({ door }) => door.id).join(' and ')}.`,
      next: 'Use one of these accounts in an engine of its own to decide it.',
    });
  return meant(bearers[0]?.door.id ?? all.each[0].door.id);
}

/** The account that an alert fires in; the first one refuses an alert that fires in none. */
async function raiserOf({ all, meant }: Accounts, alertId: string): Promise<Sources | Answer> {
  const snapshots = await Promise.all(all.each.map(({ store }) => store.snapshot()));
  const index = snapshots.findIndex(({ alerts }) => alerts.some(({ id }) => id === alertId));
  return meant(all.each[Math.max(0, index)]?.door.id);
}

/** All routes that change something at the engine, and the walk over the chain. */
export function commandRoutes(accounts: Accounts): readonly Route[] {
  const desk = createDesk(accounts.all.each);

  const carryOut = async (
    verb: CommandVerb,
    call: Call<unknown, unknown>,
    {
      keyless = false,
      meant,
    }: {
      readonly keyless?: boolean;
      readonly meant: () => Promise<Sources | Answer> | Sources | Answer;
    },
  ): Promise<Answer> => {
    const key = call.header('idempotency-key');
    const dryRun = dryRunOf(call.body);
    if (key === undefined ? !keyless && !dryRun : !KEY.test(key)) return keyProblem(key);
    if (call.caller === undefined) throw new Error('a command without a caller');
    const sources = await meant();
    if (isAnswer(sources)) return sources;
    const command = { id: key ?? secretText(16), by: call.caller.actor, dryRun, ...verb };
    return desk(command, sources.each);
  };

  const command = <Body extends ObjectSchema>({
    path,
    summary,
    body,
    verb,
    meant,
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
      handle: async (call) => {
        const id = call.params['id'] ?? '';
        const { body: given } = call;
        return carryOut(verb(given, id), call, { meant: () => meant(given, id) });
      },
    });

  const control = (verb: 'pause' | 'resume' | 'drain' | 'flatten', summary: string): Route =>
    command({
      path: `/strategies/{id}/${verb}`,
      summary,
      body: controlBody,
      verb: ({ reason }, strategy) => ({ verb, strategy, reason }),
      meant: (_body, strategy) => homeOf(accounts, { strategy, verb }),
    });

  const owner = (verb: 'take' | 'release', summary: string): Route =>
    command({
      path: `/breaks/{id}/${verb}`,
      summary,
      body: ownerBody,
      verb: (_, breakId) => ({ verb, breakId }),
      meant: (_body, breakId) => bearerOf(accounts, breakId),
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
      meant: ({ account }) => accounts.meant(account),
    }),
    command({
      path: '/import',
      summary: 'Take over trades of another program, each as far as fills prove it',
      body: importBody,
      verb: ({ source, rows }) => ({ verb: 'import', source, rows }),
      meant: ({ account }) => oneOf(accounts, account),
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
      meant: (_body, breakId) => bearerOf(accounts, breakId),
    }),
    command({
      path: '/breaks/{id}/undo',
      summary: 'Take back what was last decided about a difference',
      body: undoBody,
      verb: ({ reason }, breakId) => ({ verb: 'undo', breakId, reason }),
      meant: (_body, breakId) => bearerOf(accounts, breakId),
    }),
    owner('take', 'Take a difference on in your name'),
    owner('release', 'Let go of a difference'),
    command({
      path: '/alerts/{id}/ack',
      summary: 'An alert was seen: nothing more is sent about it until it clears',
      body: ackBody,
      verb: (_, alert) => ({ verb: 'ack_alert', alert }),
      meant: (_body, alert) => raiserOf(accounts, alert),
    }),
    command({
      path: '/alerts/{id}/snooze',
      summary: 'Nothing is sent about an alert for some minutes',
      body: snoozeBody,
      verb: ({ minutes }, alert) => ({ verb: 'snooze_alert', alert, minutes }),
      meant: (_body, alert) => raiserOf(accounts, alert),
    }),
    reconcileRoute((call) =>
      carryOut({ verb: 'reconcile' }, call, {
        keyless: true,
        meant: () => accounts.meant((call.body as { readonly account?: string }).account),
      }),
    ),
    verifyRoute(accounts),
  ];
}

/** Answers the report itself, of several accounts the command with the report of each; the command while it still runs. */
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

/** Walks over one journal that are asked for while one is under way share it. */
function verifyRoute({ meant }: Accounts): Route {
  const underWay = new Map<string, Promise<VerifyResult>>();
  const walk = ({ door, store }: Served): Promise<VerifyResult> => {
    const walked =
      underWay.get(door.id) ?? store.verify().finally(() => void underWay.delete(door.id));
    underWay.set(door.id, walked);
    return walked;
  };
  return route({
    method: 'post',
    path: '/audit/verify',
    summary: 'Check the whole hash chain of each journal',
    query: noQuery,
    body: verifyBody,
    answer: verifySchema,
    access: 'member',
    keyed: false,
    handle: async ({ body }) => {
      const sources = meant(body.account);
      if (isAnswer(sources)) return sources;
      const { each } = sources;
      if (each.length === 1) return json(await walk(each[0]));
      const verdicts = await Promise.all(
        each.map(async (one) => ({ account: one.door.id, verdict: await walk(one) })),
      );
      return json({ ok: verdicts.every(({ verdict }) => verdict.ok), accounts: verdicts });
    },
  });
}
