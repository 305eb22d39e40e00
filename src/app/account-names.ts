/** Names of accounts in the configuration, and the keys that a practice exchange knows for them. */
import { MAIN_ACCOUNT } from '../edge/account-folders.ts';

/** Names go into folders, names of the environment, and addresses. */
export const ACCOUNT_ID = /^[a-z0-9][a-z0-9-]{0,15}$/;
export const ACCOUNT_ID_WORDS = '1 to 16 small letters, digits and "-"';

/** The key that a practice exchange knows for an account; it opens nothing else. That of `main` carries no name. */
export function practiceKey(id: string): {
  readonly clientId: string;
  readonly clientSecret: string;
} {
  const clientId = id === MAIN_ACCOUNT ? 'practice-engine' : `practice-engine-${id}`;
  return { clientId, clientSecret: `${clientId}-secret` };
}
