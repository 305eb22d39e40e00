/**
 * What the passing of time asks of a session: a new connection, the end of one that is dead or too slow, a login renewed, a
 * ping, ends for what waited too long, reads that can be afforded.
 */
import type { Millis } from '../../base/time.ts';
import { readAccount } from './connect.ts';
import { type Core, connect, failPlainly, jobOf, ping, writeOwn } from './core.ts';
import { DEAD_AFTER_MS, LIMITS_EVERY_MS } from './limits.ts';
import { createRenewal } from './login.ts';
import { booksAnswered, tendBooks } from './market.ts';

/** Begins to renew the login when it is due. */
function renewLogin(core: Core, mono: Millis): void {
  const { phase, credentials } = core;
  if (phase.kind !== 'up' || phase.login.kind !== 'held' || credentials === null) return;
  if (mono < phase.login.at) return;
  const renewal = createRenewal(credentials, phase.login.refreshToken, core.link);
  phase.login = { kind: 'renewing', renewal };
  writeOwn(core, renewal.first, { kind: 'login', mono });
}

/** Reads the account's limits anew when that is due: its tier is reckoned each hour. */
function rereadLimits(core: Core, mono: Millis): void {
  const { phase } = core;
  if (phase.kind !== 'up' || mono < phase.limitsAt) return;
  phase.limitsAt = mono + LIMITS_EVERY_MS;
  writeOwn(core, readAccount(core.currency), { kind: 'limits', mono });
}

function keepUp(core: Core, mono: Millis): void {
  renewLogin(core, mono);
  rereadLimits(core, mono);
  const { phase } = core;
  if ((phase.kind === 'shaking' || phase.kind === 'up') && phase.heartbeat.takePing(mono))
    ping(core, mono);
  for (const sent of core.sent.expire(mono)) {
    const job = jobOf(sent);
    if (job !== null) core.desk.timedOut(job);
    else if (sent.what.kind === 'books') booksAnswered(core, null, mono);
    else if (sent.what.kind === 'login' && core.phase.kind === 'up')
      failPlainly(core, mono, 'the renewal of the login was not answered');
  }
  core.desk.drop(core.conn, 'not sent in time: the own ceiling of reads is reached', mono);
  if (core.phase.kind !== 'up') return;
  core.desk.pump(mono);
  tendBooks(core, mono);
}

/** Does what is due. */
export function takeTick(core: Core, mono: Millis): void {
  const { phase } = core;
  switch (phase.kind) {
    case 'refused':
    case 'stopped':
      return;
    case 'resting':
      if (mono >= phase.until) connect(core, mono);
      return;
    case 'connecting':
      if (mono >= phase.deadline) failPlainly(core, mono, 'no connection in time');
      return;
    case 'shaking':
    case 'up':
      if (phase.heartbeat.isDead(mono))
        return failPlainly(core, mono, `no sign of life for ${DEAD_AFTER_MS / 1000} s`);
      if (phase.kind === 'shaking' && mono >= phase.deadline)
        return failPlainly(core, mono, 'login and subscription took too long');
      keepUp(core, mono);
  }
}

function phaseWakesAt({ phase, books }: Core): Millis {
  switch (phase.kind) {
    case 'resting':
      return phase.until;
    case 'connecting':
      return phase.deadline;
    case 'shaking':
      return Math.min(phase.deadline, phase.heartbeat.wakeAt());
    case 'up': {
      const renewAt = phase.login.kind === 'held' ? phase.login.at : Infinity;
      return Math.min(renewAt, phase.limitsAt, phase.heartbeat.wakeAt(), books.wakeAt());
    }
    case 'refused':
    case 'stopped':
      return Infinity;
  }
}

/** When something is due next; `lastMono` is when it was last looked at. */
export const wakesAt = (core: Core, lastMono: Millis): Millis =>
  Math.min(
    phaseWakesAt(core),
    core.sent.wakeAt(),
    core.desk.wakeAt(core.phase.kind === 'up', lastMono),
  );
