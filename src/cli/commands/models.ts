import type { Command } from 'commander';
import { interruptSignal } from '#cli/interrupt';
import { ProgressBar } from '#cli/progress-bar';
import { print, tell } from '#cli/report';
import { tableLines } from '#cli/table';
import { modelFacts } from '#predict/model-facts';
import { cacheDirectory } from '#weights/node/cache';
import { requireDescriptionsAsInstalled } from '#weights/node/open';
import { isInstalled, pullModel, type PullProgress } from '#weights/node/pull';
import { isUsable, snapshotOf } from '#weights/node/usable';
import { findModel, MODELS, MODEL_SETS } from '#weights/registry';
import type { Accuracy, RegistryModel } from '#weights/registry-model';
import { addCheckModel } from './check-model.js';
import { addConvertModel } from './convert-model.js';

const HEADINGS = [
  'NAME',
  'KIND',
  'HERE',
  'LICENCE',
  'DOWNLOAD',
  'MEMORY',
  'TIME',
  'TM CASP14/CAMEO',
];
const HELP = `
HERE says whether the model can be used now, which includes models in the cache of huggingface.co's tools. Names such as
facebook/esm2_t6_8M_UR50D are known too. MEMORY and TIME are estimates for 100 and for 400 residues on two cores.
TM is the published mean TM-score on two benchmarks (1 is perfect, 0.5 the same fold); for codonfold-small it is ours, on chains
that it was not trained on. --json tells more: files, their sizes and sha256 if known, and where the scores were published.

Examples:
  $ codonfold models
  $ codonfold models --json
  $ codonfold models pull esmfold_v1
  $ codonfold predict genes.fasta --model esmfold_v1`;

/** Adds `codonfold models` and `codonfold models pull`. */
export function addModels(program: Command): void {
  const models = program
    .command('models')
    .summary('list models; install, convert or check one')
    .description(
      'List the models known by name, install one with "pull", make one smaller with "convert", try one with "check".',
    )
    .addHelpText('after', HELP);
  models
    .command('list', { isDefault: true, hidden: true })
    .description('list the models known by name')
    .option('--json', 'print all that is known, as JSON')
    .action(({ json = false }: { json?: boolean }) => {
      if (json) {
        const known = MODELS.map((model) => ({ ...modelFacts(model), isHere: isUsable(model) }));
        print(JSON.stringify(known, null, 2));
        return;
      }
      for (const line of tableLines([HEADINGS, ...MODELS.map(rowOf)])) print(line);
      tell(
        `installed models are kept in ${cacheDirectory()} (CODONFOLD_CACHE sets another folder)`,
      );
    });
  models
    .command('pull')
    .argument(
      '<NAME>',
      `as "codonfold models" shows it, or a set: ${Object.keys(MODEL_SETS).join(', ')}`,
    )
    .description('download a model; an interrupted download resumes where it stopped')
    .action(pull);
  addConvertModel(models);
  addCheckModel(models);
}

async function pull(name: string): Promise<void> {
  for (const member of MODEL_SETS[name] ?? [name]) await pullOne(findModel(member));
}

async function pullOne(model: RegistryModel): Promise<void> {
  if (model.layout === 'shipped') {
    print(`${model.name} comes with codonfold; there is nothing to download`);
    return;
  }
  if (isInstalled(model)) {
    requireDescriptionsAsInstalled(model);
    print(`${model.name} is installed already`);
    return;
  }
  const there = snapshotOf(model);
  if (there !== undefined) {
    print(`${model.name} is here already, in the cache of huggingface.co's tools: ${there}`);
    return;
  }
  const bar = new ProgressBar();
  let lastFile = '';
  const onProgress = ({ file, fileNumber, numFiles, received, total }: PullProgress): void => {
    const counter = `${fileNumber}/${numFiles}`;
    const stated = total === undefined ? '' : `, ${megabytes(total)}`;
    if (file !== lastFile && !bar.isTerminal) tell(`downloading ${file} (${counter}${stated})`);
    lastFile = file;
    const size = total === undefined ? '' : ` of ${megabytes(total)}`;
    bar.draw(received / (total ?? Infinity), file, `${counter} ${megabytes(received)}${size}`);
  };
  const onRetry = (reason: string, delayMs: number): void => {
    bar.clear();
    tell(`${lastFile}: ${reason}; trying again in ${Math.ceil(delayMs / 1000)} s`);
  };
  const onCheck = (share: number): void => {
    bar.draw(share, 'checking the weights', '');
  };
  let directory: string;
  try {
    directory = await pullModel(model, { signal: interruptSignal(), onProgress, onRetry, onCheck });
  } finally {
    bar.clear();
  }
  print(`${model.name} is installed in ${directory}`);
}

function rowOf(model: RegistryModel): string[] {
  const { name, kind, licence, accuracy, downloadGigabytes, runs } = modelFacts(model);
  return [
    name,
    kind,
    isUsable(model) ? 'yes' : 'no',
    licence,
    downloadGigabytes ? megabytes(downloadGigabytes * 1e9) : '-',
    runs.map((run) => megabytes(run.megabytes * 1e6)).join(' / '),
    runs.map(({ seconds }) => (seconds === undefined ? '-' : duration(seconds))).join(' / '),
    accuracy ? accuracyText(accuracy) : '-',
  ];
}

function accuracyText({ casp14TmScore, cameoTmScore, heldOutTmScore }: Accuracy): string {
  if (heldOutTmScore !== undefined) return `${heldOutTmScore.toFixed(2)} held out`;
  return `${casp14TmScore?.toFixed(2) ?? '-'}/${cameoTmScore?.toFixed(2) ?? '-'}`;
}

function duration(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
