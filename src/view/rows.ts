/**
 * The read models as rows: what each table keeps and how a fact changes them. A row is a document as people see it,
 * beside the few columns by which it is found. Pages walk by (`at`, `id`), newest first.
 */

/** The tables and their columns beside `id` and `at`. */
export const TABLES = {
  strategies: [],
  positions: [],
  trades: ['status', 'strategy', 'instrument', 'exitReason', 'closedAt'],
  orders: ['live', 'trade'],
  breaks: ['open'],
  reports: [],
  alerts: ['state'],
  daily: [],
} as const satisfies Record<string, readonly string[]>;

export type Table = keyof typeof TABLES;
type Column<Name extends Table> = (typeof TABLES)[Name][number];

type Put<Name extends Table> = {
  readonly op: 'put';
  readonly table: Name;
  readonly id: string;
  /** ISO text by which pages are ordered. */
  readonly at: string;
  readonly columns: Readonly<Record<Column<Name>, string | null>>;
  readonly doc: object;
};

/** `merge` replaces members of a document that is there, and does nothing where it is not. */
export type RowChange =
  | { readonly [Name in Table]: Put<Name> }[Table]
  | { readonly op: 'merge'; readonly table: Table; readonly id: string; readonly members: object }
  | { readonly op: 'delete'; readonly table: Table; readonly id: string };

/**
 * What a fact does to the read side. `keys` are the names under which the fact can be found (`trade/…`, `label/…`,
 * `order/…`, `change/…`, `fill/…`, `break/…`), `belongs` says which names belong to which trade: a trade's timeline is all
 * facts under its own name or one of those, whichever came first.
 */
export type Projection = {
  readonly rows: readonly RowChange[];
  readonly keys: readonly string[];
  readonly belongs: readonly { readonly trade: string; readonly key: string }[];
};

/** Raised whenever a projection changes, so that stored read models are built anew from the facts. */
export const VIEW_VERSION = 3;
