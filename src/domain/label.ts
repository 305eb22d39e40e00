/**
 * Labels: unique for ever and readable. `ls:<strategy>:<node>:<epoch>:<counter><leg>:<birth>`; `birth` is 8 characters of
 * the journal's random birth id, new after each restore, so that a label of a forgotten past can't come back.
 */
import { assert } from '../base/assert.ts';
import type { Purpose } from './intent.ts';

/** The letter of each purpose in a label. */
const LEGS = {
  entry: 'e',
  stop: 's',
  target: 't',
  close: 'c',
  stop_rest: 'r',
  stop_now: 'n',
  kill_close: 'k',
  operator_close: 'o',
  foreign_close: 'f',
} as const satisfies Record<Purpose, string>;

const PURPOSES = new Map<string, Purpose>(
  Object.entries(LEGS).map(([purpose, leg]) => [leg, purpose as Purpose]),
);
const SHAPE = /^ls:([a-z0-9_-]{1,24}):([a-z0-9]{1,4}):(\d{1,9}):(\d{1,9})([a-z]):([a-z0-9]{8})$/;

/** What a kill without an engine puts before its labels: they need no journal (I40). */
export const KILL_PREFIX = 'kill-';

/** The longest label that the exchange takes. */
const LABEL_MAX = 64;

export type LabelParts = {
  readonly strategy: string;
  readonly node: string;
  readonly epoch: number;
  readonly counter: number;
  readonly purpose: Purpose;
  readonly birth: string;
};

/** The text of a label. Strategy ids are at most 24 characters, so that it stays within `LABEL_MAX`. */
export function makeLabel({ strategy, node, epoch, counter, purpose, birth }: LabelParts): string {
  const label = `ls:${strategy}:${node}:${epoch}:${counter}${LEGS[purpose]}:${birth.slice(0, 8)}`;
  assert(label.length <= LABEL_MAX, `the label ${label} is too long`);
  return label;
}

/** The parts of a label of ours, of any journal; undefined for labels of others. */
export function parseLabel(label: string): LabelParts | undefined {
  const match = SHAPE.exec(label);
  if (match === null) return undefined;
  const [, strategy = '', node = '', epoch = '', counter = '', leg = '', birth = ''] = match;
  const purpose = PURPOSES.get(leg);
  if (purpose === undefined) return undefined;
  return {
    strategy,
    node,
    epoch: parseInt(epoch, 10),
    counter: parseInt(counter, 10),
    purpose,
    birth,
  };
}
