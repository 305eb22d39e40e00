/** The program `lockstep`: the arguments of this process, its terminal, and the parts that run. */
import { runCli } from './cli-program.ts';
import type { Runners } from './commands/start.ts';

const runners: Runners = {
  demo: async (options) => (await import('./demo.ts')).runDemo(options),
  engine: async (options) => (await import('./engine.ts')).runEngine(options),
  practice: async (options) => (await import('./practice.ts')).runPractice(options),
  sim: async (args) => (await import('./sim.ts')).runSim(args),
  kill: async (options) => (await import('./kill.ts')).killDirectly(options),
};

// A reader that has seen enough (`lockstep journal | head`) is no failure.
process.stdout.on('error', () => process.exit(0));

const code = await runCli(
  process.argv.slice(2),
  {
    env: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
  },
  runners,
);
// What was printed reaches its reader first; then the process ends, whatever still holds a timer or a socket.
process.stdout.write('', () => process.exit(code));
