import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { existingFiles, isDoneBefore } from '#cli/existing-result';
import { interruptSignal } from '#cli/interrupt';
import { ProgressBar } from '#cli/progress-bar';
import { print } from '#cli/report';
import { makeResultFolder, writeResultFiles } from '#cli/result-folder';
import { FoldError } from '#errors';
import { identify } from '#predict/node/load-model';
import { convertCheckpoint, type MatrixPrecision } from '#weights/node/convert';
import { openCheckpoint } from '#weights/node/open';

interface ConvertFlags {
  readonly out: string;
  readonly precision: MatrixPrecision;
  readonly overwrite?: true;
}

const HELP = `
Biases and norms stay as they are. int8 keeps one scale for each row of a matrix; "npm run bench:precision"
measures how far that moves structures. An interrupted conversion goes on where it stopped; a folder that holds another
model is left alone unless --overwrite is given.

Examples:
  $ codonfold models convert esmfold_v1 --precision int8 -o esmfold-int8
  $ codonfold predict proteins.fasta --model esmfold-int8`;

/** Adds `codonfold models convert`. */
export function addConvertModel(models: Command): void {
  models
    .command('convert')
    .argument('<name|dir>', 'an installed model, a folder or a file')
    .description('store a model in lower precision, which saves disk and memory')
    .requiredOption('-o, --out <dir>', 'folder of the new model')
    .addOption(
      new Option('--precision <precision>', 'precision of large matrices')
        .choices(['float16', 'int8'])
        .default('int8'),
    )
    .option('--overwrite', 'convert again even where a result exists')
    .addHelpText('after', HELP)
    .action(convert);
}

/** What a converted model is made from; it stands in its config.json. */
interface Conversion {
  readonly source: string;
  readonly sourceSha256: string;
  readonly precision: MatrixPrecision;
}

async function convert(name: string, { out, precision, overwrite }: ConvertFlags): Promise<void> {
  const signal = interruptSignal();
  const checkpoint = openCheckpoint(name);
  const { config, tensors } = checkpoint;
  const bar = new ProgressBar();
  try {
    if (resolve(name) === resolve(out))
      throw new FoldError('USAGE', `${out} is the model itself`, {
        hint: 'give -o another folder',
      });
    makeResultFolder(out);
    const { name: source, sha256: sourceSha256 } = identify(name, checkpoint);
    const conversion: Conversion = { source, sourceSha256, precision };
    const [weights, description] = [join(out, 'model.safetensors'), join(out, 'config.json')];
    if (!overwrite && (await isConverted(conversion, { weights, description }))) return;
    await rm(description, { force: true });
    await convertCheckpoint(tensors, weights, precision, {
      notes: new Map(Object.entries(conversion)),
      signal,
      onProgress: (share) => {
        bar.draw(share, `${source} in ${precision}`, '');
      },
    });
    const described = { ...config, conversion };
    await writeResultFiles([[description, `${JSON.stringify(described, null, 2)}\n`]]);
  } finally {
    bar.clear();
    tensors.close();
  }
  print(`${name} in ${precision} → ${out}`);
}

/** @throws FoldError `FILE_WRITE` rather than replace what may be somebody's model */
async function isConverted(
  wanted: Conversion,
  { weights, description }: { readonly weights: string; readonly description: string },
): Promise<boolean> {
  const found = await existingFiles({ description, others: [weights] }, (config) => {
    const { conversion } = config as { readonly conversion?: Conversion };
    if (!conversion) return 'another model';
    const { source, sourceSha256, precision } = conversion;
    if (sourceSha256 !== wanted.sourceSha256) return `a model made from ${source}`;
    return precision === wanted.precision ? undefined : `a model in ${precision}`;
  });
  const words = { does: 'converts', doing: 'converting' };
  return isDoneBefore(found, { name: wanted.source, description, where: weights, ...words });
}
