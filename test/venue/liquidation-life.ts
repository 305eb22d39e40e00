/**
 * Lives of leveraged accounts while prices jump, and what has to hold after every second of them: the exchange's books sum
 * to zero, no account goes on without the margin that it needs, each step of a liquidation is small, one a second and
 * needed, and once things calm down nobody is liquidated or below zero any more. Margins are reckoned here once more, in
 * binary floats.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dec, isZero, sum } from '../../src/base/decimal.ts';
import { SECOND } from '../../src/base/time.ts';
import {
  type Bench,
  createBench,
  type StateView,
} from '../../src/venue/practice/harness.contract.ts';

const NAMES = ['main', 'second', 'third'] as const;
/** Contract, growth of the margin by the coin, and the currency that it pays in. */
const PRODUCTS = {
  'BTC_USDC-PERPETUAL': { contract: 0.0001, growth: 0.00005, currency: 'USDC' },
  'ETH_USDC-PERPETUAL': { contract: 0.001, growth: 0.000004, currency: 'USDC' },
  'BTC-PERPETUAL': { contract: 10, growth: 0.00005, currency: 'BTC' },
  'BTC_USDC-27MAR26': { contract: 0.0001, growth: 0.00005, currency: 'USDC' },
  'BTC-30JAN26': { contract: 10, growth: 0.00005, currency: 'BTC' },
  'BTC_USDC-30JAN26-64000-C': { contract: 0.01, growth: 0, currency: 'USDC' },
  'BTC_USDC-9JAN26-63000-P': { contract: 0.01, growth: 0, currency: 'USDC' },
} as const;
type Product = keyof typeof PRODUCTS;
const PRODUCT_NAMES = Object.keys(PRODUCTS) as Product[];
const MOST_SECONDS = 900;

type Act =
  | {
      readonly kind: 'order';
      readonly account: string;
      readonly instrument: Product;
      readonly direction: 'buy' | 'sell';
      readonly leverage: number;
      readonly rests: boolean;
    }
  | { readonly kind: 'price'; readonly instrument: Product; readonly perMille: number }
  | { readonly kind: 'pass'; readonly seconds: number }
  | { readonly kind: 'thin'; readonly instrument: Product; readonly contracts: number | null }
  | { readonly kind: 'settle' };

export type Life = {
  readonly lively: boolean;
  readonly cash: number;
  readonly fund: number;
  readonly acts: readonly Act[];
};

const instrument = fc.constantFrom(...PRODUCT_NAMES);
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('order' as const),
      account: fc.constantFrom(...NAMES),
      instrument,
      direction: fc.constantFrom('buy' as const, 'sell' as const),
      leverage: fc.constantFrom(10, 25, 40, 48),
      rests: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('price' as const),
      instrument,
      perMille: fc.constantFrom(-45, -25, -15, -10, 10, 15, 25, 45),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pass' as const),
      seconds: fc.integer({ min: 1, max: 12 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('thin' as const),
      instrument,
      contracts: fc.option(fc.integer({ min: 0, max: 400 })),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'settle' as const }) },
);

export const lives = (most: number): fc.Arbitrary<Life> =>
  fc.record({
    lively: fc.boolean(),
    cash: fc.constantFrom(600, 2_000, 10_000, 60_000),
    fund: fc.constantFrom(0, 0, 50, 1_000_000),
    acts: fc.array(act, { minLength: Math.ceil(most / 2), maxLength: most, size: 'max' }),
  });

/** What a run of lives has come across, so that it can not have looked at nothing. */
export type Seen = {
  steps: number;
  ofOptions: number;
  ended: number;
  bankrupt: number;
  taxed: number;
};
export const nothingSeen = (): Seen => ({
  steps: 0,
  ofOptions: 0,
  ended: 0,
  bankrupt: 0,
  taxed: 0,
});

type Account = StateView['accounts'][number];
const sizeIn = (account: Account | undefined, name: string): number =>
  Number(account?.positions.find((one) => one.instrument === name)?.size ?? 0);
type Prices = { readonly mark: number; readonly index: number };
function pricesOf(state: StateView, name: string): Prices {
  const { mark, index } = state.instruments.find((one) => one.name === name) ?? {};
  return { mark: Number(mark), index: Number(index) };
}

const isOption = (name: string): boolean => /-[CP]$/.test(name);

/** Maintenance margin of a size, by the published formula; of a short option its mark and 7.5 % of the index. */
function needs(name: Product, size: number, { mark, index }: Prices): number {
  if (isOption(name)) return size < 0 ? -size * (mark + 0.075 * index) : 0;
  const { growth, currency } = PRODUCTS[name];
  const coins = currency === 'BTC' ? Math.abs(size) / mark : Math.abs(size);
  return coins * (0.01 + growth * coins) * (currency === 'BTC' ? 1 : mark);
}
const worth = (name: Product, size: number, mark: number): number =>
  PRODUCTS[name].currency === 'BTC' ? -size / mark : size * mark;

function assertWhole({ accounts, house }: StateView): void {
  const currencies = ['USDC', 'BTC'];
  for (const currency of currencies) {
    const cash = [...accounts.map((one) => one.cash), ...Object.values(house.cash)];
    const total = sum(cash.map((one) => one[currency] ?? dec(0)));
    assert.ok(isZero(total), `${currency} sums to ${total}`);
  }
  for (const name of PRODUCT_NAMES) {
    const held = [...accounts.flatMap(({ positions }) => positions), ...house.positions];
    const total = sum(held.filter((one) => one.instrument === name).map(({ size }) => size));
    assert.ok(isZero(total), `${name} sums to ${total}`);
  }
}

const UNIT: Readonly<Record<string, number>> = { USDC: 2e-6, BTC: 2e-8 };

/** No account is without its margin unless it is being liquidated; one that has just traded is looked at a second later. */
function assertCovered(state: StateView): void {
  const busy = new Set(
    state.trades
      .filter(
        ({ at, liquidation, liquidity }) =>
          at === state.now && !(liquidation ?? '').includes(liquidity),
      )
      .map(({ account }) => account),
  );
  for (const { id, margin } of state.accounts.filter((one) => !busy.has(one.id)))
    for (const [currency, { balance, maintenance, liquidating }] of Object.entries(margin)) {
      const spare = Number(balance) - Number(maintenance);
      const unit = UNIT[currency] ?? 0;
      assert.ok(liquidating || spare >= -unit, `${id} lacks ${-spare} ${currency}`);
    }
}

/** The exchange's orders of a second, against what stood before it. */
function assertSteps(before: StateView, after: StateView, seen: Seen): void {
  const known = new Set(before.orders.map(({ orderId }) => orderId));
  const steps = after.orders.filter((one) => one.liquidation && !known.has(one.orderId));
  const keys = steps.map(({ account, instrument: name }) => {
    const { currency } = PRODUCTS[name as Product];
    return `${account}/${currency}`;
  });
  assert.equal(new Set(keys).size, keys.length, 'one step for a currency in a second');
  for (const step of steps) assertStep(after, step, seen);
}

function assertStep(after: StateView, step: StateView['orders'][number], seen: Seen): void {
  seen.steps++;
  const name = step.instrument as Product;
  if (isOption(name)) seen.ofOptions++;
  const { currency, contract } = PRODUCTS[name];
  const account = after.accounts.find(({ id }) => id === step.account);
  const trades = after.trades.filter(({ orderId }) => orderId === step.orderId);
  const [prices, filled] = [pricesOf(after, name), Number(step.filled)];
  const { mark } = prices;
  const signed = step.direction === 'sell' ? filled : -filled;
  const size = sizeIn(account, name);
  const was = size + signed;
  // What the step cost at this mark, from its trades: cash alone, or with what the contracts are worth.
  const cost = (withValue: boolean): number =>
    trades.reduce((total, { price, amount, fee }) => {
      const part = Math.sign(signed) * Number(amount);
      const kept = withValue ? worth(name, part, mark) : 0;
      return total + Number(fee) + kept - worth(name, part, Number(price));
    }, 0);
  const balance = Number(account?.margin[currency]?.balance) + cost(!isOption(name));
  const equity = Number(account?.equity[currency]) + cost(true);
  const maintenance =
    Number(account?.margin[currency]?.maintenance) -
    needs(name, size, prices) +
    needs(name, was, prices);
  const rescued = Number(account?.cash[currency]) === 0;
  const unit = UNIT[currency] ?? 0;
  const scale = unit * (1 + trades.length) + 1e-9 * Math.abs(balance);
  assert.ok(rescued || balance < maintenance + scale, `a step of ${name} that nothing called for`);
  const small = Math.ceil((Math.abs(was) * 0.05) / contract - 1e-6) * contract;
  const all = rescued || equity < scale;
  assert.ok(all || Number(step.amount) <= small + contract * 1e-6, `${step.amount} of ${was}`);
}

function perform(bench: Bench, one: Act, life: Life): void {
  switch (one.kind) {
    case 'order': {
      const { mark, index } = pricesOf(bench.state(), one.instrument);
      const { contract, currency } = PRODUCTS[one.instrument];
      const value = life.cash * (isOption(one.instrument) ? one.leverage / 10 : one.leverage);
      const lots = Math.floor((currency === 'BTC' ? value : value / index) / contract);
      const away = one.direction === 'buy' ? 0.99 : 1.01;
      const limit = { type: 'limit', price: String(Math.round((mark * away) / 5) * 5) };
      bench.control('POST', 'order', {
        account: one.account,
        instrument: one.instrument,
        direction: one.direction,
        amount: String(Number((lots * contract).toFixed(4))),
        ...(one.rests ? limit : { type: 'market' }),
      });
      return;
    }
    case 'price': {
      const price = pricesOf(bench.state(), one.instrument).index * (1 + one.perMille / 1_000);
      bench.control('POST', 'price', { instrument: one.instrument, price: price.toFixed(2) });
      return;
    }
    case 'thin': {
      const { contract } = PRODUCTS[one.instrument];
      const amount =
        one.contracts === null ? null : String(Number((one.contracts * contract).toFixed(4)));
      bench.control('POST', 'liquidity', { instrument: one.instrument, amount });
      return;
    }
    case 'settle':
      bench.control('POST', 'settle');
      return;
    case 'pass':
      return;
  }
}

const isBusy = ({ accounts }: StateView): boolean =>
  accounts.some(({ margin }) => Object.values(margin).some(({ liquidating }) => liquidating));

/** All that is held and owed at an exchange; new strikes may be listed at a restart, which nobody holds. */
const moneyOf = ({ accounts, house, settlements, markets }: ReturnType<Bench['stored']>) => ({
  accounts,
  house,
  settlements,
  makers: markets.flatMap(({ name, makers }) => (makers === undefined ? [] : [{ name, makers }])),
});

/** Lives a life to its end. */
export function live(life: Life, seen: Seen): void {
  const { lively, cash, fund, acts } = life;
  const bench = createBench({
    lively,
    dated: true,
    accounts: NAMES.map((id) => ({
      id,
      cash: { USDC: dec(cash), BTC: dec((cash / 64_000).toFixed(8)) },
    })),
  });
  for (const [currency, amount] of [
    ['USDC', fund],
    ['BTC', fund / 64_000],
  ] as const)
    bench.control('POST', 'insurance', { currency, amount: amount.toFixed(6) });
  const second = (): void => {
    const before = bench.state();
    bench.pass(SECOND);
    const after = bench.state();
    assertWhole(after);
    assertCovered(after);
    assertSteps(before, after, seen);
    if (isBusy(before) && !isBusy(after)) seen.ended++;
  };
  for (const one of acts) {
    const before = bench.state();
    perform(bench, one, life);
    const after = bench.state();
    assertWhole(after);
    if (one.kind === 'price') assertCovered(after);
    assertSteps(before, after, seen);
    for (let i = 0; one.kind === 'pass' && i < one.seconds; i++) second();
  }
  for (const name of PRODUCT_NAMES) bench.control('POST', 'liquidity', { instrument: name });
  // An order that filled in the last second is looked at a second later.
  for (let calm = 0, waited = 0; calm < 2; waited++) {
    assert.ok(waited < MOST_SECONDS, 'a liquidation ends');
    second();
    calm = isBusy(bench.state()) ? 0 : calm + 1;
  }
  for (const { id, equity } of bench.state().accounts)
    for (const [currency, value] of Object.entries(equity))
      assert.ok(Number(value) >= 0, `${id} ends with ${value} ${currency}`);
  // Forces a record of this moment, so that a new process finds it.
  bench.control('POST', 'speed', { speed: 1 });
  const stored = bench.stored();
  bench.restart();
  assert.deepEqual(moneyOf(bench.stored()), moneyOf(stored), 'a restart is the same exchange');
  for (const { bankruptcy, change } of stored.rows) {
    if (bankruptcy === undefined) continue;
    seen.bankrupt++;
    if (!isZero(bankruptcy.tax)) seen.taxed++;
    assert.equal(change, bankruptcy.owed);
    assert.equal(sum([bankruptcy.funded, bankruptcy.socialized]), bankruptcy.owed);
  }
}
