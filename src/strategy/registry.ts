/** All kinds of strategies by name. A new kind enters here and nowhere else. */
import { assert } from '../base/assert.ts';
import { razor } from './razor/razor.ts';
import type { StrategyKind } from './strategy.ts';

/** Settings of any strategy: plain JSON, decimals as strings. */
export type StrategySettings = Readonly<Record<string, string | number | boolean>>;

/**
 * A kind whose settings have lost their exact type, as they do in a journal. `run` reads them once more, so settings
 * that this build does not understand never run.
 */
const erased = <Settings extends StrategySettings>(
  kind: StrategyKind<Settings>,
): StrategyKind<StrategySettings> => ({
  ...kind,
  run: (settings) => {
    const read = kind.settings(settings);
    assert(read.ok, `settings of a ${kind.kind} that were not read by it`);
    return kind.run(read.value);
  },
});

/** The kinds that a configuration may name. */
export const strategyKinds: Readonly<Record<string, StrategyKind<StrategySettings>>> = {
  [razor.kind]: erased(razor),
};
