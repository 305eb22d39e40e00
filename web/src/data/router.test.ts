import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { routeOf } from './router.ts';

describe('addresses', () => {
  it('knows every page, with and without a slash at the end', () => {
    for (const page of [
      'trades',
      'breaks',
      'controls',
      'practice',
      'login',
      'audit',
      'recon',
    ] as const) {
      assert.deepEqual(routeOf(`/${page}`), { page });
      assert.deepEqual(routeOf(`/${page}/`), { page });
    }
    assert.deepEqual(routeOf('/'), { page: 'overview' });
  });

  it('gives trades and differences addresses of their own', () => {
    assert.deepEqual(routeOf('/trades/trd_1'), { page: 'trade', id: 'trd_1' });
    assert.deepEqual(routeOf('/breaks/brk%201'), { page: 'break', id: 'brk 1' });
  });

  it('gives facts and reports addresses of their own', () => {
    assert.deepEqual(routeOf('/audit/17'), { page: 'fact', id: '17' });
    assert.deepEqual(routeOf('/recon/reports/rep_1/'), { page: 'report', id: 'rep_1' });
    assert.deepEqual(routeOf('/recon/rep_1'), { page: 'not_found' });
  });

  it('says so when there is no such page', () => {
    for (const path of ['/nothing', '/controls/x', '/trades/a/b', '/constructor/x', '/trades/%E0'])
      assert.deepEqual(routeOf(path), { page: 'not_found' }, path);
  });
});
