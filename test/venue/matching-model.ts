/**
 * A second opinion on matching, after the venue's documents and without a line of the exchange's: plain lists that are
 * searched from end to end, whole numbers of ticks and contracts, users only. Slow and simple on purpose.
 */

export type Side = 'buy' | 'sell';
export type Force = 'good_til_cancelled' | 'immediate_or_cancel' | 'fill_or_kill';
export type Mode = 'cancel_maker' | 'reject_taker';

/** What the venue leaves to its day or to the account. */
export type Terms = {
  readonly beyondBand: 'refuse' | 'clamp';
  readonly ownOrderMet: 'refuse' | 'cancel';
  /** By account. */
  readonly modes: readonly { readonly mode: Mode; readonly extended: boolean }[];
  /** Lowest and highest price that an order may take at, in ticks. */
  readonly band: { readonly min: bigint; readonly max: bigint };
};

export type Placing = {
  readonly account: number;
  readonly side: Side;
  readonly amount: bigint;
  /** null: a market order. */
  readonly price: bigint | null;
  readonly force: Force;
  readonly postOnly: boolean;
  readonly rejectPostOnly: boolean;
  readonly reduceOnly: boolean;
};

export type Editing = Pick<Placing, 'amount' | 'postOnly' | 'rejectPostOnly' | 'reduceOnly'> & {
  readonly account: number;
  /** Number of the order. */
  readonly order: number;
  readonly price: bigint;
};

export type ModelOrder = {
  /** 1 for the first. */
  readonly n: number;
  readonly account: number;
  readonly side: Side;
  amount: bigint;
  filled: bigint;
  /** Sum of amount times price of its fills. */
  cost: bigint;
  price: bigint;
  readonly force: Force;
  /** What it was called for and what it is now. */
  readonly market: boolean;
  rests: boolean;
  postOnly: boolean;
  reduceOnly: boolean;
  state: 'open' | 'filled' | 'cancelled';
  reason: string | null;
};

export type ModelTrade = {
  readonly order: number;
  readonly account: number;
  readonly side: Side;
  readonly amount: bigint;
  readonly price: bigint;
  readonly role: 'M' | 'T';
};

const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const left = (order: ModelOrder): bigint => order.amount - order.filled;

export class MatchingModel {
  readonly orders: ModelOrder[] = [];
  readonly trades: ModelTrade[] = [];
  /** Signed, by account. */
  readonly positions: bigint[];
  /** Those that stand in the book, first come first. */
  #queue: ModelOrder[] = [];
  readonly #terms: Terms;

  constructor(terms: Terms) {
    this.#terms = terms;
    this.positions = terms.modes.map(() => 0n);
  }

  /** Answers the venue's code of a refusal, or null. */
  place(asked: Placing): number | null {
    const priced = this.#bounded(asked);
    if (typeof priced === 'number') return priced;
    let price = priced;
    let { amount } = asked;
    if (asked.reduceOnly) {
      amount = least(amount, this.#room(asked));
      if (amount === 0n) return 11030;
    }
    if (asked.postOnly) {
      const shifted = this.#behindBest(asked.side, price);
      if (shifted !== price && asked.rejectPostOnly) return 11054;
      price = shifted;
    }
    const order: ModelOrder = {
      n: this.orders.length + 1,
      account: asked.account,
      side: asked.side,
      amount,
      filled: 0n,
      cost: 0n,
      price,
      force: asked.force,
      market: asked.price === null,
      rests: false,
      postOnly: asked.postOnly,
      reduceOnly: asked.reduceOnly,
      state: 'open',
      reason: null,
    };
    if (this.#refusesOwn(order)) return 10003;
    this.orders.push(order);
    this.#work(order);
    return null;
  }

  edit(asked: Editing): number | null {
    const order = this.orders[asked.order - 1];
    if (order === undefined || order.account !== asked.account) return 10004;
    if (order.state === 'filled') return 11008;
    if (order.state === 'cancelled') return 10010;
    if (asked.amount <= order.filled) return 10021;
    const bounded =
      asked.price === order.price
        ? order.price
        : this.#bounded({ side: order.side, price: asked.price });
    if (typeof bounded === 'number') return bounded;
    let price = bounded;
    let { amount } = asked;
    if (asked.reduceOnly) {
      const room = this.#room(order);
      if (room === 0n) return 11030;
      amount = least(amount, order.filled + room);
    }
    if (asked.postOnly) {
      const shifted = this.#behindBest(order.side, price);
      if (shifted !== price && asked.rejectPostOnly) {
        this.#end(order, 'edit_post_only_reject');
        return null;
      }
      price = shifted;
    }
    if (this.#refusesOwn({ ...order, price, amount })) return 10003;
    if (price !== order.price || amount > order.amount) this.#leave(order);
    order.price = price;
    order.amount = amount;
    order.postOnly = asked.postOnly;
    order.reduceOnly = asked.reduceOnly;
    this.#work(order);
    return null;
  }

  cancel(account: number, n: number): number | null {
    const order = this.orders[n - 1];
    if (order === undefined || order.account !== account) return 10004;
    if (order.state !== 'open') return 11044;
    this.#end(order, 'user_request');
    return null;
  }

  /** Price and amount of each level, best first. */
  levels(side: Side): (readonly [bigint, bigint])[] {
    const found: [bigint, bigint][] = [];
    for (const order of this.#standing(side)) {
      const last = found.at(-1);
      if (last !== undefined && last[0] === order.price) last[1] += left(order);
      else found.push([order.price, left(order)]);
    }
    return found;
  }

  /** Resting orders of a side, best price first, at one price first come first. */
  #standing(side: Side): ModelOrder[] {
    const sign = side === 'buy' ? -1 : 1;
    return this.#queue
      .filter((order) => order.side === side)
      .sort((a, b) => (a.price === b.price ? 0 : a.price > b.price ? sign : -sign));
  }

  #bounded(asked: { readonly side: Side; readonly price: bigint | null }): bigint | number {
    const { band, beyondBand } = this.#terms;
    const bound = asked.side === 'buy' ? band.max : band.min;
    if (asked.price === null) return bound;
    const beyond = asked.side === 'buy' ? asked.price > bound : asked.price < bound;
    if (!beyond) return asked.price;
    if (beyondBand === 'clamp') return bound;
    return asked.side === 'buy' ? 10007 : 10005;
  }

  #room({ account, side }: { readonly account: number; readonly side: Side }): bigint {
    const position = this.positions[account] ?? 0n;
    const room = side === 'buy' ? -position : position;
    return room > 0n ? room : 0n;
  }

  #behindBest(side: Side, price: bigint): bigint {
    const best = this.#standing(opposite(side))[0];
    if (best === undefined) return price;
    if (side === 'buy') return price >= best.price ? best.price - 1n : price;
    return price <= best.price ? best.price + 1n : price;
  }

  /** The resting orders that one could take by its limit. */
  #reached(order: ModelOrder): ModelOrder[] {
    return this.#standing(opposite(order.side)).filter((maker) =>
      order.side === 'buy' ? maker.price <= order.price : maker.price >= order.price,
    );
  }

  #owns(account: number, maker: ModelOrder): boolean {
    return maker.account === account || this.#terms.modes[account]?.extended === true;
  }

  #rejects(account: number): boolean {
    return this.#terms.modes[account]?.mode === 'reject_taker';
  }

  #refusesOwn(order: ModelOrder): boolean {
    if (this.#terms.ownOrderMet !== 'refuse' || !this.#rejects(order.account)) return false;
    let wanted = left(order);
    for (const maker of this.#reached(order)) {
      if (wanted <= 0n) return false;
      if (this.#owns(order.account, maker)) return true;
      wanted -= left(maker);
    }
    return false;
  }

  #leave(order: ModelOrder): void {
    this.#queue = this.#queue.filter((one) => one !== order);
  }

  #end(order: ModelOrder, reason: string | null): void {
    order.state = 'cancelled';
    order.reason = reason;
    this.#leave(order);
  }

  /** All or nothing is settled beforehand. */
  #getsAll(order: ModelOrder): boolean {
    let found = 0n;
    for (const maker of this.#reached(order)) {
      if (!this.#owns(order.account, maker)) found += left(maker);
      else if (this.#rejects(order.account)) break;
    }
    return found >= left(order);
  }

  /** An order that has arrived or was changed takes what it can; what is left rests or ends. */
  #work(order: ModelOrder): void {
    if (order.force === 'fill_or_kill' && !this.#getsAll(order)) {
      this.#end(order, null);
      return;
    }
    while (order.state === 'open') {
      const [maker] = this.#reached(order);
      if (maker === undefined) break;
      if (!this.#owns(order.account, maker)) this.#trade(order, maker);
      else if (this.#rejects(order.account)) this.#end(order, 'risk_mitigation');
      else this.#end(maker, 'risk_mitigation');
    }
    if (order.state !== 'open') return;
    if (order.force !== 'good_til_cancelled') {
      this.#end(order, null);
      return;
    }
    order.rests = true;
    if (!this.#queue.includes(order)) this.#queue.push(order);
  }

  #trade(taker: ModelOrder, maker: ModelOrder): void {
    const amount = least(left(taker), left(maker));
    const { price } = maker;
    for (const order of [taker, maker]) {
      order.filled += amount;
      order.cost += amount * price;
      const change = order.side === 'buy' ? amount : -amount;
      this.positions[order.account] = (this.positions[order.account] ?? 0n) + change;
      if (left(order) === 0n) {
        order.state = 'filled';
        this.#leave(order);
      }
      const role = order === taker ? 'T' : 'M';
      this.trades.push({
        order: order.n,
        account: order.account,
        side: order.side,
        amount,
        price,
        role,
      });
    }
    for (const order of [taker, maker]) this.#shrink(order);
  }

  /** Resting reduce-only orders of an account never exceed its position, and never grow again. */
  #shrink(traded: ModelOrder): void {
    for (const order of this.#queue.filter(
      (one) => one.account === traded.account && one.reduceOnly && one !== traded,
    )) {
      const room = this.#room(order);
      if (left(order) <= room) continue;
      if (room === 0n) this.#end(order, null);
      else order.amount = order.filled + room;
    }
  }
}
