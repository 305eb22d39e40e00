/** The hashes that the box lends to journal, client and exchange: Node's own, as the product has them. */
export { hmacSha256, sha256, utf8 } from '../../src/edge/hashing.ts';
