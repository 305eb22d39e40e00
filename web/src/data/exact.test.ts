import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isNone, minus, same, size, sum, times } from './exact.ts';

describe('exact', () => {
  it('adds and takes away without losing a digit', () => {
    assert.equal(sum(['0.1', '0.2', '-0.3']), '0');
    assert.equal(minus('0.30000000', '0.1'), '0.2');
    assert.equal(minus('-0.047944', '0.047838'), '-0.095782');
  });
  it('multiplies exactly', () => {
    assert.equal(times('0.0015', '63924.7'), '95.88705');
    assert.equal(times('-0.5', '0.000001'), '-0.0000005');
  });
  it('knows the same number in other digits', () => {
    assert.equal(same('63905.10', '63905.1'), true);
    assert.equal(same('-0', '0.00'), true);
    assert.equal(same('63905.1', '63905.11'), false);
    assert.equal(isNone('0.000'), true);
    assert.equal(size('-0.0015'), '0.0015');
  });
});
