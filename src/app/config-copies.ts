/**
 * The key of an account's drop copy, from the environment: both its names or neither. It is another key than the one that
 * trades; that it can only read is seen at the login.
 */
import type { ConfigProblem } from './config-sources.ts';
import type { AccountOptions, Mode } from './options.ts';

const ID_NAME = 'DERIBIT_DROP_COPY_CLIENT_ID';
const SECRET_NAME = 'DERIBIT_DROP_COPY_CLIENT_SECRET';

/** Names of the environment that hold the key of a drop copy. */
export const COPY_NAMES = [ID_NAME, SECRET_NAME] as const;

export type CopyKey = {
  readonly dropCopy: AccountOptions['dropCopy'];
  readonly problems: readonly ConfigProblem[];
};

export type CopyReading = {
  readonly mode: Mode;
  /** What the environment holds for the account under a name; "" for nothing. */
  readonly named: (name: string) => string;
  /** The name as a person would write it for this account. */
  readonly spelt: (name: string) => string;
  /** The id of the key that trades. */
  readonly trading: string;
};

/** A practice exchange is never shown a key of a real one: only keys of its own are taken for it. */
export function copyKeyOf({ mode, named, spelt, trading }: CopyReading): CopyKey {
  const clientId = named(ID_NAME);
  const clientSecret = named(SECRET_NAME);
  const none = clientId === '' && clientSecret === '';
  if (none || (mode === 'practice' && !clientId.startsWith('practice-')))
    return { dropCopy: null, problems: [] };
  const where = 'environment';
  const accepted = `that of a ${mode} key with trade:read account:read only`;
  const problems: ConfigProblem[] = [];
  const missing = (name: string, other: string): ConfigProblem => ({
    kind: 'missing',
    where,
    field: spelt(name),
    accepted: `${accepted}; or neither it nor ${spelt(other)}`,
  });
  if (clientId === '') problems.push(missing(ID_NAME, SECRET_NAME));
  if (clientSecret === '') problems.push(missing(SECRET_NAME, ID_NAME));
  if (clientId !== '' && clientId === trading) {
    const found = 'the key that trades';
    problems.push({ kind: 'wrong', where, field: spelt(ID_NAME), found, accepted });
  }
  return { dropCopy: { clientId, clientSecret }, problems };
}
