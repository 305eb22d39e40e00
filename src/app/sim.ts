/** `lockstep sim`: the simulator, a program with options of its own, as a child that has this terminal. */
import { runProgram } from '../edge/children.ts';
import { EXIT } from './exit-codes.ts';

/** Runs it with these arguments and answers its exit code. */
export async function runSim(args: readonly string[]): Promise<number> {
  return (await runProgram('sim/program/main.ts', args)) ?? EXIT.error;
}
