/** The verb `alerts`: what fires, what went, and whether anybody is told. */
import type { Alert, AlertsAnswer } from '../../wire/requests.ts';
import { alertSentence } from '../../words/alert.ts';
import { text } from '../../words/text.ts';
import { about, theEngine } from '../cli-engine.ts';
import { type Cell, type Io, inJson, type LookFlags, printTable, timeOf } from '../cli-io.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

function stateOf(io: Io, { state, severity, acknowledged }: Alert): Cell {
  if (state === 'cleared') return { text: text(io.lang, 'alerts.history'), colour: 'green' };
  if (acknowledged !== null) return text(io.lang, 'alerts.seen');
  const colour = severity === 'critical' ? 'red' : 'yellow';
  return { text: text(io.lang, `severity.${severity}`), colour };
}

/** `alerts`, newest first. */
export async function showAlerts(io: Io, flags: LookFlags): Promise<ExitCode> {
  const page = await theEngine(io, flags).get<AlertsAnswer>(about('/alerts?limit=30', flags));
  if (flags.json === true) return inJson(io, page);
  io.line(
    page.channel === null
      ? io.paint('yellow', text(io.lang, 'alert.no_channel'))
      : text(io.lang, 'alert.channel', { host: page.channel }),
  );
  if (page.items.length === 0) io.line(text(io.lang, 'alerts.none'));
  else {
    const heads = ['id', 'state', 'since', 'times', 'alert'] as const;
    printTable(io, {
      heads: heads.map((head) => text(io.lang, `cli.head.${head}`)),
      right: [3],
      rows: page.items.map((alert) => [
        alert.id,
        stateOf(io, alert),
        timeOf(io, alert.since),
        String(alert.count),
        alertSentence(io.lang, alert.rule, alert.params),
      ]),
    });
  }
  return EXIT.fine;
}
