/** Secrets: randomness of the operating system, how secrets are kept at rest, and how they are compared. */
import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { sha256 } from './hashing.ts';

/** An unguessable text of `bytes` random bytes (32 = 256 bits) in letters, digits, `-` and `_`. */
export const secretText = (bytes = 32): string => randomBytes(bytes).toString('base64url');

/** A random whole number in [0, 2^32), for seeds. */
export const randomSeed = (): number => randomBytes(4).readUInt32LE();

/** A random number in [0, 1), for jitter. */
export const randomUnit = (): number => randomSeed() / 4_294_967_296;

/** SHA-256 of a text in lowercase hexadecimal: how secrets are kept at rest. */
export const fingerprint = (text: string): string => hash('sha256', text);

/** Whether two texts are equal; the time that it takes tells nothing about where they differ. */
export const sameSecret = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b));
