/** All texts in one object. A key stands in exactly one part; the test of this folder asserts it. */
import { alertTexts } from './texts-alerts.ts';
import { accountTexts } from './texts-accounts.ts';
import { auditTexts } from './texts-audit.ts';
import { breakTexts } from './texts-breaks.ts';
import { cliTexts } from './texts-cli.ts';
import { errorTexts } from './texts-errors.ts';
import { faultTexts } from './texts-faults.ts';
import { gateTexts } from './texts-gate.ts';
import { overviewTexts } from './texts-overview.ts';
import { practiceTexts } from './texts-practice.ts';
import { refusalTexts } from './texts-refusals.ts';
import { reportTexts } from './texts-report.ts';
import { saidTexts } from './texts-said.ts';
import { statusTexts } from './texts-status.ts';
import { strategyTexts } from './texts-strategy.ts';
import { tradeTexts } from './texts-trade.ts';
import { webTexts } from './texts-web.ts';

/** The parts, for checks over all of them. */
export const parts = [
  statusTexts,
  tradeTexts,
  breakTexts,
  alertTexts,
  strategyTexts,
  gateTexts,
  refusalTexts,
  overviewTexts,
  webTexts,
  accountTexts,
  practiceTexts,
  faultTexts,
  auditTexts,
  reportTexts,
  saidTexts,
  cliTexts,
  errorTexts,
] as const;

export const catalogue = {
  ...statusTexts,
  ...tradeTexts,
  ...breakTexts,
  ...alertTexts,
  ...strategyTexts,
  ...gateTexts,
  ...refusalTexts,
  ...overviewTexts,
  ...webTexts,
  ...accountTexts,
  ...practiceTexts,
  ...faultTexts,
  ...auditTexts,
  ...reportTexts,
  ...saidTexts,
  ...cliTexts,
  ...errorTexts,
} as const;
