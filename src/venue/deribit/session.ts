/**
 * One link to Deribit, or to anything that speaks its API v2, across any number of connections: logs in, subscribes,
 * keeps itself alive, sends requests and reads answers. A machine without I/O; see port.ts for its promises.
 */
import type { Millis } from '../../base/time.ts';
import type { SessionInput, VenueSession } from '../port.ts';
import { isLoggedOut, isRateLimit, readError, type VenueError, waitOf } from './classify.ts';
import { type HandshakeStep, createHandshake } from './connect.ts';
import {
  type Core,
  type DeribitOptions,
  createCore,
  emit,
  emitInOrder,
  fail,
  failPlainly,
  hasConnection,
  jobOf,
  loggedIn,
  ping,
  refuse,
  reportUndecodable,
  stop,
  writeOwn,
} from './core.ts';
import { identitySchema } from './decode-account.ts';
import { decodeWith } from './decode-values.ts';
import type { Sent } from './correlate.ts';
import type { AnswerFrame, Job } from './desk.ts';
import { type Frame, readFrame } from './frame.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { HandshakeAnswer } from './login.ts';
import { beginMarket, bookHeard, booksAnswered, seenOn, statusCame } from './market.ts';
import { HANDSHAKE_MS, LIMITS_EVERY_MS, MAX_KEPT_FRAMES } from './limits.ts';
import {
  httpTrouble,
  isOtherServer,
  isUnavailable,
  needsLogin,
  plain,
  troubleOf,
} from './trouble.ts';
import { takeTick, wakesAt } from './upkeep.ts';

export type { DeribitOptions } from './core.ts';
export type { Credentials } from './login.ts';

function opened(core: Core, mono: Millis): void {
  if (core.phase.kind !== 'connecting') return;
  const { link, credentials, channels, optional, currency, logsIn } = core;
  const handshake = createHandshake({
    link,
    credentials: logsIn ? credentials : null,
    channels: [...channels.keys()].filter((channel) => !optional.includes(channel)),
    optional,
    currency,
  });
  core.books.entered(mono);
  core.platform.forget();
  core.phase = {
    kind: 'shaking',
    deadline: mono + HANDSHAKE_MS,
    handshake,
    heartbeat: createHeartbeat(mono),
    login: { kind: 'none' },
    kept: [],
  };
  writeOwn(core, handshake.first, { kind: 'handshake', mono });
}

function takeStep(core: Core, step: HandshakeStep, mono: Millis): void {
  if (core.phase.kind !== 'shaking') return;
  switch (step.kind) {
    case 'ask':
      if (step.grant !== null) core.phase.login = loggedIn(core, step.grant, mono);
      return writeOwn(core, step.call, { kind: 'handshake', mono });
    case 'failed':
      return fail(core, mono, step.trouble);
    case 'refused':
      return refuse(core, step.refusal);
    case 'up': {
      const { kept, heartbeat, login } = core.phase;
      const limitsAt = core.link === 'trading' ? mono + LIMITS_EVERY_MS : Infinity;
      core.phase = { kind: 'up', since: mono, heartbeat, login, limitsAt };
      if (step.limits !== null) core.desk.budget.allow(step.limits);
      emit(core, {
        kind: 'link_up',
        link: core.link,
        conn: core.conn,
        account: step.account,
        cancelOnDisconnect: step.cancelOnDisconnect,
      });
      for (const event of kept) emit(core, event);
      beginMarket(core, step.missing, mono);
    }
  }
}

function loginRenewed(core: Core, answer: HandshakeAnswer, mono: Millis): void {
  if (core.phase.kind !== 'up' || core.phase.login.kind !== 'renewing') return;
  const step = core.phase.login.renewal.answered(answer);
  switch (step.kind) {
    case 'ask':
      return writeOwn(core, step.call, { kind: 'login', mono });
    case 'in':
      core.phase.login = loggedIn(core, step.grant, mono);
      return;
    case 'failed':
      return fail(core, mono, step.trouble);
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

/**
 * What an error that ended a request says of its connection: that another server, or a login, is needed. "Not logged in" is
 * no news while the login is renewed, nor about a message that left before that was done: the new login decides. Else the
 * connection has lost its login.
 */
function answeredBadly(
  core: Core,
  error: VenueError,
  { sentId, mono }: { readonly sentId: number; readonly mono: Millis },
): void {
  if (core.phase.kind !== 'up') return;
  const { login } = core.phase;
  const canLogIn = login.kind === 'none' && core.credentials !== null;
  if (isOtherServer(error.code) || (canLogIn && needsLogin(error.code)))
    return fail(core, mono, troubleOf('a request', error));
  if (login.kind !== 'held' || !isLoggedOut(error.code) || sentId <= login.heldTo) return;
  failPlainly(core, mono, 'the exchange says that this connection is not logged in');
}

function answered(core: Core, frame: AnswerFrame, mono: Millis): void {
  const sent = core.sent.take(frame.id, core.conn);
  if (sent === undefined)
    return reportUndecodable(core, 'an answer to nothing that was asked on this connection');
  if (frame.stamps.usOut !== null)
    emit(core, { kind: 'clock', conn: core.conn, server: Math.floor(frame.stamps.usOut / 1000) });
  const job = jobOf(sent);
  if (job !== null) return requestAnswered(core, job, { frame, mono });
  if (sent.what.kind === 'request') return;
  const answer = ownAnswer(core, frame);
  if (answer?.kind === 'error' && isRateLimit(answer.error.code)) {
    const draw = { pool: sent.what.pool, spend: 'own', currency: '' } as const;
    core.desk.budget.exhaust(draw, mono, waitOf(answer.error));
  }
  if (sent.what.kind === 'ping') {
    // Any answer is a sign of life; this one says that the exchange can't be used.
    if (answer?.kind === 'error' && isUnavailable(answer.error.code))
      fail(core, mono, troubleOf('a ping', answer.error));
    return;
  }
  if (sent.what.kind === 'limits') return limitsRead(core, answer);
  if (sent.what.kind === 'books') return booksAnswered(core, answer, mono);
  if (sent.what.kind === 'status') return statusCame(core, answer);
  if (answer === null)
    return failPlainly(core, mono, 'an answer during the login could not be read');
  if (sent.what.kind === 'login') loginRenewed(core, answer, mono);
  else if (core.phase.kind === 'shaking')
    takeStep(core, core.phase.handshake.answered(answer), mono);
}

function requestAnswered(
  core: Core,
  job: Sent<Job>,
  { frame, mono }: { readonly frame: AnswerFrame; readonly mono: Millis },
): void {
  const error = core.desk.answered(job, frame, mono);
  if (error !== null) answeredBadly(core, error, { sentId: job.id, mono });
}

type Notification = Extract<Frame, { kind: 'notification' }>;

function notified(core: Core, frame: Notification, mono: Millis): void {
  const { channel } = frame;
  core.fast.learn(channel, core.frameText);
  if (core.books.has(channel))
    return bookHeard(core, channel, core.books.take(channel, frame.data, mono));
  const read = core.channels.get(frame.channel);
  if (read === undefined)
    return reportUndecodable(core, 'a notification on a channel that was not asked for');
  const said = read(frame.data, core.conn);
  if (!said.ok) return reportUndecodable(core, `a notification on ${frame.channel}: ${said.error}`);
  for (const event of said.value.events) emitInOrder(core, event);
  if (said.value.warning !== null) reportUndecodable(core, said.value.warning);
}

/** A connection that speaks and speaks before it has confirmed anything. */
function giveUpLongShake(core: Core, mono: Millis): void {
  if (core.phase.kind === 'shaking' && core.phase.kept.length > MAX_KEPT_FRAMES)
    failPlainly(core, mono, 'too many notifications before the subscription was confirmed');
}

function received(core: Core, text: string, mono: Millis): void {
  if (core.phase.kind !== 'shaking' && core.phase.kind !== 'up') return;
  core.phase.heartbeat.heard(mono);
  core.frameText = text;
  const seen = core.fast.read(text);
  if (seen === null) receivedOther(core, text, mono);
  else seenOn(core, seen, mono);
  core.frameText = '';
  giveUpLongShake(core, mono);
}

function receivedOther(core: Core, text: string, mono: Millis): void {
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

function renew(core: Core, reason: string, mono: Millis): void {
  if (hasConnection(core)) failPlainly(core, mono, reason);
  else if (core.phase.kind === 'refused') core.phase = { kind: 'resting', until: mono };
}

function closed(
  core: Core,
  { reason, status, retryAfterMs }: Extract<SessionInput, { kind: 'closed' }>,
  mono: Millis,
): void {
  const trouble =
    status === null
      ? plain(`the connection was closed: ${reason}`)
      : httpTrouble(status, retryAfterMs);
  fail(core, mono, trouble, 'closed');
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
      if (input.conn === core.conn && hasConnection(core)) closed(core, input, mono);
      return;
    case 'tick':
      return takeTick(core, mono);
    case 'request':
      return core.desk.request(input, { up: core.phase.kind === 'up', conn: core.conn }, mono);
    case 'renew':
      return renew(core, input.reason, mono);
    case 'stop':
      return stop(core);
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
    wakeAt: () => wakesAt(core, lastMono),
  };
}
