/** The table of error codes, against the reference where it is at hand. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERRORS, type ErrorClass, type ErrorEntry } from './errors.ts';

const TABLE: Readonly<Record<string, ErrorEntry>> = ERRORS;
const REFERENCE = new URL('../../../../shared/deribit/errors.json', import.meta.url);

test('codes that decide about sending again have their class', () => {
  const classes: readonly (readonly [number, ErrorClass])[] = [
    [13888, 'not_executed'],
    [10041, 'transient'],
    [10028, 'rate_limited'],
    [11051, 'unavailable'],
    [10009, 'rejected'],
    [10004, 'stale'],
    [13028, 'unknown'],
    [10050, 'unknown'],
    [-32603, 'unknown'],
    [13009, 'auth'],
    [10049, 'unprotected'],
    [-32602, 'fatal'],
    [11052, 'subscription'],
    [11090, 'other'],
  ];
  for (const [code, expected] of classes)
    assert.equal(TABLE[String(code)]?.class, expected, String(code));
});

test('every code of the reference is here, none that it calls unknown is called harmless', () => {
  if (!existsSync(REFERENCE)) {
    assert.equal(Object.keys(TABLE).length, 168);
    return;
  }
  const { errors } = JSON.parse(readFileSync(REFERENCE, 'utf8')) as {
    errors: { code: number; message: string; client_class: string }[];
  };
  assert.deepEqual(
    Object.keys(TABLE)
      .map(Number)
      .sort((a, b) => a - b),
    [...new Set(errors.map(({ code }) => code))].sort((a, b) => a - b),
  );
  for (const { code, message, client_class: reference } of errors) {
    const entry = TABLE[String(code)];
    if (code !== 13907) assert.equal(entry?.message, message.split(' <')[0]);
    assert.equal(
      entry?.class === 'unknown',
      reference === 'unknown_outcome' || reference === 'retry_after_reconcile',
      String(code),
    );
    assert.equal(entry?.class === 'rejected', reference.startsWith('reject_'), String(code));
    assert.equal(entry?.class === 'stale', reference === 'reconcile', String(code));
  }
});
