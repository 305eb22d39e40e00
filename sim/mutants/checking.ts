/** Planted bugs of checking: what is read, what is believed, what is concluded. */
import type { Mutant } from './mutant.ts';

const CHECK = 'src/engine/check.ts';
const VERDICT = 'src/engine/verdict.ts';
const LINKS = 'src/engine/links.ts';

export const CHECKING: readonly Mutant[] = [
  {
    id: 'no_check_after_reconnect',
    words: 'a new connection is not followed by a check',
    file: LINKS,
    find: "  wantCheck(turn, first ? 'start' : 'reconnect');",
    replace: "  if (first) wantCheck(turn, 'start');",
  },
  {
    id: 'error_is_flat',
    words: 'a list of positions that could not be read counts as empty',
    file: CHECK,
    find: '  else\n    check.failed ??= `${errand.part}:',
    replace:
      "  else if (errand.part === 'positions') {\n    check.positions = [];\n    check.positionsAt = turn.now.server;\n  } else\n    check.failed ??= `${errand.part}:",
  },
  {
    id: 'first_sighting_believed',
    words: 'a difference is corrected as soon as it is seen',
    file: VERDICT,
    find: '  if (at < quietFrom) {\n    if (!same)',
    replace:
      '  if (at < Infinity) return correct(turn, { name, found, at, sightings: [at, at], check });\n  if (at < quietFrom) {\n    if (!same)',
  },
  {
    id: 'no_quiet_wanted',
    words: 'a difference is believed while things still happen',
    file: VERDICT,
    find: '  const quietFrom = lastEvent(turn, check, name) + QUIET * factor(turn);',
    replace: '  const quietFrom = 0 * lastEvent(turn, check, name);',
  },
  {
    id: 'no_spacing_wanted',
    words: 'two reads of one copy count as two',
    file: VERDICT,
    find: '  if (at - held.beganAt < READ_SPACING * factor(turn)) return;\n',
    replace: '',
  },
  {
    id: 'absence_is_flat',
    words: 'a position that a list leaves out counts as proved flat',
    file: VERDICT,
    find: '  if (isZero(found.actual) && !isFlatProved(turn, check, name)) return;\n',
    replace: '',
  },
  {
    id: 'moved_cut_believed',
    words: 'reads between which something happened are compared',
    file: CHECK,
    find: '      if (check.fills.size !== check.fillsBefore || turn.live.events !== check.events)\n        return again(turn, check);',
    replace: '',
  },
  {
    id: 'old_copy_believed',
    words: 'reads that lack what the exchange itself has brought are compared',
    file: CHECK,
    find: '      if (isStaleRead(turn, check)) return;\n',
    replace: '',
  },
  {
    id: 'old_position_believed',
    words: 'a position from before the last fill is compared',
    file: VERDICT,
    find: '  const stale = stalePosition(turn, check);',
    replace: '  const stale = undefined as string | undefined;',
  },
  {
    id: 'missed_not_booked',
    words: 'fills that only a check sees are not booked',
    file: VERDICT,
    find: '  const missed = bookFills(turn, explainOrigins(check), source);',
    replace:
      "  const missed = source === 'start' ? bookFills(turn, explainOrigins(check), source) : [];",
  },
  {
    id: 'cursor_by_pushes',
    words: 'reads of fills begin at the last one that was booked',
    file: CHECK,
    find: '  if (start === undefined) return turn.now.server - RECENT_WINDOW + overlap;\n  const { server } = turn.now;',
    replace:
      '  if (start === undefined) return turn.now.server - RECENT_WINDOW + overlap;\n  const { server } = turn.now;\n  if (turn.books.fills.size > 0) return Math.max(...turn.books.fills.values());',
  },
  {
    id: 'no_overlap',
    words: 'reads of fills begin where the last one ended',
    file: CHECK,
    find: ' - overlap\n  );',
    replace: '\n  );',
  },
  {
    id: 'only_recent_read',
    words: 'what is older than a day is not looked for',
    file: 'src/venue/deribit/paging.ts',
    find: '        if (!historical && needsHistory(RECENT_FILLS, request.from, now)) {',
    replace: '        if (historical && needsHistory(RECENT_FILLS, request.from, now)) {',
  },
  {
    id: 'straddle_compared',
    words: 'reads from before and after 08:00 UTC are compared',
    file: CHECK,
    find: "  if (straddles) return stop(turn, check, 'reads straddle the settlement at 08:00 UTC');",
    replace: '  if (straddles) turn.live.events += 0;',
  },
  {
    id: 'orders_never_looked_up',
    words: 'an order that an answer or a fill proved is not looked at',
    file: 'src/engine/step.ts',
    find: '  lookUpOrders(turn);\n',
    replace: '',
  },
  {
    id: 'orphans_adopted_blind',
    words: 'a foreign amount that nobody decided on stays unasked',
    file: VERDICT,
    find: '  adoptOrphans(turn, check);\n',
    replace: '',
  },
];
