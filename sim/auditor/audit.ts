/**
 * The auditor of a world at rest. It compares what the exchange holds with what the journals say by its own arithmetic
 * and shares no judgement with the engine: labels once, every trade once, positions equal, results equal, folds equal.
 */
import { auditAccounts } from './accounts.ts';
import type { Evidence } from './evidence.ts';
import { auditFills, auditForeign, auditHeld, auditResults, auditSums } from './money.ts';
import { auditLeftovers, auditProtection, auditResolved, auditSizes } from './orders.ts';
import { auditAbsent, auditLabels, auditOpenings, auditReducing } from './placing.ts';
import { auditCommits, auditFold, auditShown } from './state.ts';

export { auditCash, auditEquity, auditFills, auditPosition } from './money.ts';
export { auditCover } from './orders.ts';
export { auditLabels } from './placing.ts';
export { auditCommits, auditFold } from './state.ts';

/** All that can be asked of any world at rest; of its cash, only once a check has read the rows. */
export const ORACLES: readonly ((evidence: Evidence) => void)[] = [
  auditLabels,
  auditOpenings,
  auditAbsent,
  auditReducing,
  auditFills,
  auditSums,
  auditHeld,
  auditForeign,
  auditResults,
  auditAccounts,
  auditFold,
  auditCommits,
  auditShown,
  auditResolved,
  auditLeftovers,
  auditSizes,
  auditProtection,
];

/** Everything, for a world at rest. */
export function audit(evidence: Evidence): void {
  for (const oracle of ORACLES) oracle(evidence);
}
