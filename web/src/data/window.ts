/** The practice exchange stands in a window of its own: it is another system than the engine whose pages these are. */
import type { MouseEvent } from 'react';

/** The window's name: a second wish to open it finds the first. Also the target of plain links. */
export const PRACTICE_WINDOW = 'lockstep-practice';

const FEATURES = 'popup,width=1440,height=940';

/** Opens it, or brings it to the front; answers whether the browser let it. */
export function openPractice(): boolean {
  const opened = open('/practice', PRACTICE_WINDOW, FEATURES);
  opened?.focus();
  return opened !== null;
}

/** A click on a link to it; where no window may be opened the link does what links do. */
export function followToPractice(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  if (openPractice()) event.preventDefault();
}
