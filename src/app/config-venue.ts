/**
 * Where the venue is: requests and the account's stream at one address, public streams at the same or at one of their own,
 * and HTTP beside them. What is left out follows from the mode, or from the first of them.
 */
import type { Values } from './config-keys.ts';
import { UNSAFE_HOSTS } from './config-safety.ts';
import type { Mode } from './options.ts';

export type VenueAddresses = {
  /** WebSocket of requests and of the account's stream. */
  readonly venueUrl: string;
  /** WebSocket of public streams, where they are elsewhere. */
  readonly marketUrl: string | undefined;
  /** HTTP, up to and without the slash before the method. */
  readonly httpUrl: string;
};

const HTTP_PATH = '/api/v2';

/** Where HTTP is, beside a WebSocket: the same host and path without `/ws`. */
function httpBeside(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  const path = /^\/ws(\/.*[^/])\/*$/.exec(pathname)?.[1] ?? HTTP_PATH;
  return `${protocol === 'wss:' ? 'https:' : 'http:'}//${host}${path}`;
}

/** The addresses of a run. */
export function venueAddresses(mode: Mode, values: Values, practicePort: number): VenueAddresses {
  const usual =
    mode === 'practice'
      ? `ws://127.0.0.1:${practicePort}/ws/api/v2`
      : `wss://${UNSAFE_HOSTS[mode]}/ws/api/v2`;
  const venueUrl = values['venue.url'] ?? usual;
  return {
    venueUrl,
    marketUrl: values['venue.market_url'],
    httpUrl: values['venue.http_url']?.replace(/\/+$/, '') ?? httpBeside(venueUrl),
  };
}
