/** L3: orders whose answers are lost in a slow and doubtful network, from the intent until each is found or proved absent. */
import { loseAnswers } from '../test/support/lost-answers.ts';
import { benchOf } from './kit.ts';
import { quantile } from './measure.ts';

const ROUNDS = 5;
const EACH = 60;

export const bench = benchOf(
  'L3',
  `unknown orders: ${ROUNDS * EACH} lost answers in virtual time, intent durable -> found or proved absent`,
  async (progress) => {
    const rounds: { readonly found: number[]; readonly absent: number[] }[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}`);
      const all = await loseAnswers(EACH, 1_000 * (round + 1));
      const of = (wanted: string) =>
        all.filter(({ outcome }) => outcome === wanted).map(({ ms }) => ms / 1_000);
      rounds.push({ found: of('acked'), absent: of('absent') });
    }
    const each = (name: string, value: (round: (typeof rounds)[number]) => number) => ({
      name,
      unit: 's',
      rounds: rounds.map(value),
    });
    return {
      measures: [
        each('found, p50', ({ found }) => quantile(found, 0.5)),
        each('found, p99', ({ found }) => quantile(found, 0.99)),
        each('proved absent, p50', ({ absent }) => quantile(absent, 0.5)),
        each('proved absent, p99', ({ absent }) => quantile(absent, 0.99)),
        {
          ...each('longest', ({ found, absent }) => Math.max(...found, ...absent)),
          goal: { atMost: 15 },
        },
      ],
      notes: [
        'a frame is under way for up to 0.4 s, reads are up to 2.9 s old, pushes doubled, overtaken or missing; links stay up',
      ],
    };
  },
);
