/** Full width, while the disk of the journal has too little room: what that stops, and what to do. */
import type { ReactNode } from 'react';
import { useLive } from '../data/store.ts';
import { useWords } from '../data/words.ts';

export function DiskBar(): ReactNode {
  const { t } = useWords();
  const disk = useLive(({ stream }) => stream.pulse?.disk ?? 'enough');
  if (disk === 'enough') return null;
  return (
    <div className={`disk disk-${disk}`} role="alert" data-testid="disk-bar" data-disk={disk}>
      <span aria-hidden="true">{disk === 'full' ? '■' : '▲'}</span> {t(`disk.${disk}`)}
    </div>
  );
}
