/**
 * Certificates that a program makes for itself: an authority, and certificates of hosts that it has signed. X.509 version 3
 * in DER (RFC 5280), keys on P-256, signed with ECDSA and SHA-256. Who trusts the authority trusts what it has signed.
 */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { isIPv4 } from 'node:net';
import { DAY, type Millis } from '../base/time.ts';

/** Both as PEM; the key is secret. */
export type Certificate = { readonly key: string; readonly cert: string };

/** How long they are good, and how far before now that begins, for clocks that differ. */
const GOOD_FOR: Millis = 3_650 * DAY;
const BEFORE: Millis = DAY;

/** One element: tag, length, content. */
function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const { length } = body;
  const long = length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...(length < 128 ? [length] : long)]), body]);
}
const sequence = (...content: readonly Uint8Array[]): Buffer => der(0x30, ...content);
const octets = (content: Uint8Array): Buffer => der(0x04, content);
const bits = (content: Uint8Array, unused = 0): Buffer => der(0x03, Buffer.from([unused]), content);
const oid = (hex: string): Buffer => der(0x06, Buffer.from(hex, 'hex'));
const TRUE = der(0x01, Buffer.from([0xff]));
const VERSION_3 = der(0xa0, der(0x02, Buffer.from([2])));

/** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
const SIGNED_WITH = sequence(oid('2a8648ce3d040302'));

const nameOf = (commonName: string): Buffer =>
  sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));

/** As UTCTime, which reaches to 2049: 260105120000Z. */
const timeOf = (at: Millis): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${new Date(at)
        .toISOString()
        .replaceAll(/[-:T]|\..*$/g, '')
        .slice(2)}Z`,
    ),
  );

const altName = (host: string): Buffer =>
  isIPv4(host) ? der(0x87, Buffer.from(host.split('.').map(Number))) : der(0x82, Buffer.from(host));

/** By which a key is named: a hash of it. */
const idOf = (key: Uint8Array): Buffer => createHash('sha1').update(key).digest();
const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

const critical = (id: string, value: Uint8Array): Buffer => sequence(oid(id), TRUE, octets(value));
const plain = (id: string, value: Uint8Array): Buffer => sequence(oid(id), octets(value));
/** Basic constraints, key usage (of an authority: signing certificates), names, key identifiers. */
const authorityExtensions = (): readonly Buffer[] => [
  critical('551d13', sequence(TRUE)),
  critical('551d0f', bits(Buffer.from([0x06]), 1)),
];
const hostExtensions = (hosts: readonly string[]): readonly Buffer[] => [
  critical('551d13', sequence()),
  critical('551d0f', bits(Buffer.from([0x80]), 7)),
  plain('551d11', sequence(...hosts.map(altName))),
];

type Body = {
  readonly subject: string;
  readonly issuer: string;
  readonly now: Millis;
  /** The key that signs; the subject's own where it is left out. */
  readonly by?: KeyObject;
  readonly extensions: readonly Buffer[];
};

function certificate({ subject, issuer, now, by, extensions }: Body): Certificate {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = spkiOf(pair.publicKey);
  const signer = by ?? pair.privateKey;
  const serial = randomBytes(16);
  // A serial number is positive and begins with no zero.
  serial[0] = (serial.readUInt8(0) & 0x7f) | 0x40;
  const identifiers = [
    plain('551d0e', octets(idOf(spki))),
    plain('551d23', sequence(der(0x80, idOf(spkiOf(createPublicKey(signer)))))),
  ];
  const body = sequence(
    VERSION_3,
    der(0x02, serial),
    SIGNED_WITH,
    nameOf(issuer),
    sequence(timeOf(now - BEFORE), timeOf(now + GOOD_FOR)),
    nameOf(subject),
    spki,
    der(0xa3, sequence(...extensions, ...identifiers)),
  );
  const whole = sequence(body, SIGNED_WITH, bits(sign('sha256', body, signer)));
  return {
    key: String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: pemOf(whole),
  };
}

const pemOf = (whole: Buffer): string => {
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
};

const AUTHORITY = 'Lockstep practice exchange';

/** A new authority, good from a day before `now`. */
export const createAuthority = (now: Millis): Certificate =>
  certificate({ subject: AUTHORITY, issuer: AUTHORITY, now, extensions: authorityExtensions() });

/** A new certificate of these hosts (names or IPv4 addresses), signed by an authority. */
export const issueFor = (
  hosts: readonly [string, ...string[]],
  authority: Certificate,
  now: Millis,
): Certificate =>
  certificate({
    subject: hosts[0],
    issuer: AUTHORITY,
    now,
    by: createPrivateKey(authority.key),
    extensions: hostExtensions(hosts),
  });
