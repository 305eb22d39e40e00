/** A few lives full of spoilt messages, and messages so large that a slow reader would be found out; `npm run fuzz` has more. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prng } from '../../base/prng.ts';
import { LIFE, OWN, checkText, createLife } from './fuzz.contract.ts';
import { mutant } from './mutate.contract.ts';
import { checkTold, spelt } from './oracle.contract.ts';
import { SAMPLES, frameOf } from './samples.contract.ts';
import { understand } from './understand.ts';

describe('mutants', () => {
  it('[I15] thousands: nothing is believed that the text does not say, and every session comes through', () => {
    for (let life = 0; life < 12; life++) {
      const { feed, end } = createLife(1, OWN);
      for (let index = life * LIFE; index < (life + 1) * LIFE; index++) feed(index);
      end();
    }
  });

  it('a number and a seed make the same mutant, and mutants are spoilt in many ways', () => {
    const texts = OWN.map(({ text }) => text);
    const made = Array.from({ length: 500 }, (_, i) => {
      const base = OWN[i % OWN.length]?.text ?? '';
      const text = mutant(base, texts, prng(3, `${i}`));
      assert.equal(mutant(base, texts, prng(3, `${i}`)), text);
      return { text, kind: understand(text).kind };
    });
    assert.ok(new Set(made.map(({ text }) => text)).size > 450);
    const refused = made.filter(({ kind }) => kind === 'not_understood').length;
    assert.ok(refused > 100 && refused < 400, `${refused} of 500 refused`);
  });

  it('the oracle finds a digit, a word and a moment that are not those of the text', () => {
    const sample = SAMPLES.find(({ method }) => method === 'private/get_open_orders');
    assert.ok(sample);
    const method = 'private/get_open_orders';
    const said = understand(frameOf(sample), { method });
    assert.ok(said.kind === 'answer');
    const raw = spelt(sample.payload);
    checkTold(method, said.value, raw);
    for (const wrong of [
      { amount: '0.0018' },
      { amount: '0.00170' },
      { state: 'filled' },
      { createdAt: 1 },
      { price: null },
      { direction: 'sell' },
      { label: 'x' },
    ]) {
      const told = (said.value as object[]).map((one) => ({ ...one, ...wrong }));
      assert.throws(
        () => checkTold(method, told, raw),
        assert.AssertionError,
        JSON.stringify(wrong),
      );
    }
  });
});

describe('large messages', () => {
  const MEGABYTE = 1_000_000;
  const times = (text: string, separator = ','): string =>
    Array.from({ length: Math.ceil(MEGABYTE / text.length) }, () => text).join(separator);
  const order = SAMPLES.find(({ method }) => method === 'private/get_order_state')?.payload ?? '';
  const answer = (result: string): string => `{"id":1,"result":${result}}`;
  const LARGE: Readonly<Record<string, string>> = {
    'orders by the thousand': answer(`[${times(order)}]`),
    'orders with long numbers': answer(
      `[${times(order.replace('1.7e-3', '0.00170000000000000001'))}]`,
    ),
    'numbers of sixteen digits': answer(`[${times('1790000000000123')}]`),
    'nearly long numbers': answer(`[${times('123456789012345')}]`),
    'one number of a million digits': answer('7'.repeat(MEGABYTE)),
    'points and digits': answer(`"${times('1.', '')}"`),
    'exponents that are too small': answer(`[${times('1e-400')}]`),
    'a long text': answer(`"${times('x', '')}"`),
    'quotes in a text': answer(`"${times('\\"', '')}"`),
    'members by the thousand': answer(
      `{${Array.from({ length: 60_000 }, (_, i) => `"member${i}":1`).join(',')}}`,
    ),
    'one name again and again': answer(`{${times('"a":1')}}`),
    depth: answer(`${'['.repeat(MEGABYTE / 2)}${']'.repeat(MEGABYTE / 2)}`),
    'depth of objects': answer(`${'{"a":'.repeat(MEGABYTE / 6)}1${'}'.repeat(MEGABYTE / 6)}`),
    'secrets to be struck out': `{"id":1,"error":{"code":1,"message":"${times('\\"signature\\"  ', '')}","data":"${times('client_secret=', '')}"}}`,
    'white space': `{"id":1,${' '.repeat(MEGABYTE)}"result":1}`,
    'no JSON': '{"id":'.repeat(MEGABYTE / 6),
  };
  for (const [what, text] of Object.entries(LARGE))
    it(what, () => {
      const began = process.cpuUsage();
      understand(text);
      understand(text, { method: 'private/get_open_orders' });
      const { user, system } = process.cpuUsage(began);
      assert.ok(user + system < 3_000_000, `${user + system} µs of the processor`);
    });
  it('and orders by the thousand are believed as they are', () => {
    const said = checkText(LARGE['orders with long numbers'] ?? '', {
      method: 'private/get_open_orders',
    });
    assert.ok(said.kind === 'answer');
    assert.equal((said.value as { amount: string }[])[0]?.amount, '0.00170000000000000001');
  });
});
