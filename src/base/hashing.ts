/** The shapes of hash functions that pure code is given; they are implemented at the edge. */

/** SHA-256 of UTF-8 text or bytes, as 32 bytes. */
export type Sha256 = (data: string | Uint8Array) => Uint8Array;

/** The UTF-8 bytes of well-formed text. */
export type Utf8 = (text: string) => Uint8Array;

/** HMAC-SHA-256 with a text key over UTF-8 text, as lowercase hexadecimal. */
export type HmacSha256 = (key: string, text: string) => string;

const HEX = '0123456789abcdef';

/** Lowercase hexadecimal of bytes. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += (HEX[byte >> 4] as string) + (HEX[byte & 15] as string);
  return text;
}
