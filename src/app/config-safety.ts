/** What is refused for safety whatever else is right: settings that contradict each other where money could be at stake (exit code 11). */
import type { Mode } from './options.ts';

export type Refusal =
  | { readonly code: 'testnet_with_live' }
  | { readonly code: 'live_not_armed' }
  | { readonly code: 'speed_outside_practice'; readonly speed: number }
  | { readonly code: 'wrong_venue'; readonly mode: Mode; readonly host: string }
  | { readonly code: 'plain_venue'; readonly host: string }
  | { readonly code: 'host_beyond_loopback'; readonly host: string };

/** Hosts of the real exchange by mode. */
export const UNSAFE_HOSTS = { testnet: 'test.deribit.com', live: 'www.deribit.com' } as const;

const LOOPBACK = ['127.0.0.1', 'localhost'];
/** Domains under which the real exchange is reached, the announced gateway's included. */
const REAL = ['deribit.com', 'drb.coinbase.com'];

/** The name of an address's host; one dot at its end means the same host to every resolver. */
const nameOf = (url: string): string => new URL(url).hostname.replace(/\.+$/, '');
const isReal = (host: string): boolean =>
  REAL.some((domain) => host === domain || host.endsWith(`.${domain}`));

export type Risky = {
  readonly mode: Mode;
  /** Whether DERIBIT_TESTNET says true. */
  readonly testnet: boolean;
  readonly speed: number;
  /** Every address of the venue: of requests, of public streams, of HTTP. */
  readonly venue: readonly string[];
  readonly host: string;
};

/** What speaks against one address of the venue. */
function venueRefusal(mode: 'practice' | 'testnet', url: string): Refusal | undefined {
  const host = nameOf(url);
  if (isReal(host) && (mode === 'practice' || host !== UNSAFE_HOSTS[mode]))
    return { code: 'wrong_venue', mode, host };
  const { protocol } = new URL(url);
  if (protocol !== 'wss:' && protocol !== 'https:' && !LOOPBACK.includes(host))
    return { code: 'plain_venue', host };
  return undefined;
}

/**
 * The first thing for which a run is refused. Live needs three settings that agree: the mode, the account id armed once by
 * a person, and a fitting key. Nothing can arm an account yet, so live is always refused.
 */
export function refusalOf({ mode, testnet, speed, venue, host }: Risky): Refusal | undefined {
  if (mode === 'live') return { code: testnet ? 'testnet_with_live' : 'live_not_armed' };
  if (speed !== 1 && mode !== 'practice') return { code: 'speed_outside_practice', speed };
  for (const url of venue) {
    const refusal = venueRefusal(mode, url);
    if (refusal !== undefined) return refusal;
  }
  if (!LOOPBACK.includes(host)) return { code: 'host_beyond_loopback', host };
  return undefined;
}
