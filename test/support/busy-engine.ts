/** A served engine whose journal holds a bit of everything: trades open and closed, a difference, a check, a daily report. */
import { aBreak, alert, facts, report, story } from './facts.ts';
import { everyBody } from './fact-samples.ts';
import { createFakeEngine, type FakeEngine } from './served-engine.ts';

export function busyEngine(): FakeEngine {
  const engine = createFakeEngine();
  for (const bodies of [...story(1), ...story(2).slice(0, 3)])
    engine.commit((seq) => facts(seq - 1, bodies));
  engine.commit((seq) =>
    facts(seq - 1, [
      { type: 'BREAK_OPENED', v: 1, data: { break: aBreak(1), subject: 'BTC_USDC-PERPETUAL' } },
    ]),
  );
  engine.commit((seq) =>
    facts(seq - 1, [
      { type: 'RECONCILIATION_COMPLETED', v: 1, data: { report: report(1), cursor: null } },
      ...everyBody.filter(({ type }) => type === 'REPORT_READY'),
    ]),
  );
  const told = { type: 'ALERT_RAISED', v: 1, data: { alert: alert() } } as const;
  engine.commit((seq) => facts(seq - 1, [told]));
  return engine;
}
