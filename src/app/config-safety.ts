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
const isReal = (host: string): boolean => host === 'deribit.com' || host.endsWith('.deribit.com');

export type Risky = {
  readonly mode: Mode;
  /** Whether DERIBIT_TESTNET says true. */
  readonly testnet: boolean;
  readonly speed: number;
  readonly venueUrl: string;
  readonly host: string;
};

/**
 * The first thing for which a run is refused. Live needs three settings that agree: the mode, the account id armed once by
 * a person, and a fitting key. Nothing can arm an account yet, so live is always refused.
 */
export function refusalOf({ mode, testnet, speed, venueUrl, host }: Risky): Refusal | undefined {
  if (mode === 'live') return { code: testnet ? 'testnet_with_live' : 'live_not_armed' };
  if (speed !== 1 && mode !== 'practice') return { code: 'speed_outside_practice', speed };
  const venue = new URL(venueUrl);
  if (isReal(venue.hostname) && (mode === 'practice' || venue.hostname !== UNSAFE_HOSTS[mode])) {
    return { code: 'wrong_venue', mode, host: venue.hostname };
  }
  if (venue.protocol !== 'wss:' && !LOOPBACK.includes(venue.hostname))
    return { code: 'plain_venue', host: venue.hostname };
  if (!LOOPBACK.includes(host)) return { code: 'host_beyond_loopback', host };
  return undefined;
}
