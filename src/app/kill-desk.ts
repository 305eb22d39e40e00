/**
 * How a kill asks the exchange: over a connection of its own, and over HTTP for as long as that one is not up. Requests are
 * promises here, and the exchange's clock is known as last stamped.
 */
import type { Millis } from '../base/time.ts';
import { systemClock } from '../edge/clock.ts';
import { secretText } from '../edge/entropy.ts';
import type { Log } from '../edge/log.ts';
import type { VenueEvent, VenueOutcome, VenueRequest } from '../venue/port.ts';
import { openHttpDesk } from './kill-http.ts';
import type { KillOptions } from './options.ts';
import { credentialsFor } from './credentials.ts';
import { openSessions } from './sessions.ts';

/** How long a connection may take before HTTP is asked instead. */
const SOCKET_MS = 3_000;
const WRONG_KEY = 13004;

export type Desk = {
  /** Resolves when there is a connection, or when HTTP has to do; rejects when the exchange refuses the key. */
  readonly ready: Promise<void>;
  /** Rejects when HTTP says that the key is wrong. */
  readonly ask: (request: VenueRequest) => Promise<VenueOutcome>;
  readonly server: () => Millis;
  readonly stop: () => Promise<void>;
};

/** An answer, unless it says that no other will be better. */
function believed(outcome: VenueOutcome): VenueOutcome {
  if (outcome.status === 'refused' && outcome.code === WRONG_KEY)
    throw new Error(`the exchange refuses the API key (${WRONG_KEY})`);
  return outcome;
}

export function openDesk(options: KillOptions, log: Log): Desk {
  const { venueUrl, httpUrl, login, credentials, instruments } = options;
  const waiting = new Map<string, (outcome: VenueOutcome) => void>();
  let stamp = { server: systemClock.wall(), mono: systemClock.mono() };
  let isUp = false;
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const ready = new Promise<void>((good, bad) => {
    resolve = good;
    reject = bad;
  });
  const callOff = systemClock.after(SOCKET_MS, () => resolve());
  const onClock = (server: Millis): void => {
    stamp = { server, mono: systemClock.mono() };
  };
  const onEvent = (event: VenueEvent): void => {
    if (event.kind === 'clock') onClock(event.server);
    if (event.kind === 'answer') {
      waiting.get(event.ref)?.(event.outcome);
      waiting.delete(event.ref);
    }
    if (!('link' in event) || event.link !== 'trading') return;
    if (event.kind === 'link_refused') reject(new Error(event.message));
    if (event.kind !== 'link_up' && event.kind !== 'link_down') return;
    isUp = event.kind === 'link_up';
    resolve();
  };
  const sessions = openSessions({
    url: venueUrl,
    login,
    credentials,
    instruments,
    log,
    onEvent: (_link, event) => onEvent(event),
  });
  const http = openHttpDesk({
    url: httpUrl,
    credentials: credentialsFor(login, credentials),
    onClock,
  });
  return {
    ready,
    ask: (request) =>
      isUp
        ? new Promise((answered) => {
            const ref = `kill-${secretText(9)}`;
            waiting.set(ref, answered);
            sessions.request('trading', ref, request);
          })
        : http.ask(request).then(believed),
    server: () => stamp.server + (systemClock.mono() - stamp.mono),
    stop: () => {
      callOff();
      return sessions.stop();
    },
  };
}
