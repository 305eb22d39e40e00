/** Which keys are taken: exactly those that can trade and read, and can do nothing else with money or the account. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { refuseReaderScope, refuseScope } from './scopes.ts';

const NEEDED = ['trade:read_write', 'account:read'];
const HARMLESS = [
  'connection',
  'mainaccount',
  'session:lockstep',
  'session:wallet',
  'expires:900',
  'ip:*',
  'ip:10.0.0.1',
  'trade:read',
  'wallet:read',
  'wallet:none',
  'block_trade:read',
  'block_rfq:none',
  'custody:read',
];
const DANGEROUS = [
  'wallet:read_write',
  'wallets:read_write',
  'account:read_write',
  'block_trade:read_write',
  'block_rfq:read_write',
  'Wallet:Read_Write',
  'WALLET:READ_WRITE',
  'wallet:write',
  'wallet:read-write',
  'account:manage',
  'custody:read_write',
  'wallet',
  'account',
  'trade:read_write:wallet',
  'something_new:read_write',
];

const scopeOf = (...parts: readonly (fc.Arbitrary<string[]> | readonly string[])[]) =>
  fc
    .tuple(
      ...parts.map((part) =>
        Array.isArray(part) ? fc.constant(part as string[]) : (part as fc.Arbitrary<string[]>),
      ),
    )
    .chain((groups) => fc.shuffledSubarray(groups.flat(), { minLength: groups.flat().length }))
    .map((words) => words.join(' '));
const some = (words: readonly string[], minLength = 0) => fc.subarray([...words], { minLength });

describe('scopes of a key', () => {
  it('[I49] what is needed with anything harmless is taken, in any order', () => {
    fc.assert(fc.property(scopeOf(NEEDED, some(HARMLESS)), (scope) => refuseScope(scope) === null));
  });

  it('[I49] one dangerous word among all others is refused as too wide, and named', () => {
    fc.assert(
      fc.property(scopeOf(NEEDED, some(HARMLESS), some(DANGEROUS, 1)), (scope) => {
        const refusal = refuseScope(scope);
        assert.equal(refusal?.code, 'scope_too_wide', scope);
        for (const word of DANGEROUS)
          if (scope.split(' ').includes(word)) assert.ok(refusal?.message.includes(word), word);
      }),
    );
  });

  it('[I49] without both of what is needed it is refused as too narrow, unless it is too wide', () => {
    fc.assert(
      fc.property(
        scopeOf(fc.constantFrom([], ['trade:read_write'], ['account:read']), some(HARMLESS)),
        (scope) => refuseScope(scope)?.code === 'scope_missing',
      ),
    );
    assert.equal(refuseScope('')?.code, 'scope_missing');
    assert.match(refuseScope('account:read connection')?.message ?? '', /lacks trade:read_write;/);
  });

  it('[I49] other separators hide nothing', () => {
    for (const scope of [
      'account:read trade:read_write\twallet:read_write',
      'account:read trade:read_write,wallet:read_write',
      'account:read  trade:read_write\nwallet:read_write ',
    ])
      assert.equal(refuseScope(scope)?.code, 'scope_too_wide', JSON.stringify(scope));
  });
  it('[I49][I56] the scope of a drop copy: what it needs and nothing that can change anything', () => {
    assert.equal(refuseReaderScope('account:read connection trade:read'), null);
    assert.equal(refuseReaderScope('mainaccount account:read trade:read wallet:read'), null);
    for (const scope of ['trade', 'account', 'wallet', 'block_trade', 'block_rfq', 'custody']) {
      const refusal = refuseReaderScope(`account:read trade:read ${scope}:read_write`);
      assert.equal(refusal?.code, 'scope_too_wide');
      assert.match(refusal.message, new RegExp(`key of the drop copy allows ${scope}:read_write`));
    }
    assert.match(refuseReaderScope('account:read')?.message ?? '', /drop copy lacks trade:read;/);
    assert.match(refuseReaderScope('')?.message ?? '', /lacks trade:read and account:read/);
  });
});
