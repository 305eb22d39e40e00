/** The faults that a person can plant here: what each asks of the exchange, one request after the other. */
import type { TextKey } from '../../../src/words/text.ts';
import type { Answer } from './api.ts';
import { practiceDelete, practicePost } from './practice.ts';

type Body = Readonly<Record<string, unknown>> & { readonly kind: string };

/** The next order of either direction. */
const orders = (body: Body): readonly Body[] =>
  ['private/buy', 'private/sell'].map((method) => ({ ...body, method }));

const outage = (ms: number): readonly Body[] => [
  { kind: 'refuse_connections', ms },
  { kind: 'drop_link' },
];

const ACCOUNT_CHANGES = 'user.changes';
const NOT_ENOUGH_FUNDS = 10009;
const TOO_MANY_REQUESTS = 10028;
const SYSTEM_MAINTENANCE = 11051;

export const FAULTS = {
  drop_now: [{ kind: 'drop_link' }],
  drop_5s: outage(5_000),
  drop_60s: outage(60_000),
  delay_answer: orders({ kind: 'delay_answer', ms: 3_000 }),
  lose_answer: orders({ kind: 'lose_answer' }),
  lose_request: orders({ kind: 'lose_request' }),
  reject: orders({ kind: 'error', code: NOT_ENOUGH_FUNDS }),
  rate_limit: orders({ kind: 'error', code: TOO_MANY_REQUESTS }),
  maintenance: [{ kind: 'error', code: SYSTEM_MAINTENANCE, ms: 5_000 }],
  drop_notification: [{ kind: 'drop_notification', channel: ACCOUNT_CHANGES }],
  duplicate_notification: [{ kind: 'duplicate_notification', channel: ACCOUNT_CHANGES }],
  reorder_notifications: [{ kind: 'reorder_notifications', channel: ACCOUNT_CHANGES }],
  stale_reads: [{ kind: 'stale_reads', ms: 2_600 }],
  empty_answer: [{ kind: 'empty_answer', method: 'private/get_positions' }],
} as const satisfies Readonly<Record<string, readonly Body[]>>;

export type FaultName = keyof typeof FAULTS;

/** The faults by what they break. */
export const FAULT_GROUPS = [
  { title: 'practice.faults_link', names: ['drop_now', 'drop_5s', 'drop_60s'] },
  {
    title: 'practice.faults_answers',
    names: ['delay_answer', 'lose_answer', 'lose_request', 'reject', 'rate_limit', 'maintenance'],
  },
  {
    title: 'practice.faults_messages',
    names: ['drop_notification', 'duplicate_notification', 'reorder_notifications'],
  },
  { title: 'practice.faults_reads', names: ['stale_reads', 'empty_answer'] },
] as const satisfies readonly {
  readonly title: TextKey;
  readonly names: readonly FaultName[];
}[];

/** Plants it; stops at the first request that is refused. */
export async function plant(name: FaultName): Promise<Answer<unknown>> {
  const bodies: readonly Body[] = FAULTS[name];
  let answer: Answer<unknown> = { ok: true, body: null };
  for (const body of bodies) if (answer.ok) answer = await practicePost('fault', body);
  return answer;
}

/** Takes faults back, one after the other. */
export async function takeBack(ids: readonly number[]): Promise<Answer<unknown>> {
  let answer: Answer<unknown> = { ok: true, body: null };
  for (const id of ids) answer = await practiceDelete(`fault/${id}`);
  return answer;
}
