/** The days whose reports were written down, today as far as it has come, and any other day or range on demand. */
import { Button } from '@mantine/core';
import { type ReactNode, type SubmitEvent, useState } from 'react';
import type { DailyItem } from '../../../src/wire/requests.ts';
import { dailyPath, periodPath, useDailyList } from '../data/daily.ts';
import { follow, go } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { Empty, Loading, More, Section } from './section.tsx';
import { useServerNow } from './time.tsx';

const DAY_LENGTH = 10;

function Row({ item }: { readonly item: DailyItem }): ReactNode {
  const { t, count, percent, money, none } = useWords();
  const { day, summary } = item;
  const moved = summary.money.filter(({ net }) => net !== '0');
  const good = !summary.unexplained && summary.breaksOpen === 0;
  return (
    <tr data-testid="daily-row" data-day={day}>
      <td>
        <a href={dailyPath(day)} onClick={follow} className="mono">
          {day}
        </a>
      </td>
      <td className="right num">
        {count(summary.clean)} / {count(summary.checks)}
      </td>
      <td className="right num">{count(summary.trades)}</td>
      <td className="right num">
        {moved.length === 0 ? none : null}
        {moved.map(({ currency, net }) => (
          <span key={currency} className="nowrap">
            {money(net, { currency, plus: true })}{' '}
          </span>
        ))}
      </td>
      <td className="right num">{count(summary.breaks)}</td>
      <td className={good ? 'good' : 'critical'}>
        <span aria-hidden="true">{good ? '✓' : '≠'}</span>{' '}
        {summary.unexplained ? t('daily.money_unexplained') : t('daily.explained')}
      </td>
      <td className="right num">{percent(summary.upPercent)}</td>
    </tr>
  );
}

/** Any day or range, as long as it is one that the server takes; else the server says what it takes. */
function Asking({ today }: { readonly today: string }): ReactNode {
  const { t } = useWords();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const ask = (event: SubmitEvent): void => {
    event.preventDefault();
    if (from === '' || to === '') return;
    go(periodPath(`${from}Z`, `${to}Z`));
  };
  return (
    <form className="daily-ask" onSubmit={ask} aria-label={t('daily.ask')}>
      <a href={dailyPath(today)} onClick={follow} data-testid="daily-today">
        {t('daily.today')}
      </a>
      <label>
        {t('daily.ask_from')}{' '}
        <input
          type="datetime-local"
          value={from}
          max={to === '' ? undefined : to}
          onChange={(event) => setFrom(event.currentTarget.value)}
          required
          data-testid="daily-from"
        />
      </label>
      <label>
        {t('daily.ask_to')}{' '}
        <input
          type="datetime-local"
          value={to}
          min={from === '' ? undefined : from}
          onChange={(event) => setTo(event.currentTarget.value)}
          required
          data-testid="daily-to"
        />
      </label>
      <Button size="compact-sm" variant="default" type="submit" data-testid="daily-make">
        {t('daily.ask_go')}
      </Button>
    </form>
  );
}

export function DailyReports(): ReactNode {
  const { t } = useWords();
  const { items, more } = useDailyList();
  const now = useServerNow();
  const today = now === null ? null : new Date(now).toISOString();
  return (
    <Section title={t('daily.list')} testId="dailies">
      {today === null ? null : <Asking today={today.slice(0, DAY_LENGTH)} />}
      {items === null ? (
        <Loading lines={2} />
      ) : items.length === 0 ? (
        <Empty>{t('daily.list_empty')}</Empty>
      ) : (
        <div className="table-scroll">
          <table className="table dailies">
            <thead>
              <tr>
                <th scope="col">{t('daily.day')}</th>
                <th scope="col" className="right">
                  {t('daily.checks_clean')} / {t('daily.checks_done')}
                </th>
                <th scope="col" className="right">
                  {t('metric.count')}
                </th>
                <th scope="col" className="right">
                  {t('head.net')}
                </th>
                <th scope="col" className="right">
                  {t('page.breaks')}
                </th>
                <th scope="col">{t('daily.result')}</th>
                <th scope="col" className="right">
                  {t('daily.up')}
                </th>
              </tr>
            </thead>
            <tbody>
              {items.map((item) => (
                <Row key={item.day} item={item} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      <More bring={more} />
    </Section>
  );
}
