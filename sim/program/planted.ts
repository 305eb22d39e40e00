/**
 * A process in which one planted bug lives: lives of the swarm, one after another, until one of them goes wrong. Prints a
 * line of JSON for each, so that the exam knows how far it came when the bug ends the process itself.
 *
 *     node sim/program/planted.ts MUTANT 'SEED:MINUTES,…'
 */
import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { must } from '../../src/base/assert.ts';
import { MINUTE } from '../../src/base/time.ts';
import { MUTANTS } from '../mutants/mutants.ts';

export type Told =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'life'; readonly seed: number; readonly violation: string | null };

const tell = (told: Told): void => void process.stdout.write(`${JSON.stringify(told)}\n`);

const [id = '', lives = ''] = process.argv.slice(2);
const mutant = must(
  MUTANTS.find((one) => one.id === id),
  `a planted bug ${id}`,
);
const home = new URL(`../../${mutant.file}`, import.meta.url).href;

registerHooks({
  load: (url, context, next) => {
    const loaded = next(url, context);
    if (url !== home) return loaded;
    const text = readFileSync(fileURLToPath(url), 'utf8');
    return { ...loaded, source: text.replace(mutant.find, () => mutant.replace) };
  },
});

const { live } = await import('../swarm/life.ts');
tell({ kind: 'loaded' });
for (const one of lives.split(',')) {
  const [seed = 0, minutes = 1] = one.split(':').map(Number);
  const { violation = null } = await live(seed, { horizonMs: minutes * MINUTE });
  tell({ kind: 'life', seed, violation: violation?.slice(0, 400) ?? null });
  if (violation !== null) break;
}
