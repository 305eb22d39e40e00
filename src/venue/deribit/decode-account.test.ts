/** Balances of an account: one row a currency, and totals that stand in each of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { summariesSchema } from './decode-account.ts';
import { decodeWith } from './decode-values.ts';

const row = (more: object): object => ({
  currency: 'USDC',
  balance: 10,
  equity: 10.5,
  available_funds: 9,
  initial_margin: 1,
  maintenance_margin: 0.5,
  session_rpl: 0,
  session_upl: 0.5,
  ...more,
});

const cross = (more: object): boolean => {
  const decoded = decodeWith(summariesSchema, { summaries: [row(more)] });
  assert.ok(decoded.ok);
  return decoded.value.summaries[0]?.crossMargin ?? false;
};

test('margins of a cross-margin account are marked as those of the whole account', () => {
  assert.equal(cross({ margin_model: 'cross_sm' }), true);
  assert.equal(cross({ margin_model: 'cross_pm', cross_collateral_enabled: true }), true);
  assert.equal(
    cross({ cross_collateral_enabled: true }),
    true,
    'older messages have the flag alone',
  );
  assert.equal(cross({ margin_model: 'segregated_sm', cross_collateral_enabled: false }), false);
  assert.equal(cross({}), false);
});
