/** `decode`: recorded messages of Deribit through the client's own decoders, each as a line of JSON. */
import { fileTrouble, textPieces } from '../../edge/files.ts';
import { formatCount } from '../../words/format.ts';
import { text } from '../../words/text.ts';
import { createRecording } from '../../venue/deribit/recording.ts';
import type { Source, Understanding } from '../../venue/deribit/understand.ts';
import type { Io } from '../cli-io.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';

export type DecodeFlags = {
  readonly method?: string | undefined;
  readonly channel?: string | undefined;
};

/** For the help of the verb. */
export const DECODE_EXAMPLES = [
  '  lockstep decode session.log',
  '  lockstep decode --method private/get_positions positions.json',
  '  lockstep decode --channel user.changes.any.any.raw data.json',
  '  tail -f session.log | lockstep decode -',
].join('\n');

type Sum = { messages: number; failed: number; lostFiles: number };

/** JSON without the characters that steer a terminal; the parser gives them back. */
const harmless = (json: string): string =>
  json.replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Prints what is understood of one file, message by message. Throws what reading the file does. */
function decodeFile(io: Io, file: string, { source, sum }: { source: Source; sum: Sum }): void {
  const recording = createRecording(source);
  let messages = 0;
  const tell = (said: readonly Understanding[]): void => {
    for (const understood of said) {
      messages++;
      sum.messages++;
      const failed = understood.kind === 'not_understood';
      if (failed) sum.failed++;
      io.line(
        harmless(JSON.stringify({ file, ...(failed ? { message: messages } : {}), ...understood })),
      );
    }
  };
  for (const piece of textPieces(file)) tell(recording.push(piece));
  tell(recording.end());
  if (messages > 0) return;
  sum.lostFiles++;
  io.err(`${text(io.lang, 'cli.empty_file', { file })}\n`);
}

/**
 * All files are read in any case. Lines of JSON go to the standard output, a sum to the error output. The exit code is 1
 * when a message of any file is not understood, or a file can't be read.
 */
export function decodeFiles(io: Io, files: readonly string[], flags: DecodeFlags): ExitCode {
  const source: Source = {
    ...(flags.method === undefined ? {} : { method: flags.method }),
    ...(flags.channel === undefined ? {} : { channel: flags.channel }),
  };
  const sum: Sum = { messages: 0, failed: 0, lostFiles: 0 };
  for (const file of files) {
    try {
      decodeFile(io, file, { source, sum });
    } catch (error) {
      const missing = (error as { readonly code?: string }).code === 'ENOENT';
      const words = missing
        ? text(io.lang, 'cli.no_file', { file })
        : text(io.lang, 'cli.unreadable_file', { file, problem: fileTrouble(error) });
      io.err(`${words}\n`);
      sum.lostFiles++;
    }
  }
  const figures = {
    messages: formatCount(io.lang, sum.messages),
    failed: formatCount(io.lang, sum.failed),
  };
  if (sum.messages > 0)
    io.err(`${text(io.lang, sum.failed === 0 ? 'cli.decoded' : 'cli.decoded_partly', figures)}\n`);
  return sum.failed + sum.lostFiles === 0 ? EXIT.fine : EXIT.error;
}
