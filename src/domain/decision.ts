/** What a person's decision about a break wrote, and what compensates it: the books never forget either of them. */
import type { Decimal } from '../base/decimal.ts';
import type { BreakKind } from './shown.ts';

/** A decision as it was carried out. `fact`: the seq of what it wrote; null where the end of the break itself is all. */
export type DecisionMade = { readonly fact: number | null } & (
  | { readonly action: 'accept' }
  | { readonly action: 'adopt'; readonly trade: string }
  /** `before`: how much of the foreign amount was kept by hand already. */
  | { readonly action: 'by_hand'; readonly before: Decimal }
  | { readonly action: 'flatten' }
  | {
      readonly action: 'enter';
      readonly trade: string;
      readonly amount: Decimal;
      readonly exitPrice: Decimal;
      readonly fees: Decimal;
    }
);

/** What taking it back moves. */
export type Undoing =
  | { readonly action: 'accept' }
  /** What the trade still holds, at its average entry, belongs to nobody again. */
  | {
      readonly action: 'adopt';
      readonly trade: string;
      readonly amount: Decimal;
      readonly price: Decimal;
    }
  /** So much is kept by hand again. */
  | { readonly action: 'by_hand'; readonly decided: Decimal }
  /** Nothing more of it is to be closed. */
  | { readonly action: 'flatten' }
  /** The outcome that was entered is taken out: the result is unknown again. */
  | {
      readonly action: 'enter';
      readonly trade: string;
      readonly amount: Decimal;
      readonly exitPrice: Decimal;
      readonly fees: Decimal;
    };

/** The compensating entry of a decision. */
export type DecisionUndone = {
  readonly break: string;
  readonly kind: BreakKind;
  readonly subject: string;
  readonly instrument: string;
  /** The seq of the fact that the decision wrote. */
  readonly corrects: number | null;
  readonly undoes: Undoing;
  readonly by: string;
  readonly reason: string;
};
