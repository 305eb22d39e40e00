/** The engine as a child of `demo`: waits for its options, runs, and tells how it went. */
import { onParent } from '../edge/children.ts';
import { type ParentMessage, runEngine } from './engine.ts';
import { wordsOf } from './trouble.ts';

let started = false;
const tell = onParent({
  message: (message) => {
    const said = message as ParentMessage;
    if (said.kind !== 'start' || started) return;
    started = true;
    runEngine(said.options).then(
      (code) => process.exit(code),
      (error: unknown) => {
        tell({ kind: 'failed', message: wordsOf(error), code: 1 });
        process.exit(1);
      },
    );
  },
  gone: () => {
    if (!started) process.exit(0);
  },
});
