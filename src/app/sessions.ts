/** The venue as the engine's driver uses it: one session per link over real sockets, and the exchange's clock as they tell it. */
import type { Millis } from '../base/time.ts';
import { systemClock } from '../edge/clock.ts';
import { randomUnit } from '../edge/entropy.ts';
import type { Log } from '../edge/log.ts';
import { driveSession } from '../edge/venue-socket.ts';
import { settlementCurrency } from '../venue/deribit/decode-order.ts';
import { createDeribitSession, type Credentials } from '../venue/deribit/session.ts';
import type { LinkName, VenueEvent, VenueRequest } from '../venue/port.ts';
import { credentialsFor } from './credentials.ts';
import { openListReads } from './list-reads.ts';
import type { ApiKey, LoginKind } from './options.ts';

export type SessionsOptions = {
  readonly url: string;
  /** Address of public streams, where they are elsewhere. */
  readonly marketUrl?: string | undefined;
  /** Where HTTP is: long lists are read there. Left out, all is read over the trading link. */
  readonly httpUrl?: string | undefined;
  readonly credentials: ApiKey;
  /** The key of the drop copy; null or left out where there is none. */
  readonly dropCopy?: ApiKey | null;
  readonly login: LoginKind;
  readonly instruments: readonly string[];
  readonly log: Log;
  readonly onEvent: (link: LinkName, event: VenueEvent) => void;
};

export type Sessions = {
  readonly request: (link: LinkName, ref: string, request: VenueRequest) => void;
  readonly renew: (link: LinkName, reason: string) => void;
  readonly stop: () => Promise<void>;
};

/** Connects the links; the currencies are those that the instruments settle in. */
export function openSessions(options: SessionsOptions): Sessions {
  const { url, marketUrl = url, httpUrl, login, instruments, log, onEvent } = options;
  const currencies = [...new Set(instruments.map(settlementCurrency))];
  const open = (link: LinkName, credentials: Credentials) =>
    driveSession(
      createDeribitSession({
        link,
        url: link === 'market' ? marketUrl : url,
        credentials,
        instruments,
        books: instruments,
        currencies,
        jitter: randomUnit,
      }),
      {
        mono: systemClock.mono,
        onEvent: (event) => {
          if (link === 'trading') lists?.heard(event);
          onEvent(link, event);
        },
        log: log.child(`venue.${link}`),
        redact: (text) => text.replaceAll(credentials.clientSecret, '[secret]'),
      },
    );
  // The market link logs in only where the exchange serves nobody without.
  const key = credentialsFor(login, options.credentials);
  const links = new Map([
    ['trading' as LinkName, open('trading', key)],
    ['market', open('market', key)],
  ]);
  const { dropCopy = null } = options;
  if (dropCopy !== null) links.set('drop_copy', open('drop_copy', credentialsFor(login, dropCopy)));
  const overLink = (link: LinkName, ref: string, request: VenueRequest): void =>
    links.get(link)?.request(ref, request);
  const lists =
    httpUrl === undefined
      ? undefined
      : openListReads({
          url: httpUrl,
          login,
          key: options.credentials,
          log: log.child('venue.lists'),
          onAnswer: (ref, outcome) =>
            onEvent('trading', { kind: 'answer', link: 'trading', conn: 0, ref, outcome }),
          otherwise: (ref, request) => overLink('trading', ref, request),
        });
  return {
    request: (link, ref, request) => {
      if (link !== 'trading' || lists?.take(ref, request) !== true) overLink(link, ref, request);
    },
    renew: (link, reason) => links.get(link)?.renew(reason),
    stop: async () => {
      await Promise.all([lists?.stop(), ...[...links.values()].map((session) => session.stop())]);
    },
  };
}

/** The exchange's clock: its last stamp plus real time since then times the speed; it never goes back. */
export type VenueClock = {
  readonly server: () => Millis;
  readonly stamp: (server: Millis) => void;
  readonly setSpeed: (speed: number) => void;
};

/**
 * Before the first stamp the clock goes on from where the journal ended, if the venue's clock is not the wall's
 * (`practice`), else it is the wall's; the first stamp is believed whatever it says.
 */
export function createVenueClock(speed: number, from: Millis | null): VenueClock {
  let anchor = { server: from ?? systemClock.wall(), mono: systemClock.mono() };
  let rate = speed;
  let last = 0;
  let stamped = false;
  const read = (): Millis => {
    last = Math.max(last, Math.floor(anchor.server + (systemClock.mono() - anchor.mono) * rate));
    return last;
  };
  return {
    server: read,
    stamp: (server) => {
      if (!stamped) last = 0;
      stamped = true;
      anchor = { server, mono: systemClock.mono() };
    },
    setSpeed: (next) => {
      anchor = { server: read(), mono: systemClock.mono() };
      rate = next;
    },
  };
}
