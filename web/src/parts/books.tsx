/** Books against exchange, per instrument: equal, different, or not compared. */
import type { ReactNode } from 'react';
import type { Position } from '../../../src/wire/requests.ts';
import { useAccountTag, useStrategiesOf } from '../data/accounts.ts';
import { useOpenBreaks } from '../data/breaks.ts';
import { follow } from '../data/router.ts';
import { usePositions } from '../data/store.ts';
import { type Decimal, useWords } from '../data/words.ts';

import { BreakSide } from './break-card.tsx';
import { useVerifiedAge } from './link.ts';
import { Num, unitOf } from './result.tsx';
import { Empty, Section } from './section.tsx';

function Side({
  size,
  instrument,
}: {
  readonly size: Decimal;
  readonly instrument: string;
}): ReactNode {
  const { t } = useWords();
  if (size === '0') return <span className="muted">{t('side.flat')}</span>;
  const short = size.startsWith('-');
  return (
    <span className="nowrap">
      {t(short ? 'side.short' : 'side.long')}{' '}
      <Num value={(short ? size.slice(1) : size) as Decimal} unit={unitOf(instrument)} />
    </span>
  );
}

/** The name with a place where a line may end. */
function breakable(instrument: string): ReactNode {
  const [pair = '', ...rest] = instrument.split('-');
  return (
    <>
      {pair}
      {rest.length === 0 ? null : (
        <>
          -<wbr />
          {rest.join('-')}
        </>
      )}
    </>
  );
}

function Row({ position }: { readonly position: Position }): ReactNode {
  const { t } = useWords();
  const { account, instrument, size, foreignAmount } = position;
  const tag = useAccountTag()(account);
  const found = useOpenBreaks().find(
    (each) => each.instrument === instrument && each.account === account,
  );
  const verified = useVerifiedAge();
  const proved = Object.values(useStrategiesOf(account))
    .filter((strategy) => strategy.instrument === instrument)
    .every(({ assurance }) => assurance === 'verified');
  const unsure = found === undefined && (verified.fresh === 'stale' || !proved);
  return (
    <tr
      data-testid={`books-${instrument}`}
      data-equal={found !== undefined ? 'no' : unsure ? 'unknown' : 'yes'}
    >
      <th scope="row">
        {breakable(instrument)}
        {tag === null ? null : <span className="cell-note">{tag}</span>}
      </th>
      <td>
        {found === undefined ? (
          <Side size={size} instrument={instrument} />
        ) : (
          <BreakSide found={found} side="books" />
        )}
        {foreignAmount === '0' || found !== undefined ? null : (
          <span className="cell-note">
            {t('web.foreign')} <Num value={foreignAmount} />
          </span>
        )}
      </td>
      <td className="books-sign">
        {found !== undefined ? (
          <span className="critical strong">≠</span>
        ) : unsure ? (
          <span className="warn">?</span>
        ) : (
          <span className="good">
            <span aria-hidden="true">=</span>
            <span className="hidden">{t('status.verified')}</span>
          </span>
        )}
      </td>
      <td>
        {found !== undefined ? (
          <a className="critical" href={`/breaks/${encodeURIComponent(found.id)}`} onClick={follow}>
            <BreakSide found={found} side="exchange" />
          </a>
        ) : unsure ? (
          <span className="warn">{t('status.unverified')}</span>
        ) : (
          <Side size={size} instrument={instrument} />
        )}
      </td>
    </tr>
  );
}

export function Books(): ReactNode {
  const { t, age: spell } = useWords();
  const positions = Object.values(usePositions());
  const verified = useVerifiedAge();
  return (
    <Section
      title={t('section.books')}
      testId="books"
      aside={
        verified.age === null
          ? t('fresh.never_verified')
          : t('fresh.verified_ago', { age: spell(verified.age) })
      }
    >
      {positions.length === 0 ? (
        <Empty>{t('empty.positions')}</Empty>
      ) : (
        <table className="table books">
          <thead>
            <tr>
              <th scope="col">{t('head.instrument')}</th>
              <th scope="col">{t('head.books')}</th>
              <th>
                <span className="hidden">=</span>
              </th>
              <th scope="col">{t('head.exchange')}</th>
            </tr>
          </thead>
          <tbody>
            {positions.map((position) => (
              <Row key={`${position.account}/${position.instrument}`} position={position} />
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
