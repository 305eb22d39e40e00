/** `decode`: recorded messages of Deribit through the client's own decoders, each understood one as a line of JSON. */
import { fileTrouble, fullPath, readText } from '../../edge/files.ts';
import { text } from '../../words/text.ts';
import { type Source, understand } from '../../venue/deribit/understand.ts';
import type { Io } from '../cli-io.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export type DecodeFlags = {
  readonly method?: string | undefined;
  readonly channel?: string | undefined;
};

function isJson(content: string): boolean {
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

/** One message, however it is laid out, or one a line. */
const messagesOf = (content: string): readonly string[] =>
  isJson(content) ? [content] : content.split('\n').filter((line) => line.trim() !== '');

/** Prints what is understood of one file; answers how many messages were not. */
function decodeFile(io: Io, file: string, source: Source): number {
  const content = readText(fullPath(file));
  if (content === undefined || content.trim() === '') {
    io.err(
      `${text(io.lang, content === undefined ? 'cli.no_file' : 'cli.empty_file', { file })}\n`,
    );
    return 1;
  }
  let failed = 0;
  for (const message of messagesOf(content)) {
    const understood = understand(message, source);
    if (understood.kind === 'not_understood') failed++;
    io.line(JSON.stringify({ file, ...understood }));
  }
  return failed;
}

/** Exit code 1 when a message of any file is not understood; all files are read in any case. */
export function decodeFiles(io: Io, files: readonly string[], flags: DecodeFlags): ExitCode {
  const source: Source = {
    ...(flags.method === undefined ? {} : { method: flags.method }),
    ...(flags.channel === undefined ? {} : { channel: flags.channel }),
  };
  let failed = 0;
  for (const file of files) {
    try {
      failed += decodeFile(io, file, source);
    } catch (error) {
      io.err(`${text(io.lang, 'cli.unreadable_file', { file, problem: fileTrouble(error) })}\n`);
      failed++;
    }
  }
  return failed === 0 ? EXIT.fine : EXIT.error;
}
