/**
 * A second opinion on matching, after the venue's documents and without a line of the exchange's: plain lists that are
 * searched from end to end, whole numbers of ticks and contracts, users only. Slow and simple on purpose.
 */

export type Side = 'buy' | 'sell';
export type Force = 'good_til_cancelled' | 'immediate_or_cancel' | 'fill_or_kill';
export type Mode = 'cancel_maker' | 'reject_taker';

/** What the venue leaves to its day or to the account. */
export type Terms = {
  readonly priceOutsideBand: 'reject' | 'clamp';
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
  /** What an iceberg shows; null: all, or in an edit what it showed before. */
  readonly display: bigint | null;
};

export type Editing = Pick<
  Placing,
  'amount' | 'postOnly' | 'rejectPostOnly' | 'reduceOnly' | 'display'
> & {
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
  /** Of an iceberg: what it shows each time, and what is left of that. */
  display: bigint | null;
  shown: bigint;
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
  /** By whose rate it pays. */
  readonly pays: 'M' | 'T';
};

/** What can be taken of one resting order at a time. */
type Part = { readonly maker: ModelOrder; readonly amount: bigint; readonly hidden: boolean };

const opposite = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy');
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const left = (order: ModelOrder): bigint => order.amount - order.filled;
const visible = (order: ModelOrder): bigint => (order.display === null ? left(order) : order.shown);
/** At least a hundred contracts, and less than a hundred times as much behind it. */
const mayShow = (display: bigint, of: bigint): boolean =>
  display >= 100n && of - display < 100n * display;

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
    const { display } = asked;
    if (display !== null) {
      if (asked.price === null || asked.force !== 'good_til_cancelled') return 11047;
      if (!mayShow(display, asked.amount)) return 10036;
    }
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
      display,
      shown: display === null ? 0n : least(display, amount),
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
    const display = asked.display ?? order.display;
    if (display !== null && !mayShow(display, asked.amount - order.filled)) return 10036;
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
    const showsMore = order.display !== null && display !== null && display > order.display;
    const loses = price !== order.price || amount > order.amount || showsMore;
    if (loses) this.#leave(order);
    if (display !== null) {
      const most = least(display, amount - order.filled);
      order.shown = loses ? most : least(most, visible(order));
      order.display = display;
    }
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
      if (last !== undefined && last[0] === order.price) last[1] += visible(order);
      else found.push([order.price, visible(order)]);
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
    const { band, priceOutsideBand } = this.#terms;
    const bound = asked.side === 'buy' ? band.max : band.min;
    if (asked.price === null) return bound;
    const beyond = asked.side === 'buy' ? asked.price > bound : asked.price < bound;
    if (!beyond) return asked.price;
    if (priceOutsideBand === 'clamp') return bound;
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

  /** What one could take by its limit: at each price all that is shown, then all that is hidden. */
  #reached(order: ModelOrder): Part[] {
    const makers = this.#standing(opposite(order.side)).filter((maker) =>
      order.side === 'buy' ? maker.price <= order.price : maker.price >= order.price,
    );
    return [...new Set(makers.map(({ price }) => price))].flatMap((price) => {
      const level = makers.filter((maker) => maker.price === price);
      const shown = level.map((maker) => ({ maker, amount: visible(maker), hidden: false }));
      const rest = level.map((maker) => ({
        maker,
        amount: left(maker) - visible(maker),
        hidden: true,
      }));
      return [...shown, ...rest].filter(({ amount }) => amount > 0n);
    });
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
    for (const { maker, amount } of this.#reached(order)) {
      if (wanted <= 0n) return false;
      if (this.#owns(order.account, maker)) return true;
      wanted -= amount;
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
    for (const { maker, amount } of this.#reached(order)) {
      if (!this.#owns(order.account, maker)) found += amount;
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
      const [part] = this.#reached(order);
      if (part === undefined) break;
      if (!this.#owns(order.account, part.maker)) this.#trade(order, part);
      else if (this.#rejects(order.account)) this.#end(order, 'risk_mitigation');
      else this.#end(part.maker, 'risk_mitigation');
    }
    this.#showAgain();
    if (order.state !== 'open') return;
    if (order.force !== 'good_til_cancelled') {
      this.#end(order, null);
      return;
    }
    order.rests = true;
    if (!this.#queue.includes(order)) this.#queue.push(order);
  }

  /** Icebergs of which nothing is shown any more show their next part, behind all others. */
  #showAgain(): void {
    const spent = this.#queue.filter((one) => one.display !== null && one.shown === 0n);
    for (const order of spent) {
      order.shown = least(order.display ?? 0n, left(order));
      this.#leave(order);
      this.#queue.push(order);
    }
  }

  #trade(taker: ModelOrder, part: Part): void {
    const { maker } = part;
    const amount = least(left(taker), part.amount);
    const { price } = maker;
    if (maker.display !== null && !part.hidden) maker.shown -= amount;
    for (const order of [taker, maker]) {
      order.filled += amount;
      order.shown = least(order.shown, left(order));
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
        pays: part.hidden ? 'T' : role,
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
      else {
        order.amount = order.filled + room;
        order.shown = least(order.shown, room);
      }
    }
  }
}
