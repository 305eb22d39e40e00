/**
 * What the granted scope of a key lets its holder do, and whether that is what trading needs and nothing that could move
 * money out or change the account (I49). Words are judged by what they name, however they are spelt.
 */

/** A key that is refused, with a code and words that say how to mend it. */
export type Refusal = {
  readonly code: 'wrong_credentials' | 'scope_missing' | 'scope_too_wide';
  readonly message: string;
};

const NEEDED = ['trade:read_write', 'account:read'] as const;

/** Rights that only look, or take the resource away. */
const HARMLESS_RIGHTS: ReadonlySet<string> = new Set(['read', 'none']);

/** Words with a colon that name no resource: what the session is called, how long it lives, from where it may be used. */
const NO_RESOURCES: ReadonlySet<string> = new Set(['session', 'expires', 'ip']);

/** Resources that mean money or the account even where they stand without a right. */
const DANGEROUS_ALONE = /^(wallets?|accounts?|block_trades?|block_rfqs?|custody|admin|all)$/;

/**
 * Whether a word of the scope allows more than trading. Only `trade` may be written. Block trades and block RFQs are no
 * exception: they are struck with a counterparty of one's choice, far from the market's price, so whoever holds such a key
 * could give the account's money away in one deal. A resource that nobody has heard of yet counts as dangerous, too.
 */
function isTooWide(word: string): boolean {
  const [resource = '', ...rights] = word.toLowerCase().replaceAll('-', '_').split(':');
  if (rights.length === 0) return DANGEROUS_ALONE.test(resource);
  const right = rights.join(':');
  if (NO_RESOURCES.has(resource) || HARMLESS_RIGHTS.has(right)) return false;
  return !(resource === 'trade' && right === 'read_write');
}

/** What is wrong with a granted scope (words with spaces between), in words that say how to mend it; null when nothing is. */
export function refuseScope(scope: string): Refusal | null {
  const granted = scope.split(/[\s,;]+/).filter((word) => word !== '');
  const tooWide = granted.filter(isTooWide);
  if (tooWide.length > 0) {
    return {
      code: 'scope_too_wide',
      message: `the API key allows ${tooWide.join(' and ')}; make a key with trade:read_write and account:read only, so that it can't withdraw, transfer or change the account`,
    };
  }
  const missing = NEEDED.filter((word) => !granted.includes(word));
  if (missing.length === 0) return null;
  return {
    code: 'scope_missing',
    message: `the API key lacks ${missing.join(' and ')}; give the key trade:read_write and account:read`,
  };
}

/** Whether a word of the scope allows its holder to change anything at all. */
const isWriting = (word: string): boolean => {
  const [resource = '', ...rights] = word.toLowerCase().replaceAll('-', '_').split(':');
  return isTooWide(word) || (resource === 'trade' && !HARMLESS_RIGHTS.has(rights.join(':')));
};

/** The same for the key of a drop copy: one that could change anything is none. */
export function refuseReaderScope(scope: string): Refusal | null {
  const granted = scope.split(/[\s,;]+/).filter((word) => word !== '');
  const tooWide = granted.filter(isWriting);
  if (tooWide.length > 0) {
    return {
      code: 'scope_too_wide',
      message: `the API key of the drop copy allows ${tooWide.join(' and ')}; make a key of its own with trade:read and account:read only, which can change nothing`,
    };
  }
  const missing = ['trade:read', 'account:read'].filter((entry) => !granted.includes(entry));
  if (missing.length === 0) return null;
  return {
    code: 'scope_missing',
    message: `the API key of the drop copy lacks ${missing.join(' and ')}; give it trade:read and account:read`,
  };
}
