import type { Command } from 'commander';
import {
  largestDifference,
  LARGEST_DIFFERENCE,
  runOnDevice,
  type DeviceRun,
} from '#check/device-check';
import { print } from '#cli/report';
import { positiveNumber } from '#cli/sequence-options';
import { tableLines } from '#cli/table';
import { FoldError } from '#errors';
import { NAMED_DEVICES, type NamedDevice } from '#tensor/engine/device';

const HEADINGS = ['DEVICE', 'HERE', 'LIBRARY', 'DIFFERENCE', 'SECONDS'];
const HELP = `
Each device folds 40 residues with the small model that comes with codonfold. DIFFERENCE is the largest between its
representations and those of the CPU; rounding alone gives 1e-5 to 1e-3. SECONDS is the time of the second run.

Every command that computes takes --device with one of the names, or "auto": CUDA if it works, else the CPU.

Exit code: 0 all devices that are here give right results, 1 one of them does not.`;

/** A device that is here, or why it is not. */
type Finding = { readonly device: NamedDevice } & (
  { readonly run: DeviceRun } | { readonly error: FoldError }
);

/** Adds `codonfold devices`. */
export function addDevices(program: Command): void {
  program
    .command('devices')
    .summary('list what can compute here, what is missing, and whether results are right')
    .description(
      'List what can compute on this machine, and compare the results of each with those of the CPU.',
    )
    .option('--threads <number>', 'number of threads of each engine', positiveNumber)
    .addHelpText('after', HELP)
    .action(async ({ threads }: { readonly threads?: number }) => {
      const findings: Finding[] = [];
      for (const device of NAMED_DEVICES) findings.push(await tried(device, threads));
      process.exitCode = report(findings) ? 0 : 1;
    });
}

async function tried(device: NamedDevice, numThreads?: number): Promise<Finding> {
  try {
    return { device, run: await runOnDevice({ device, numThreads }) };
  } catch (error) {
    if (error instanceof FoldError) return { device, error };
    throw error;
  }
}

/** Prints the table, and what to do about the rest of it; whether nothing is wrong. */
function report(findings: readonly Finding[]): boolean {
  const reference = findings.find(({ device }) => device === 'cpu');
  if (reference && 'error' in reference) throw reference.error;
  const rows = findings.map((finding) => rowOf(finding, reference?.run));
  for (const line of tableLines([HEADINGS, ...rows.map(({ cells }) => cells)])) print(line);
  for (const finding of findings) {
    if (!('error' in finding)) continue;
    print(`\n${finding.device}: ${finding.error.message}`);
    if (finding.error.hint !== undefined) print(`  ${finding.error.hint}`);
  }
  return rows.every(({ isRight }) => isRight);
}

function rowOf(finding: Finding, reference: DeviceRun | undefined) {
  const { device } = finding;
  if ('error' in finding) {
    const isMissing = finding.error.code === 'ENGINE_UNAVAILABLE';
    return { cells: [device, isMissing ? 'no' : 'FAILED', '', '', ''], isRight: isMissing };
  }
  const { facts, seconds } = finding.run;
  const difference = reference ? largestDifference(finding.run, reference) : NaN;
  const isRight = difference <= LARGEST_DIFFERENCE;
  const verdict = device === 'cpu' ? '' : difference.toExponential(0) + (isRight ? '' : ' WRONG');
  const library = `${facts.name} ${facts.version} on ${facts.device}`;
  return { cells: [device, 'yes', library, verdict, seconds.toFixed(2)], isRight };
}
