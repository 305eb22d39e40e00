/** A key as the venue's client takes it. */
import { secretText } from '../edge/entropy.ts';
import { hmacSha256 } from '../edge/hashing.ts';
import type { Credentials } from '../venue/deribit/login.ts';
import type { ApiKey, LoginKind } from './options.ts';

const SIGNER = { hmacSha256, nonce: () => secretText(12) };

/** A key with what its logins need: a signer, unless the secret itself is to be sent. */
export const credentialsFor = (login: LoginKind, key: ApiKey): Credentials =>
  login === 'secret' ? key : { ...key, signer: SIGNER };
