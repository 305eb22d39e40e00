/** A week of one account on which everything happens, the same each time, as the command line lives it. `--days 30` lives a month. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Month } from '../../sim/swarm/month.ts';

const MAIN = fileURLToPath(new URL('../../sim/program/main.ts', import.meta.url));

test('[I11][I12][I13][I14][I16][I17][I25] a week of strategies, hands, liquidations, deliveries, deposits and crashes: each day and each row of cash is explained to the last unit', (t) => {
  const args = ['--disable-warning=ExperimentalWarning', MAIN, '--days', '7', '--seed', '1'];
  const { status, stdout } = spawnSync(process.execPath, [...args, '--json'], { encoding: 'utf8' });
  assert.equal(status, 0, stdout);
  t.diagnostic(stdout);
  const week = JSON.parse(stdout) as Month;
  for (const type of ['trade', 'settlement', 'delivery', 'deposit', 'swap', 'transfer'])
    assert.ok(
      Object.keys(week.rows).some((key) => key.endsWith(` ${type}`)),
      `no row of type ${type}`,
    );
  assert.ok(week.reports >= 7 && week.starts >= 10 && week.fills >= 100, stdout);
});
