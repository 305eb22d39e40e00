/**
 * TLS at the practice exchange: an authority of its own, kept in its folder so that a client trusts it once, and a
 * certificate for this machine's loopback. What it shows can go wrong in the ways in which it does in the world.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { createServer as createListener, type Server as Listener, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type Certificate, createAuthority, issueFor } from './certificates.ts';
import { systemClock } from './clock.ts';
import { writePrivate } from './files.ts';
import type { PracticeDeed } from './practice-port.ts';

type Face = Extract<PracticeDeed, { readonly kind: 'tls' }>['shows'];

export type TlsFaces = {
  /** The file that a client has to trust. */
  readonly authority: string;
  /** What new connections meet from now on. */
  readonly show: (face: Face) => void;
};

export type TlsServer = TlsFaces & {
  readonly http: Server;
  /** Listens, and hands connections on to `http`. */
  readonly listener: Listener;
  /** Sends a record that arrives spoilt in place of a message. */
  readonly spoil: (socket: Duplex) => void;
};

const HOSTS = ['localhost', '127.0.0.1'] as const;
const ANOTHER_HOST = ['elsewhere.invalid'] as const;

/** Fatal alert 40, handshake_failure (RFC 8446, section 6.2). */
const NO_HANDSHAKE = Buffer.from([21, 3, 3, 0, 2, 2, 40]);
/** A record of application data (RFC 8446, section 5.1) whose bits do not fit its seal, as after a flip on the way. */
const SPOILT_RECORD = Buffer.from([23, 3, 3, 0, 48, ...Array.from({ length: 48 }, (_, i) => i)]);

/** The authority of a folder; a new one where there is none. */
function authorityIn(folder: string): Certificate & { readonly file: string } {
  const [file, secret] = [join(folder, 'authority.pem'), join(folder, 'authority-key.pem')];
  if (!existsSync(file) || !existsSync(secret)) {
    const { cert, key } = createAuthority(systemClock.wall());
    writePrivate(secret, key);
    writePrivate(file, cert);
  }
  return { file, cert: readFileSync(file, 'utf8'), key: readFileSync(secret, 'utf8') };
}

/** A TLS server that does not listen yet. */
export function createTlsServer(folder: string, limits: object): TlsServer {
  const authority = authorityIn(folder);
  const now = systemClock.wall();
  const own = issueFor(HOSTS, authority, now);
  const faces: Readonly<Record<Exclude<Face, 'none'>, () => Certificate>> = {
    own: () => own,
    renewed: () => issueFor(HOSTS, createAuthority(now), now),
    stranger: () => issueFor(ANOTHER_HOST, authority, now),
  };
  const http = createServer({ ...limits, ...own });
  /** Open sockets by the port of the other side, under which the encrypted one knows them too. */
  const sockets = new Map<number | undefined, Socket>();
  let shown: Face = 'own';
  const listener = createListener((socket) => {
    socket.on('error', () => socket.destroy());
    if (shown === 'none') return void socket.once('data', () => socket.end(NO_HANDSHAKE));
    const port = socket.remotePort;
    sockets.set(port, socket);
    socket.once('close', () => sockets.delete(port));
    http.emit('connection', socket);
  });
  return {
    http,
    listener,
    authority: authority.file,
    show: (face) => {
      shown = face;
      if (face !== 'none') http.setSecureContext(faces[face]());
    },
    spoil: (socket) =>
      void sockets.get((socket as unknown as Socket).remotePort)?.write(SPOILT_RECORD),
  };
}
