/**
 * One-time login codes and the damping of wrong tries. A code is worth ten minutes and one use and is kept as its hash.
 * A right code or token always passes, so nobody can lock another out; wrong ones are answered ever later.
 */
import { MINUTE, type Millis } from '../base/time.ts';
import { fingerprint, secretText } from './entropy.ts';

export type LoginCodes = {
  readonly make: () => { readonly code: string; readonly endsAt: Millis };
  /** Whether the code is good; it never is again. */
  readonly use: (code: string) => boolean;
};

export const CODE_MS = 10 * MINUTE;
const MOST_CODES = 50;

/** Login codes of this process. `mono` never jumps, `wall` tells people until when. */
export function createLoginCodes(clock: {
  readonly mono: () => Millis;
  readonly wall: () => Millis;
}): LoginCodes {
  const codes = new Map<string, Millis>();
  const forgetOld = (): void => {
    for (const [hash, until] of codes)
      if (until <= clock.mono() || codes.size > MOST_CODES) codes.delete(hash);
  };
  return {
    make: () => {
      const code = secretText();
      codes.set(fingerprint(code), clock.mono() + CODE_MS);
      forgetOld();
      return { code, endsAt: clock.wall() + CODE_MS };
    },
    use: (code) => {
      forgetOld();
      return codes.delete(fingerprint(code));
    },
  };
}

export type Damper = {
  /** Notes a wrong try. Answers how many ms the one who tried should wait, 0 for the first few. */
  readonly wrong: () => Millis;
};

const FREE_TRIES = 5;
const LONGEST_WAIT = 60_000;

/** Counts wrong tries of the last minute; from the sixth on the wait doubles from one second. */
export function createDamper(mono: () => Millis): Damper {
  let tries: readonly Millis[] = [];
  return {
    wrong: () => {
      const now = mono();
      tries = [...tries.filter((at) => now - at < MINUTE), now].slice(-100);
      const beyond = tries.length - FREE_TRIES;
      return beyond <= 0 ? 0 : Math.min(LONGEST_WAIT, 1_000 * 2 ** (beyond - 1));
    },
  };
}
