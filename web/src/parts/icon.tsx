/** Drawings that no font is sure to have; all in the colour of the text around them and unseen by readers. */
import type { ReactNode } from 'react';

const PATHS = {
  overview: 'M3 13V7l5-4 5 4v6H9.5V9.5h-3V13z',
  trades: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  controls: 'M8 2.5v5M4.6 4.4a5 5 0 1 0 6.8 0',
  practice: 'M2.5 12.5l3.2-4.2 2.6 2.4 5.2-7M10 3.5h3.5V7',
  breaks: 'M3 6h10M3 10h10M10.5 3l-5 10',
  recon: 'M13 4.5A6 6 0 0 0 2.6 7M3 11.5A6 6 0 0 0 13.4 9M13 2v2.7h-2.7M3 14v-2.7h2.7',
  audit: 'M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.01M2.5 8h.01M2.5 12h.01',
  alerts: 'M3 11.5h10L11.8 9.8V7a3.8 3.8 0 0 0-7.6 0v2.8zM6.8 13.5h2.4',
  more: 'M3 8h.01M8 8h.01M13 8h.01',
  hand: 'M4.6 9V4.6a.9.9 0 0 1 1.8 0V3.3a.9.9 0 0 1 1.8 0v.5a.9.9 0 0 1 1.8 0v1.4a.9.9 0 0 1 1.8 0V10c0 2.4-1.5 4-3.7 4-1.8 0-2.7-.8-3.5-2.2L3 9.3a.9.9 0 0 1 1.6-.9',
  display: 'M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 15,
}: {
  readonly name: IconName;
  readonly size?: number;
}): ReactNode {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
      {name === 'display' ? (
        <path d="M8 2.5a5.5 5.5 0 0 0 0 11z" fill="currentColor" stroke="none" />
      ) : null}
    </svg>
  );
}
