/** Where several accounts trade: which of them the page is about, and how each of them stands. Nothing with one account. */
import type { ReactNode } from 'react';
import { choose, useSelected, useStandings } from '../data/accounts.ts';
import { useWords } from '../data/words.ts';
import type { Standing } from '../stream/accounts.ts';

const SIGNS: Readonly<Record<Standing['assurance'], string>> = {
  verified: '✓',
  checking: '◐',
  unverified: '?',
  mismatch: '≠',
  blind: '✕',
};

const toneOf = ({ assurance, breaks }: Standing): string =>
  assurance === 'blind' || assurance === 'mismatch'
    ? 'critical'
    : assurance === 'verified' && breaks === 0
      ? 'good'
      : 'warn';

function Choice({
  standing,
  on,
}: {
  readonly standing: Standing;
  readonly on: boolean;
}): ReactNode {
  const { t } = useWords();
  const { id, assurance, breaks } = standing;
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={() => choose(id)}
      data-testid={`account-${id}`}
      data-assurance={assurance}
      data-breaks={breaks}
    >
      <b>{id}</b>{' '}
      <span className={`tone-${toneOf(standing)}`}>
        <span aria-hidden="true">{SIGNS[assurance]}</span> {t(`status.${assurance}`)}
        {breaks === 0 ? null : ` · ${t('web.account_breaks', { n: breaks })}`}
      </span>
    </button>
  );
}

export function AccountSwitch(): ReactNode {
  const { t, T } = useWords();
  const standings = useStandings();
  const selected = useSelected();
  if (standings.length === 0) return null;
  return (
    <div className="accounts" role="group" aria-label={t('web.accounts')} data-testid="accounts">
      <button
        type="button"
        aria-pressed={selected === null}
        onClick={() => choose(null)}
        data-testid="account-all"
      >
        <b>{T('web.all_accounts')}</b>
      </button>
      {standings.map((standing) => (
        <Choice key={standing.id} standing={standing} on={selected === standing.id} />
      ))}
    </div>
  );
}
