/** The report of a day or a period: the same document as on paper, with the page for printing behind a button. */
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { dailyDocument } from '../../../src/wire/daily-document.ts';
import type { DocCell, DocSection, DocTable } from '../../../src/wire/daily-shape.ts';
import { about, useOneAccount } from '../data/accounts.ts';
import { dailyAddress, useDaily } from '../data/daily.ts';
import { follow } from '../data/router.ts';
import { useWords } from '../data/words.ts';
import { Empty, Loading, Section } from '../parts/section.tsx';

const TONES = { good: 'good', warn: 'warn', bad: 'critical', plain: '' } as const;

const Words = ({ cell }: { readonly cell: DocCell }): ReactNode => (
  <span className={TONES[cell.tone]}>{cell.text}</span>
);

function Pairs({ pairs }: { readonly pairs: DocSection['pairs'] }): ReactNode {
  if (pairs.length === 0) return null;
  return (
    <dl className="daily-pairs">
      {pairs.map(({ label, cell }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd className="num">
            <Words cell={cell} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Table({ table }: { readonly table: DocTable }): ReactNode {
  const side = (column: number): string => (table.right.includes(column) ? 'right num' : '');
  return (
    <div className="table-scroll">
      <table
        className={`table daily-table ${table.sum ? 'daily-sum' : ''}`}
        data-testid={`daily-${table.name}`}
      >
        <thead>
          <tr>
            {table.heads.map((head, column) => (
              <th key={head} scope="col" className={side(column)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((cells, row) => (
            <tr key={`${row} ${cells[0]?.text ?? ''}`}>
              {cells.map((cell, column) => (
                <td key={table.heads[column]} className={side(column)}>
                  <Words cell={cell} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Part({ section }: { readonly section: DocSection }): ReactNode {
  return (
    <Section title={section.title} testId={`daily-section-${section.id}`}>
      <Pairs pairs={section.pairs} />
      {section.tables.map((table) => (
        <Table key={table.name} table={table} />
      ))}
      {section.blocks.map(({ title, tone, lines }) => (
        <div key={title} className="daily-block">
          <p className="strong">
            <Words cell={{ text: title, tone }} />
          </p>
          {lines.length === 0 ? null : (
            <ul className="muted">
              {lines.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </div>
      ))}
      {section.notes.map((note) => (
        <p key={note} className="muted">
          {note}
        </p>
      ))}
    </Section>
  );
}

function Doors({
  id,
  rows,
  onRows,
}: {
  readonly id: string;
  readonly rows: boolean;
  readonly onRows: (rows: boolean) => void;
}): ReactNode {
  const { t, lang } = useWords();
  const account = useOneAccount();
  const page = `/api/v1${about(dailyAddress(id, { lang, rows }), account)}`;
  const print = (): void => {
    const opened = open(page);
    opened?.addEventListener('load', () => opened.print());
  };
  return (
    <span className="report-doors">
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => onRows(!rows)}
        data-testid="daily-rows"
      >
        {t(rows ? 'daily.rows_hide' : 'daily.rows_ask')}
      </Button>
      <Button size="compact-sm" variant="default" onClick={print} data-testid="daily-print">
        {t('recon.print')}
      </Button>
      <a href={page} target="_blank" rel="noreferrer" data-testid="daily-html">
        {t('daily.print')}
      </a>
      <a
        href={`/api/v1${about(dailyAddress(id, { rows }), account)}`}
        target="_blank"
        rel="noreferrer"
      >
        {t('recon.as_json')}
      </a>
    </span>
  );
}

export function DailyPage({ id }: { readonly id: string }): ReactNode {
  const { t, lang } = useWords();
  const [rows, setRows] = useState(false);
  const held = useDaily(id, rows);
  const crumbs = (
    <p className="crumbs">
      <a href="/recon" onClick={follow}>
        {t('page.recon')}
      </a>{' '}
      / <span className="mono">{id}</span>
    </p>
  );
  if (held.is !== 'here')
    return (
      <div className="page">
        {crumbs}
        <h1 className="page-title">{held.is === 'loading' ? t('daily.making') : id}</h1>
        {held.is === 'loading' ? (
          <Loading lines={8} />
        ) : (
          <Section title={id}>
            <Empty testId="not-found">{held.text}</Empty>
          </Section>
        )}
      </div>
    );
  const { title, head, verdict, sections } = dailyDocument(lang, held.answer);
  return (
    <div className="page report" data-testid="daily-page" data-hash={held.answer.hash}>
      {crumbs}
      <div className="trade-head">
        <h1 className="page-title">{title}</h1>
        <Doors id={id} rows={rows} onRows={setRows} />
      </div>
      <Section title={title} className="daily-verdict">
        {verdict.map((cell) => (
          <p key={cell.text} className="recon-result">
            <Words cell={cell} />
          </p>
        ))}
        <Pairs pairs={head} />
        <p className="muted">{t('daily.times')}</p>
      </Section>
      {sections.map((section) => (
        <Part key={section.id} section={section} />
      ))}
    </div>
  );
}
