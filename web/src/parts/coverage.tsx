/** Which parts of books and exchange a check compared, and what came of each: as a sign and a word. */
import type { ReactNode } from 'react';
import type { Report } from '../../../src/wire/requests.ts';
import { useWords } from '../data/words.ts';

const PARTS = ['orders', 'positions', 'fills', 'fees', 'funding', 'balance'] as const;

const LOOKS = {
  ok: { sign: '✓', tone: 'good' },
  difference: { sign: '≠', tone: 'critical' },
  unknown: { sign: '?', tone: 'warn' },
} as const;

export function Coverage({ coverage }: { readonly coverage: Report['coverage'] }): ReactNode {
  const { t } = useWords();
  return (
    <ul className="coverage" data-testid="coverage">
      {PARTS.map((part) => {
        const { sign, tone } = LOOKS[coverage[part]];
        return (
          <li key={part} data-part={part} data-state={coverage[part]}>
            {t(`coverage.${part}`)}{' '}
            <span className={tone}>
              <span aria-hidden="true">{sign}</span>
              <span className="hidden">{t(`recon.part.${coverage[part]}`)}</span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}
