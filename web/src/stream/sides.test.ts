import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hasText } from '../../../src/words/text.ts';
import { sideText } from './sides.ts';

describe('the sides of a difference', () => {
  it('reads positions with and without a word for the side', () => {
    const long = {
      key: 'web.side.held',
      values: { side: { word: 'side.long' }, amount: { decimal: '0.002' } },
    };
    assert.deepEqual(sideText('orphan_position', 'long 0.002'), long);
    assert.deepEqual(sideText('size_mismatch', '0.002'), long);
    assert.deepEqual(sideText('side_mismatch', '-0.002'), {
      key: 'web.side.held',
      values: { side: { word: 'side.short' }, amount: { decimal: '0.002' } },
    });
  });

  it('says no position for flat and for a position of 0', () => {
    assert.deepEqual(sideText('ghost_trade', 'flat'), { key: 'side.flat', values: {} });
    assert.deepEqual(sideText('ghost_trade', '0'), { key: 'side.flat', values: {} });
  });

  it('leaves amounts of money alone: a balance is no position', () => {
    assert.deepEqual(sideText('balance_drift', '0'), { plain: '0' });
    assert.deepEqual(sideText('balance_drift', '9999.951888'), { plain: '9999.951888' });
  });

  it('names the trade that the books hold open', () => {
    assert.deepEqual(sideText('ghost_trade', 'trd_5_fb8c15fd open 0.0015'), {
      key: 'web.side.open_trade',
      values: { trade: 'trd_5_fb8c15fd', amount: { decimal: '0.0015' } },
    });
  });

  it('says that a stop is missing where none is live, else for how much it stands', () => {
    assert.deepEqual(sideText('missing_stop', 'live stop 0'), { key: 'stop.missing', values: {} });
    assert.deepEqual(sideText('missing_stop', 'live stop 0.001'), {
      key: 'web.side.live_stop',
      values: { amount: { decimal: '0.001' } },
    });
  });

  it('says which order had no answer', () => {
    assert.deepEqual(sideText('unresolved_intent', 'sell 0.0015 sent, no answer'), {
      key: 'web.side.unanswered',
      values: { direction: { word: 'direction.sell' }, amount: { decimal: '0.0015' } },
    });
  });

  it('shows words that it does not know as they are', () => {
    assert.deepEqual(sideText('lost_order', 'filled USDC-100004'), { plain: 'filled USDC-100004' });
  });

  it('names only sentences that exist', () => {
    const texts = ['flat', 'no trade holds it', 'no intent with this label', 'long 1', 't open 1'];
    const kind = 'an order of another kind with this label';
    for (const text of [
      ...texts,
      kind,
      'not found, not proved absent',
      'live stop 1',
      'live stop 0',
    ]) {
      const side = sideText('ghost_trade', text);
      assert.ok('key' in side && hasText(side.key), text);
    }
  });
});
