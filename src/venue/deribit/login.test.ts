/** Logging in with a secret and with a signature, first on a connection and again before the login lapses. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hmacSha256 } from '../../edge/hashing.ts';
import { createLogin, type HandshakeAnswer } from './login.ts';
import { SECRET } from './scripted-exchange.contract.ts';
import { options, world } from './session-kit.contract.ts';

const good = (result: unknown): HandshakeAnswer => ({ kind: 'result', result, testnet: true });
const bad = (code: number): HandshakeAnswer => ({
  kind: 'error',
  error: { code, message: 'no', data: null },
});
const signer = { hmacSha256, nonce: () => '1iqt2wls' };
/** The worked example of the venue's documentation. */
const EXAMPLE = { clientId: 'AMANDA', clientSecret: 'AMANDASECRECT', signer };

describe('a login with a signature', () => {
  it('asks for the time and signs time, nonce and no data; the secret is not in what is sent', () => {
    const login = createLogin(EXAMPLE);
    assert.equal(login.first.method, 'public/get_time');
    const step = login.answered(good(1_576_074_319_000));
    assert.deepEqual(step, {
      kind: 'ask',
      call: {
        method: 'public/auth',
        params: {
          grant_type: 'client_signature',
          client_id: 'AMANDA',
          timestamp: 1_576_074_319_000,
          signature: '56590594f97921b09b18f166befe0d1319b198bbcdad7ca73382de2f88fe9aa1',
          nonce: '1iqt2wls',
          data: '',
        },
      },
    });
    assert.ok(!JSON.stringify(step).includes(EXAMPLE.clientSecret));
    assert.deepEqual(
      login.answered(good({ scope: 'account:read trade:read_write', expires_in: 1_000 })),
      { kind: 'in', grant: { loginFor: 800_000, accessToken: null, refreshToken: null } },
    );
  });

  it('fails, to be tried again, when the time is not told or is no time', () => {
    assert.equal(createLogin(EXAMPLE).answered(bad(11051)).kind, 'failed');
    assert.equal(createLogin(EXAMPLE).answered(good('noon')).kind, 'failed');
  });

  it('[I49] is refused for good when the key is unknown or may do more than trade', () => {
    const ends = (answer: HandshakeAnswer): string => {
      const login = createLogin(EXAMPLE);
      login.answered(good(1));
      const step = login.answered(answer);
      return step.kind === 'refused' ? step.refusal.code : step.kind;
    };
    assert.equal(ends(bad(13004)), 'wrong_credentials');
    const scope = 'account:read trade:read_write wallet:read_write';
    assert.equal(ends(good({ scope, expires_in: 900 })), 'scope_too_wide');
  });

  it('[I46] on a connection and at its renewal: the secret never leaves', () => {
    const credentials = { clientId: 'good', clientSecret: SECRET, signer };
    const { rig, far } = world({ ...options, credentials });
    const asked: string[] = [];
    far.override.set('public/get_time', () => ({ result: 1_790_000_000_000 + asked.length }));
    far.override.set('public/auth', () => {
      asked.push('public/auth');
      return { result: { scope: 'account:read trade:read_write', expires_in: 900 } };
    });
    rig.until(() => rig.of('link_up').length === 1);
    rig.run(1_500_000);
    assert.deepEqual([asked.length, rig.of('link_down').length], [3, 0]);
    const logins = far.requests.filter(({ method }) => method === 'public/auth');
    assert.deepEqual(
      logins.map(({ params }) => [params['grant_type'], params['timestamp']]),
      [0, 1, 2].map((n) => ['client_signature', 1_790_000_000_000 + n]),
    );
    assert.ok(!JSON.stringify(far.requests).includes(SECRET));
  });
});
