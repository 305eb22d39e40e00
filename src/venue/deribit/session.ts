/**
 * One link to Deribit, or to anything that speaks its API v2, across any number of connections: logs in, subscribes,
 * keeps itself alive, sends requests and reads answers. A machine without I/O; see port.ts for its promises.
 */
import type { Millis } from '../../base/time.ts';
import type { SessionInput, VenueSession } from '../port.ts';
import type { Heard, Lost } from './books.ts';
import { readError } from './classify.ts';
import { type HandshakeStep, createHandshake } from './connect.ts';
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
import type { AnswerFrame } from './desk.ts';
import { type Call, type Frame, readFrame } from './frame.ts';
import { createHeartbeat } from './heartbeat.ts';
import { createLogin, type HandshakeAnswer } from './login.ts';
import { DEAD_AFTER_MS, HANDSHAKE_MS, MAX_KEPT_FRAMES } from './limits.ts';

import type { Seen } from './stream-fast.ts';
import { closing } from './stream-more.ts';

export type { DeribitOptions } from './core.ts';
export type { Credentials } from './login.ts';

function opened(core: Core, mono: Millis): void {
  if (core.phase.kind !== 'connecting') return;
  const { link, credentials, channels, optional, currency } = core;
  const handshake = createHandshake({
    link,
    credentials,
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
      beginMarket(core, step.missing, mono);
    }
  }
}

/** What follows once a link is up and what it can be without is known. */
function beginMarket(core: Core, missing: readonly string[], mono: Millis): void {
  const news = missing.filter((channel) => !core.toldMissing.has(channel));
  for (const channel of news) core.toldMissing.add(channel);
  if (news.length > 0)
    reportUndecodable(core, `the exchange left out channels: ${news.join(', ')}`);
  tellLost(core, core.books.confirmed(missing, mono));
  if (core.link === 'market')
    writeOwn(core, { method: 'public/status', params: {} }, { kind: 'status', mono });
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
  if (sent.what.kind === 'ping') return;
  const result = frame.kind === 'result' ? frame.result : null;
  if (sent.what.kind === 'books') return askForBooks(core, core.books.answered(result, mono), mono);
  if (sent.what.kind === 'status') return statusCame(core, result);
  const answer = ownAnswer(core, frame);
  if (answer === null)
    return fail(core, mono, { reason: 'an answer during the login could not be read' });
  if (sent.what.kind === 'login') loginRenewed(core, answer, mono);
  else if (core.phase.kind === 'shaking')
    takeStep(core, core.phase.handshake.answered(answer), mono);
}

/** An exchange that does not say how it is leaves what was known of it. */
function statusCame(core: Core, result: unknown): void {
  const closures = core.platform.status(result);
  if (!closures.ok)
    return reportUndecodable(core, `the answer to public/status: ${closures.error}`);
  for (const event of closing(core.link, core.conn, closures.value)) emit(core, event);
}

/** What was read straight from its text. */
function seenOn(core: Core, seen: Seen, mono: Millis): void {
  const { conn } = core;
  switch (seen.kind) {
    case 'book':
      return bookHeard(core, seen.channel, core.books.takeText(seen.channel, seen.frame, mono));
    case 'ticker':
      return emitInOrder(core, { kind: 'ticker', conn, ticker: seen.ticker });
    case 'trades':
      return emitInOrder(core, { kind: 'trades', conn, trades: seen.trades });
    case 'candle': {
      const { instrument, candle } = seen;
      return emitInOrder(core, { kind: 'candle', conn, instrument, candle });
    }
  }
}

function bookHeard(core: Core, channel: string, heard: Heard): void {
  if (heard.kind === 'nothing') return;
  const { conn } = core;
  if (heard.kind === 'whole') return emitInOrder(core, { kind: 'book', conn, book: heard.view });
  const { instrument, broken } = heard;
  emitInOrder(core, { kind: 'book_lost', conn, instrument, reason: broken.why });
  if (broken.kind === 'unreadable')
    reportUndecodable(core, `a notification on ${channel}: ${broken.why}`);
}

function tellLost(core: Core, lost: readonly Lost[]): void {
  for (const { instrument, why } of lost)
    emit(core, { kind: 'book_lost', conn: core.conn, instrument, reason: why });
}

function askForBooks(core: Core, call: Call | null, mono: Millis): void {
  if (call !== null && core.phase.kind === 'up') writeOwn(core, call, { kind: 'books', mono });
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
    fail(core, mono, { reason: 'too many notifications before the subscription was confirmed' });
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

/** What is due on a connection: the login renewed, a ping, ends for what waited too long, reads that can be afforded. */
function keepUp(core: Core, mono: Millis): void {
  if (core.phase.kind === 'up' && core.credentials !== null && mono >= core.phase.loginAt) {
    core.phase.loginAt = Infinity;
    core.phase.renewal = createLogin(core.credentials);
    writeOwn(core, core.phase.renewal.first, { kind: 'login', mono });
  }
  if (
    (core.phase.kind === 'shaking' || core.phase.kind === 'up') &&
    core.phase.heartbeat.takePing(mono)
  )
    ping(core, mono);
  for (const sent of core.sent.expire(mono)) {
    const job = jobOf(sent);
    if (job !== null) core.desk.timedOut(job);
    else if (sent.what.kind === 'books') core.books.answered(null, mono);
    else if (sent.what.kind === 'login' && core.phase.kind === 'up')
      fail(core, mono, { reason: 'the renewal of the login was not answered' });
  }
  core.desk.drop(core.conn, 'not sent in time: the own ceiling of reads is reached', mono);
  if (core.phase.kind !== 'up') return;
  core.desk.pump(mono);
  const { lost, call } = core.books.tick(mono);
  tellLost(core, lost);
  askForBooks(core, call, mono);
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

function phaseWakeAt({ phase, books }: Core): Millis {
  switch (phase.kind) {
    case 'resting':
      return phase.until;
    case 'connecting':
      return phase.deadline;
    case 'shaking':
      return Math.min(phase.deadline, phase.heartbeat.wakeAt());
    case 'up':
      return Math.min(phase.loginAt, phase.heartbeat.wakeAt(), books.wakeAt());
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
