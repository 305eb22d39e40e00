/**
 * One link to Deribit, or to anything that speaks its API v2, across any number of connections: logs in, subscribes,
 * keeps itself alive, sends requests and reads answers. A machine without I/O; see port.ts for its promises.
 */
import type { Millis } from '../../base/time.ts';
import type { SessionInput, VenueSession } from '../port.ts';
import { isRateLimit, readError, waitOf } from './classify.ts';
import { type HandshakeStep, createHandshake, readAccount } from './connect.ts';
import {
  type Core,
  type DeribitOptions,
  connect,
  createCore,
  emit,
  emitInOrder,
  fail,
  hasConnection,
  jobOf,
  ping,
  refuse,
  reportUndecodable,
  stop,
  writeOwn,
} from './core.ts';
import { identitySchema } from './decode-account.ts';
import { decodeWith } from './decode-values.ts';
import type { AnswerFrame } from './desk.ts';
import { type Frame, readFrame } from './frame.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createLogin, type HandshakeAnswer } from './login.ts';
import { DEAD_AFTER_MS, HANDSHAKE_MS, LIMITS_EVERY_MS, MAX_KEPT_FRAMES } from './limits.ts';

export type { DeribitOptions } from './core.ts';
export type { Credentials } from './login.ts';

function opened(core: Core, mono: Millis): void {
  if (core.phase.kind !== 'connecting') return;
  const { link, credentials, channels, currency } = core;
  const handshake = createHandshake({
    link,
    credentials,
    channels: [...channels.keys()],
    currency,
  });
  core.phase = {
    kind: 'shaking',
    deadline: mono + HANDSHAKE_MS,
    handshake,
    heartbeat: createHeartbeat(mono),
    kept: [],
  };
  writeOwn(core, handshake.first, { kind: 'handshake', mono });
}

function takeStep(core: Core, step: HandshakeStep, mono: Millis): void {
  if (core.phase.kind !== 'shaking') return;
  switch (step.kind) {
    case 'ask':
      return writeOwn(core, step.call, { kind: 'handshake', mono });
    case 'failed':
      return fail(core, mono, step);
    case 'refused':
      return refuse(core, step.refusal);
    case 'up': {
      const { kept, heartbeat } = core.phase;
      core.phase = {
        kind: 'up',
        since: mono,
        heartbeat,
        loginAt: mono + step.loginFor,
        renewal: null,
        limitsAt: core.link === 'trading' ? mono + LIMITS_EVERY_MS : Infinity,
      };
      if (step.limits !== null) core.desk.budget.allow(step.limits);
      emit(core, {
        kind: 'link_up',
        link: core.link,
        conn: core.conn,
        account: step.account,
        cancelOnDisconnect: step.cancelOnDisconnect,
      });
      for (const event of kept) emit(core, event);
    }
  }
}

function loginRenewed(core: Core, answer: HandshakeAnswer, mono: Millis): void {
  if (core.phase.kind !== 'up' || core.phase.renewal === null) return;
  const step = core.phase.renewal.answered(answer);
  switch (step.kind) {
    case 'ask':
      return writeOwn(core, step.call, { kind: 'login', mono });
    case 'in':
      core.phase.loginAt = mono + step.loginFor;
      core.phase.renewal = null;
      return;
    case 'failed':
      return fail(core, mono, step);
    case 'refused':
      return refuse(core, step.refusal);
  }
}

/** An answer that can't be read changes nothing: the limits are asked for again. */
function limitsRead(core: Core, answer: HandshakeAnswer | null): void {
  if (answer?.kind !== 'result') return;
  const identity = decodeWith(identitySchema, answer.result);
  if (identity.ok) core.desk.budget.allow(identity.value.limits);
}

function ownAnswer(core: Core, frame: AnswerFrame): HandshakeAnswer | null {
  if (frame.kind === 'result')
    return { kind: 'result', result: frame.result, testnet: frame.stamps.testnet === true };
  const error = readError(frame.error, core.scrub);
  return error === undefined ? null : { kind: 'error', error };
}

function answered(core: Core, frame: AnswerFrame, mono: Millis): void {
  const sent = core.sent.take(frame.id, core.conn);
  if (sent === undefined)
    return reportUndecodable(core, 'an answer to nothing that was asked on this connection');
  if (frame.stamps.usOut !== null)
    emit(core, { kind: 'clock', conn: core.conn, server: Math.floor(frame.stamps.usOut / 1000) });
  const job = jobOf(sent);
  if (job !== null) {
    const loggedOut = core.desk.answered(job, frame, mono);
    if (loggedOut)
      fail(core, mono, { reason: 'the exchange says that this connection is not logged in' });
    return;
  }
  if (sent.what.kind === 'request') return;
  const answer = ownAnswer(core, frame);
  if (answer?.kind === 'error' && isRateLimit(answer.error.code)) {
    const draw = { pool: sent.what.pool, spend: 'own', currency: '' } as const;
    core.desk.budget.exhaust(draw, mono, waitOf(answer.error));
  }
  if (sent.what.kind === 'ping') return;
  if (sent.what.kind === 'limits') return limitsRead(core, answer);
  if (answer === null)
    return fail(core, mono, { reason: 'an answer during the login could not be read' });
  if (sent.what.kind === 'login') loginRenewed(core, answer, mono);
  else if (core.phase.kind === 'shaking')
    takeStep(core, core.phase.handshake.answered(answer), mono);
}

function notified(core: Core, frame: Extract<Frame, { kind: 'notification' }>, mono: Millis): void {
  const read = core.channels.get(frame.channel);
  if (read === undefined)
    return reportUndecodable(core, 'a notification on a channel that was not asked for');
  const said = read(frame.data, core.conn);
  if (!said.ok) return reportUndecodable(core, `a notification on ${frame.channel}: ${said.error}`);
  for (const event of said.value.events) emitInOrder(core, event);
  if (said.value.warning !== null) reportUndecodable(core, said.value.warning);
  if (core.phase.kind === 'shaking' && core.phase.kept.length > MAX_KEPT_FRAMES) {
    fail(core, mono, { reason: 'too many notifications before the subscription was confirmed' });
  }
}

function received(core: Core, text: string, mono: Millis): void {
  if (core.phase.kind !== 'shaking' && core.phase.kind !== 'up') return;
  core.phase.heartbeat.heard(mono);
  core.frameText = text;
  const frame = readFrame(text);
  switch (frame.kind) {
    case 'result':
    case 'error':
      answered(core, frame, mono);
      break;
    case 'notification':
      notified(core, frame, mono);
      break;
    case 'test_request':
      ping(core, mono);
      break;
    case 'heartbeat':
      break;
    case 'unreadable':
      reportUndecodable(core, frame.what);
  }
  core.frameText = '';
}

/** A frame of a connection that is gone: answers still count; all else was missed and is asked for anew. */
function receivedLate(
  core: Core,
  { text, conn }: { readonly text: string; readonly conn: number },
  mono: Millis,
): void {
  const frame = readFrame(text);
  if (frame.kind !== 'result' && frame.kind !== 'error') return;
  const sent = core.sent.take(frame.id, conn);
  const job = sent === undefined ? null : jobOf(sent);
  if (job !== null) core.desk.answered(job, frame, mono);
}

/** What is due on a connection: the login renewed, a ping, ends for what waited too long, reads that can be afforded. */
function keepUp(core: Core, mono: Millis): void {
  if (core.phase.kind === 'up' && core.credentials !== null && mono >= core.phase.loginAt) {
    core.phase.loginAt = Infinity;
    core.phase.renewal = createLogin(core.credentials, core.link);
    writeOwn(core, core.phase.renewal.first, { kind: 'login', mono });
  }
  if (core.phase.kind === 'up' && mono >= core.phase.limitsAt) {
    core.phase.limitsAt = mono + LIMITS_EVERY_MS;
    writeOwn(core, readAccount(core.currency), { kind: 'limits', mono });
  }
  if (
    (core.phase.kind === 'shaking' || core.phase.kind === 'up') &&
    core.phase.heartbeat.takePing(mono)
  )
    ping(core, mono);
  for (const sent of core.sent.expire(mono)) {
    const job = jobOf(sent);
    if (job !== null) core.desk.timedOut(job);
    else if (sent.what.kind === 'login' && core.phase.kind === 'up')
      fail(core, mono, { reason: 'the renewal of the login was not answered' });
  }
  core.desk.drop(core.conn, 'not sent in time: the own ceiling of reads is reached', mono);
  if (core.phase.kind === 'up') core.desk.pump(mono);
}

function tick(core: Core, mono: Millis): void {
  const { phase } = core;
  switch (phase.kind) {
    case 'refused':
    case 'stopped':
      return;
    case 'resting':
      if (mono >= phase.until) connect(core, mono);
      return;
    case 'connecting':
      if (mono >= phase.deadline) fail(core, mono, { reason: 'no connection in time' });
      return;
    case 'shaking':
    case 'up':
      if (phase.heartbeat.isDead(mono))
        return fail(core, mono, { reason: `no sign of life for ${DEAD_AFTER_MS / 1000} s` });
      if (phase.kind === 'shaking' && mono >= phase.deadline)
        return fail(core, mono, { reason: 'login and subscription took too long' });
      keepUp(core, mono);
  }
}

function renew(core: Core, reason: string, mono: Millis): void {
  if (hasConnection(core)) fail(core, mono, { reason });
  else if (core.phase.kind === 'refused') core.phase = { kind: 'resting', until: mono };
}

function take(core: Core, input: SessionInput, mono: Millis): void {
  switch (input.kind) {
    case 'opened':
      if (input.conn === core.conn) opened(core, mono);
      return;
    case 'frame':
      if (input.conn === core.conn && hasConnection(core)) received(core, input.text, mono);
      else receivedLate(core, input, mono);
      return;
    case 'closed':
      if (input.conn === core.conn && hasConnection(core))
        fail(core, mono, {
          reason: `the connection was closed: ${input.reason}`,
          socket: 'closed',
        });
      return;
    case 'tick':
      return tick(core, mono);
    case 'request':
      return core.desk.request(input, { up: core.phase.kind === 'up', conn: core.conn }, mono);
    case 'renew':
      return renew(core, input.reason, mono);
    case 'stop':
      return stop(core);
  }
}

function phaseWakeAt({ phase }: Core): Millis {
  switch (phase.kind) {
    case 'resting':
      return phase.until;
    case 'connecting':
      return phase.deadline;
    case 'shaking':
      return Math.min(phase.deadline, phase.heartbeat.wakeAt());
    case 'up':
      return Math.min(phase.loginAt, phase.limitsAt, phase.heartbeat.wakeAt());
    case 'refused':
    case 'stopped':
      return Infinity;
  }
}

/** A session that connects at its first tick. Throws on options that can't work. */
export function createDeribitSession(options: DeribitOptions): VenueSession {
  const core = createCore(options);
  let lastMono: Millis = 0;
  return {
    link: options.link,
    handle: (input, mono) => {
      lastMono = mono;
      core.effects = [];
      take(core, input, mono);
      return core.effects;
    },
    wakeAt: () =>
      Math.min(
        phaseWakeAt(core),
        core.sent.wakeAt(),
        core.desk.wakeAt(core.phase.kind === 'up', lastMono),
      ),
  };
}
