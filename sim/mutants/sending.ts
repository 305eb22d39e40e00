/** Planted bugs of sending: what leaves, when, how often and under which label. */
import type { Mutant } from './mutant.ts';

const PLACE = 'src/engine/place.ts';
const RESOLVE = 'src/engine/resolve.ts';
const GATE = 'src/engine/gate.ts';
const CELL = 'src/engine/cell.ts';
const PROTECT = 'src/engine/protect.ts';
const CLOSE = 'src/engine/close.ts';

export const SENDING: readonly Mutant[] = [
  {
    id: 'retry_new_label',
    words:
      'an order without an answer counts as refused, so that it is sent again under a new label',
    file: PLACE,
    find: `    case 'unknown':
      return becomeUnknown(turn, label, outcome.reason);`,
    replace: `    case 'unknown':
      if (state === 'pending') record(turn, { type: 'ORDER_REJECTED', v: 1, data: { label, code: 0, message: outcome.reason } }, EXCHANGE);
      return;`,
  },
  {
    id: 'retry_same_label',
    words: 'an order without an answer is sent once more',
    file: PLACE,
    find: `    case 'unknown':
      return becomeUnknown(turn, label, outcome.reason);`,
    replace: `    case 'unknown':
      if (state === 'pending') ask(turn, { for: 'place', label }, { kind: 'place', order: frameOf(turn.books.intents.get(label).intent) });
      return becomeUnknown(turn, label, outcome.reason);`,
  },
  {
    id: 'no_valid_until',
    words: 'an order may be taken an hour after it was decided',
    file: PLACE,
    find: '    validUntil: intent.validUntil,\n    children,',
    replace: '    validUntil: intent.validUntil + 3_600_000,\n    children,',
  },
  {
    id: 'resend_at_start',
    words: 'after a restart what had no answer is sent again',
    file: 'src/engine/links.ts',
    find: "  wantCheck(turn, first ? 'start' : 'reconnect');",
    replace: `  if (first)
    for (const [label, { intent, placement }] of turn.books.intents)
      if (placement.state === 'unknown' && intent.purpose === 'entry')
        ask(turn, { for: 'place', label }, { kind: 'place', order: { label, instrument: intent.instrument, direction: intent.direction, amount: intent.amount, type: intent.type, price: intent.price, timeInForce: intent.timeInForce, reduceOnly: intent.reduceOnly, triggerPrice: null, trigger: null, validUntil: turn.now.server + 3_000, children: [], fillCondition: null } });
  wantCheck(turn, first ? 'start' : 'reconnect');`,
  },
  {
    id: 'send_before_commit',
    words: 'frames leave while their facts are still on the way to the disk',
    file: CELL,
    find: '    tail = (async () => {\n      const result = await appended;',
    replace:
      '    for (const wish of wishes.splice(0)) ports.carryOut(wish);\n    tail = (async () => {\n      const result = await appended;',
  },
  {
    id: 'publish_before_commit',
    words: 'screens are told before the disk has it',
    file: CELL,
    find: '    tail = (async () => {\n      const result = await appended;',
    replace: `    if (facts.length > 0) {
      ports.publish({ commit: written, prev: published, facts });
      published = written;
    }
    tail = (async () => {
      const result = facts.length > 0 ? undefined : await appended;`,
  },
  {
    id: 'append_not_awaited',
    words: 'an append counts as durable as soon as it was asked for',
    file: CELL,
    find: '      const result = await appended;\n      await before;',
    replace:
      '      const result = facts.length > 0 ? { ok: true, head: facts.at(-1).seq } : undefined;\n      await before;',
  },
  {
    id: 'commit_split',
    words: 'each fact is a commit of its own',
    file: CELL,
    find: '    if (first.length + facts.length + wishes.length > 0) commit([...first, ...facts], wishes);',
    replace:
      '    for (const fact of [...first, ...facts]) commit([fact], []);\n    commit([], wishes);',
  },
  {
    id: 'label_reused',
    words: 'the number in a label begins again after ten',
    file: PLACE,
    find: 'counter: books.counters.label + 1 + leg,',
    replace: 'counter: ((books.counters.label + leg) % 10) + 1,',
  },
  {
    id: 'label_without_birth',
    words: 'a label does not say of which journal it is',
    file: PLACE,
    find: '    birth: books.birth,',
    replace: "    birth: 'birth000',",
  },
  {
    id: 'unknown_never_blocks',
    words: 'an order without an outcome does not stop the next opening',
    file: GATE,
    find: '  if (unresolvedIntents(books).some(({ intent }) => intent.instrument === name))',
    replace:
      "  if (unresolvedIntents(books).some(({ intent, placement }) => placement.state === 'pending' && intent.instrument === name))",
  },
  {
    id: 'absent_without_margin',
    words: 'absence is believed as soon as two reads found nothing',
    file: RESOLVE,
    find: '    state.sets.length >= 2 &&\n    began >= late;',
    replace: '    state.sets.length >= 2;',
  },
  {
    id: 'absent_without_fence',
    words: 'absence is believed without asking the matching engine',
    file: RESOLVE,
    find: `    fenced !== null &&
    fenced.cancelled === 0 &&
    fenced.at <= began &&
    state.sets.length >= 2 &&`,
    replace: '    state.sets.length >= 2 &&',
  },
  {
    id: 'absent_against_position',
    words: 'absence is believed whatever the position says',
    file: RESOLVE,
    find: '  if (agreedAt < tooLate(turn, intent)) return;\n',
    replace: '',
  },
  {
    id: 'in_trade_ignored',
    words: 'a strategy opens again while it holds a trade',
    file: GATE,
    find: "  if (openTrades(books, { strategy: id, instrument: name }).length > 0) return 'in_trade';",
    replace: '',
  },
  {
    id: 'earlier_order_ignored',
    words: 'a strategy opens while an order of its last trade may still be live',
    file: GATE,
    find: "  if (earlierUnproved(books, id, name)) return 'earlier_order_unproved';",
    replace: '',
  },
  {
    id: 'opposite_ignored',
    words: 'an opening against what is held is let through',
    file: GATE,
    find: '  return exposures(books, name).some((exposure) => opposes(exposure, change))',
    replace:
      '  return exposures(books, name).some((exposure) => opposes(exposure, change) && false)',
  },
  {
    id: 'break_ignored',
    words: 'a difference that a person has to answer does not stop openings',
    file: GATE,
    find: "  if (blockingBreaks(books, name).length > 0) return 'open_break';",
    replace: '',
  },
  {
    id: 'not_verified_ignored',
    words: 'openings pass before the first check after a connection is clean',
    file: GATE,
    find: `  if (books.assurance.get(name)?.value !== 'verified' || live.clean?.conn !== trading.conn)
    return 'not_verified';`,
    replace: `  if (live.clean === null) return markPrice(turn, name, MARKET_FRESH) === null ? 'stale_market' : undefined;`,
  },
  {
    id: 'halt_ignored',
    words: 'after Kill openings go on',
    file: GATE,
    find: "  if (control === 'halted' || control === 'stopped' || control === undefined) return 'halted';\n  if (control !== 'running') return 'paused';",
    replace: '',
  },
  {
    id: 'stop_can_open',
    words: 'a stop that is placed again is not reduce-only',
    file: PROTECT,
    find: "    reduceOnly: true,\n    trigger: 'mark_price',",
    replace: "    reduceOnly: false,\n    trigger: 'mark_price',",
  },
  {
    id: 'stop_never_repaired',
    words: 'a missing stop is told and not placed',
    file: PROTECT,
    find: '  repair(turn, trade);\n}',
    replace: '}',
  },
  {
    id: 'stop_twice',
    words: 'a stop is placed again while the one before has no outcome',
    file: PROTECT,
    find: "  if (unresolvedOf(turn.books, trade.id, ['stop', 'stop_now']).length > 0) return;\n  if (turn.now.mono < state.nextMono) return wake(turn, state.nextMono);",
    replace: '',
  },
  {
    id: 'close_twice',
    words: 'a close is sent while another one is at work',
    file: CLOSE,
    find: '  if (unresolvedOf(turn.books, trade.id, CLOSES).length > 0 || isAtWork(turn, trade.id))\n    return true;\n  if (!mayAttempt(turn, trade.id, trade.instrument, trade.open)) return true;',
    replace: '',
  },
  {
    id: 'close_can_open',
    words: 'a close is not reduce-only',
    file: CLOSE,
    find: '    reduceOnly: true,',
    replace: '    reduceOnly: false,',
  },
  {
    id: 'late_order_sent',
    words: 'what became durable too late is sent all the same',
    file: 'src/engine/withhold.ts',
    find: "    if (now.server > validUntil) return 'it was durable only after it had ceased to be valid';",
    replace: '',
  },
];
