import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type KeyPress, pressed } from './keys.ts';

const press = (key: string, changes: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shift: false,
  modified: false,
  typing: false,
  inDialog: false,
  ...changes,
});

describe('keys of the page', () => {
  it('goes somewhere on g and a letter', () => {
    const g = pressed(false, press('g'));
    assert.deepEqual(g, { waiting: true, wish: null });
    assert.deepEqual(pressed(true, press('m')), {
      waiting: false,
      wish: { kind: 'go', path: '/trades' },
    });
    assert.deepEqual(pressed(true, press('a')).wish, { kind: 'go', path: '/audit' });
    assert.deepEqual(pressed(true, press('r')).wish, { kind: 'go', path: '/recon' });
    assert.deepEqual(pressed(false, press('m')).wish, null);
  });

  it('waits anew on a second g, and forgets it on any other letter', () => {
    assert.equal(pressed(true, press('g')).waiting, true);
    assert.deepEqual(pressed(true, press('x')), { waiting: false, wish: null });
  });

  it('opens the dialogs with Shift, and not without', () => {
    assert.deepEqual(pressed(false, press('K', { shift: true })).wish, { kind: 'kill' });
    assert.deepEqual(pressed(false, press('P', { shift: true })).wish, { kind: 'pause' });
    assert.equal(pressed(false, press('k')).wish, null);
    assert.equal(pressed(false, press('K')).wish, null, 'caps lock is no Shift');
    assert.deepEqual(pressed(false, press('?', { shift: true })).wish, { kind: 'help' });
  });

  it('is inert where a person types, in a dialog, and with the keys of the browser', () => {
    for (const changes of [{ typing: true }, { inDialog: true }, { modified: true }])
      for (const key of ['g', '?', 'K', 'P'])
        assert.deepEqual(pressed(true, press(key, { shift: key !== 'g', ...changes })), {
          waiting: false,
          wish: null,
        });
  });

  it('takes no name of an object for a destination', () => {
    assert.equal(pressed(true, press('constructor')).wish, null);
  });
});
