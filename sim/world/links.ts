/** The links of one life: the product's own sessions, their sockets on the virtual wire, and the timers they ask for. */
import { nextUnit, prng } from '../../src/base/prng.ts';
import type { Millis } from '../../src/base/time.ts';
import type { StrategyConfig } from '../../src/domain/config.ts';
import { settlementCurrency } from '../../src/venue/deribit/decode-order.ts';
import { createDeribitSession, type Credentials } from '../../src/venue/deribit/session.ts';
import type { LinkName, SessionInput, VenueEvent, VenueSession } from '../../src/venue/port.ts';
import type { Loop } from './loop.ts';
import type { Network, Socket } from './wire.ts';

export type Links = {
  readonly request: (link: LinkName, input: SessionInput) => void;
  readonly wakeAt: () => Millis;
  readonly runDue: () => boolean;
  readonly start: () => void;
  readonly die: () => void;
};

/** What the sessions meet and serve. `mayHand` is asked for each frame; after a false nothing may leave any more. */
export type LinksOptions = {
  readonly loop: Loop;
  readonly network: Network;
  readonly strategies: readonly StrategyConfig[];
  /** The id of the key of a drop copy; undefined where there is none. */
  readonly dropCopy: string | undefined;
  readonly isAlive: () => boolean;
  /** Hands the process what comes, when it can take it. */
  readonly hear: (run: () => void) => void;
  readonly onEvent: (event: VenueEvent) => void;
  readonly mayHand: (text: string) => boolean;
};

export function createLinks({
  loop,
  network,
  strategies,
  dropCopy,
  isAlive,
  hear,
  onEvent,
  mayHand,
}: LinksOptions): Links {
  const instruments = [...new Set(strategies.map((strategy) => strategy.instrument))];
  const currencies = [...new Set(instruments.map(settlementCurrency))];
  const chance = prng(1, 'jitter');
  const jitter = (): number => nextUnit(chance);
  const keyOf = (clientId: string): Credentials => ({
    clientId,
    clientSecret: `${clientId}-secret`,
  });
  const keys = new Map<LinkName, Credentials | null>([
    ['trading', keyOf('practice-engine')],
    ['market', null],
  ]);
  if (dropCopy !== undefined) keys.set('drop_copy', keyOf(dropCopy));
  const sessions = new Map<LinkName, VenueSession>(
    [...keys].map(([link, credentials]) => [
      link,
      createDeribitSession({
        link,
        url: 'ws://practice',
        credentials,
        instruments,
        currencies,
        jitter,
      }),
    ]),
  );
  const sockets = new Map<string, Socket>();
  const waiting: { readonly link: LinkName; readonly input: SessionInput }[] = [];
  let taking = false;

  const connect = (link: LinkName, conn: number): void => {
    const end = {
      opened: () => hear(() => feed(link, { kind: 'opened', conn })),
      frame: (text: string) => hear(() => feed(link, { kind: 'frame', conn, text })),
      closed: (reason: string) =>
        hear(() => {
          sockets.delete(`${link}/${conn}`);
          feed(link, { kind: 'closed', conn, reason, status: null, retryAfterMs: null });
        }),
    };
    sockets.set(`${link}/${conn}`, network.connect(end));
  };
  const send = (key: string, text: string): void => {
    if (mayHand(text)) sockets.get(key)?.send(text);
  };
  const serve = (link: LinkName, input: SessionInput): void => {
    for (const effect of sessions.get(link)?.handle(input, loop.now()) ?? []) {
      if (!isAlive()) return;
      if (effect.kind === 'event') onEvent(effect.event);
      else if (effect.kind === 'connect') connect(link, effect.conn);
      else if (effect.kind === 'send') send(`${link}/${effect.conn}`, effect.text);
      else {
        sockets.get(`${link}/${effect.conn}`)?.close();
        sockets.delete(`${link}/${effect.conn}`);
      }
    }
  };
  /** Inputs are taken one at a time, also those that an event's receiver makes. */
  function feed(link: LinkName, input: SessionInput): void {
    if (!isAlive()) return;
    waiting.push({ link, input });
    if (taking) return;
    taking = true;
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        serve(next.link, next.input);
    } finally {
      taking = false;
    }
  }
  return {
    request: feed,
    wakeAt: () => Math.min(...[...sessions.values()].map((session) => session.wakeAt())),
    runDue: () => {
      for (const [link, session] of sessions) {
        if (session.wakeAt() > loop.now()) continue;
        feed(link, { kind: 'tick' });
        return true;
      }
      return false;
    },
    start: () => {
      for (const link of sessions.keys()) feed(link, { kind: 'tick' });
    },
    die: () => {
      for (const socket of sockets.values()) socket.close();
    },
  };
}
