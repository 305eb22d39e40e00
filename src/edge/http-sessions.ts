/**
 * Sessions of browsers: random 256-bit references in a cookie, kept only as their hashes, in a private file that survives
 * restarts. A session ends after 30 days, at log-out, or when too many newer ones exist; whoever asked is told of the end.
 */
import { z } from 'zod';
import { DAY, type Millis } from '../base/time.ts';
import { fingerprint, secretText } from './entropy.ts';
import { readText, writePrivate } from './files.ts';

export type Session = { readonly id: string; readonly endsAt: Millis };

export type Sessions = {
  /** A new session; the reference is told once, here. */
  readonly begin: () => { readonly reference: string; readonly session: Session };
  /** The session of a reference, unless it is over. */
  readonly find: (reference: string) => Session | undefined;
  /** Ends a session now. */
  readonly end: (id: string) => void;
  /** Whether a session is still on. */
  readonly isOn: (id: string) => boolean;
};

/** How long a session lasts on loopback. */
export const SESSION_MS = 30 * DAY;
const MOST_SESSIONS = 100;

const stored = z.strictObject({
  version: z.literal(1),
  sessions: z.array(z.strictObject({ id: z.string().regex(/^[0-9a-f]{64}$/), endsAt: z.int() })),
});

/** What the file holds; a file that can't be read means logging in again, never a server that does not start. */
function load(path: string): readonly Session[] {
  const text = readText(path);
  if (text === undefined) return [];
  try {
    return stored.parse(JSON.parse(text)).sessions;
  } catch {
    return [];
  }
}

/** The sessions kept in `path`. `wall` is the wall clock in ms. */
export function openSessions(path: string, wall: () => Millis): Sessions {
  let sessions: readonly Session[] = load(path);
  const keep = (next: readonly Session[]): void => {
    sessions = next.filter(({ endsAt }) => endsAt > wall()).slice(-MOST_SESSIONS);
    writePrivate(path, `${JSON.stringify({ version: 1, sessions })}\n`);
  };
  const byId = (id: string): Session | undefined =>
    sessions.find((session) => session.id === id && session.endsAt > wall());
  return {
    begin: () => {
      const reference = secretText();
      const session = { id: fingerprint(reference), endsAt: wall() + SESSION_MS };
      keep([...sessions, session]);
      return { reference, session };
    },
    find: (reference) => byId(fingerprint(reference)),
    end: (id) => {
      if (sessions.some((session) => session.id === id))
        keep(sessions.filter((session) => session.id !== id));
    },
    isOn: (id) => byId(id) !== undefined,
  };
}
