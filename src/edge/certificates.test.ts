/** Certificates of our own: any reader of X.509 makes of them what was meant. */
import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { DAY } from '../base/time.ts';
import { createAuthority, issueFor } from './certificates.ts';

const NOW = Date.UTC(2026, 0, 5, 12);

test('an authority signs itself and the certificates of hosts, and no other authority has signed those', () => {
  const [authority, other] = [createAuthority(NOW), createAuthority(NOW)];
  const [root, stranger] = [new X509Certificate(authority.cert), new X509Certificate(other.cert)];
  assert.deepEqual(
    [root.ca, root.checkIssued(root), root.verify(root.publicKey)],
    [true, true, true],
  );
  const own = issueFor(['localhost', '127.0.0.1'], authority, NOW);
  const host = new X509Certificate(own.cert);
  assert.equal(host.checkPrivateKey(createPrivateKey(own.key)), true);
  assert.deepEqual(
    [host.ca, host.checkIssued(root), host.verify(root.publicKey)],
    [false, true, true],
  );
  assert.equal(host.verify(stranger.publicKey), false);
});

test('a certificate is good for its hosts alone, from a day before now and for ten years', () => {
  const { cert } = issueFor(['localhost', '127.0.0.1'], createAuthority(NOW), NOW);
  const host = new X509Certificate(cert);
  assert.equal(host.checkHost('localhost'), 'localhost');
  assert.equal(host.checkIP('127.0.0.1'), '127.0.0.1');
  assert.deepEqual(
    [host.checkHost('example.org'), host.checkIP('127.0.0.2')],
    [undefined, undefined],
  );
  assert.equal(host.subjectAltName, 'DNS:localhost, IP Address:127.0.0.1');
  assert.equal(host.validFromDate.getTime(), NOW - DAY);
  assert.equal(host.validToDate.getTime(), NOW + 3_650 * DAY);
});

test('two certificates have serial numbers and keys of their own', () => {
  const authority = createAuthority(NOW);
  const [a, b] = [1, 2].map(
    () => new X509Certificate(issueFor(['localhost'], authority, NOW).cert),
  );
  assert.notEqual(a?.serialNumber, b?.serialNumber);
  assert.notEqual(a?.fingerprint256, b?.fingerprint256);
});
