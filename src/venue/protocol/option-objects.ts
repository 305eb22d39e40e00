/** What objects of Deribit's API v2 say of options only; `N` is how a number is held, as in objects.ts. */

/** Of a ticker; volatilities in percent a year. */
export type OptionFigures<N = number> = {
  readonly underlying_price: N;
  readonly underlying_index: string;
  readonly interest_rate: N;
  readonly mark_iv: N;
  readonly bid_iv: N;
  readonly ask_iv: N;
  readonly greeks: Readonly<Record<'delta' | 'gamma' | 'vega' | 'theta' | 'rho', N>>;
};

/** Of a position. */
export type OptionPosition<N = number> = {
  readonly gamma: N;
  readonly vega: N;
  readonly theta: N;
  readonly average_price_usd: N;
  readonly floating_profit_loss_usd: N;
};
