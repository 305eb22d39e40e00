/** On pages about one journal: whose it is, where there are several accounts. The switch in the frame shows another one. */
import type { ReactNode } from 'react';
import { useOneAccount } from '../data/accounts.ts';
import { useWords } from '../data/words.ts';

export function OneAccount(): ReactNode {
  const { T } = useWords();
  const account = useOneAccount();
  return account === null ? null : (
    <p className="muted" data-testid="one-account">
      {T('web.one_journal', { id: account })}
    </p>
  );
}
