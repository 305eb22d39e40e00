/** The venue as the engine's driver uses it: one session per link over real sockets, and the exchange's clock as they tell it. */
import type { Millis } from '../base/time.ts';
import { systemClock } from '../edge/clock.ts';
import { randomUnit, secretText } from '../edge/entropy.ts';
import { hmacSha256 } from '../edge/hashing.ts';
import type { Log } from '../edge/log.ts';
import { driveSession } from '../edge/venue-socket.ts';
import { settlementCurrency } from '../venue/deribit/decode-order.ts';
import { createDeribitSession, type Credentials } from '../venue/deribit/session.ts';
import type { LinkName, VenueEvent, VenueRequest } from '../venue/port.ts';
import type { ApiKey, LoginKind } from './options.ts';

const SIGNER = { hmacSha256, nonce: () => secretText(12) };

export type SessionsOptions = {
  readonly url: string;
  /** Address of public streams, where they are elsewhere. */
  readonly marketUrl?: string | undefined;
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

/** A key with what its logins need: a signer, unless the secret itself is to be sent. */
export const credentialsFor = (login: LoginKind, key: ApiKey): Credentials =>
  login === 'secret' ? key : { ...key, signer: SIGNER };

/** Connects the links; the currencies are those that the instruments settle in. */
export function openSessions(options: SessionsOptions): Sessions {
  const { url, marketUrl = url, login, instruments, log, onEvent } = options;
  const currencies = [...new Set(instruments.map(settlementCurrency))];
  const open = (link: LinkName, credentials: Credentials | null) =>
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
        onEvent: (event) => onEvent(link, event),
        log: log.child(`venue.${link}`),
        redact: (text) =>
          credentials === null ? text : text.replaceAll(credentials.clientSecret, '[secret]'),
      },
    );
  const links = new Map([
    ['trading' as LinkName, open('trading', credentialsFor(login, options.credentials))],
    ['market', open('market', null)],
  ]);
  const { dropCopy = null } = options;
  if (dropCopy !== null) links.set('drop_copy', open('drop_copy', credentialsFor(login, dropCopy)));
  return {
    request: (link, ref, request) => links.get(link)?.request(ref, request),
    renew: (link, reason) => links.get(link)?.renew(reason),
    stop: async () => {
      await Promise.all([...links.values()].map((session) => session.stop()));
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
