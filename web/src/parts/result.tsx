/** Numbers on the page. A result never shows by colour alone: sign, arrow and a word for those who hear the page. */
import type { ReactNode } from 'react';
import { type Decimal, useWords } from '../data/words.ts';

const toneOf = (value: Decimal): 'gain' | 'loss' | 'zero' =>
  value === '0' ? 'zero' : value.startsWith('-') ? 'loss' : 'gain';

/** A result in money: ▲ +1.25 USDC; neutral when it rounds to zero. */
export function Result({
  value,
  currency,
  testId,
  unit = true,
  places,
}: {
  readonly value: Decimal | null;
  readonly currency: string;
  readonly testId?: string;
  readonly unit?: boolean;
  readonly places?: number;
}): ReactNode {
  const { money, number, places: placesOf, none, t } = useWords();
  if (value === null)
    return (
      <span className="muted" data-testid={testId}>
        {none}
      </span>
    );
  const style = { places: places ?? placesOf(currency), plus: true };
  const figure = number(value, style);
  const tone = /[1-9]/.test(figure) ? toneOf(value) : 'zero';
  const shown = unit ? money(value, { ...style, currency }) : figure;
  if (tone === 'zero')
    return (
      <span className="num muted" data-testid={testId} data-value={value}>
        {shown}
      </span>
    );
  return (
    <span
      className={`num nowrap ${tone}`}
      data-testid={testId}
      data-value={value}
      title={`${value} ${currency}`}
    >
      <span aria-hidden="true" className="arrow">
        {tone === 'gain' ? '▲' : '▼'}
      </span>
      {shown}
      <span className="hidden"> {t(tone === 'gain' ? 'pnl.profit' : 'pnl.loss')}</span>
    </span>
  );
}

/** A price or amount, exact; its raw value on hover and for copying. */
export function Num({
  value,
  places,
  unit,
}: {
  readonly value: Decimal | null;
  readonly places?: number;
  readonly unit?: string;
}): ReactNode {
  const { number, none } = useWords();
  if (value === null) return <span className="muted">{none}</span>;
  return (
    <span className="num nowrap" title={value}>
      {number(value, places === undefined ? {} : { places })}
      {unit === undefined ? null : <span className="unit"> {unit}</span>}
    </span>
  );
}

/** Digits after the point of a price: as many as it has, at least one so that columns align, at most four. */
function pricePlaces(value: Decimal): number {
  const point = value.indexOf('.');
  return Math.min(4, Math.max(1, point < 0 ? 0 : value.length - point - 1));
}

/** A price; its raw value on hover. */
export function Price({ value }: { readonly value: Decimal | null }): ReactNode {
  return value === null ? <Num value={null} /> : <Num value={value} places={pricePlaces(value)} />;
}

/** The coin or currency in which amounts of an instrument are counted. */
export function unitOf(instrument: string): string {
  const [pair = ''] = instrument.split('-');
  const [base = '', quote] = pair.split('_');
  return quote === undefined ? 'USD' : base;
}
