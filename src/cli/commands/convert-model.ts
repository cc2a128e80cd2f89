import { join, resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { print } from '#cli/report';
import { makeResultFolder, writeResultFile } from '#cli/result-folder';
import { FoldError } from '#errors';
import { convertCheckpoint, type MatrixPrecision } from '#weights/node/convert';
import { openCheckpoint } from '#weights/node/open';

interface ConvertFlags {
  readonly out: string;
  readonly precision: MatrixPrecision;
}

const HELP = `
Biases and norms stay as they are. int8 keeps one scale for each row of a matrix; how far that moves structures is
measured by "npm run bench:precision".

Examples:
  $ codonfold models convert esmfold_v1 --precision int8 -o esmfold-int8
  $ codonfold predict proteins.fasta --model esmfold-int8`;

/** Adds `codonfold models convert`. */
export function addConvertModel(models: Command): void {
  models
    .command('convert')
    .argument('<name|dir>', 'an installed model, a folder or a file')
    .description(
      'write a model anew with its large matrices in less precision: less disk and memory',
    )
    .requiredOption('-o, --out <dir>', 'folder of the new model')
    .addOption(
      new Option('--precision <precision>', 'of large matrices')
        .choices(['float16', 'int8'])
        .default('int8'),
    )
    .addHelpText('after', HELP)
    .action(convert);
}

async function convert(name: string, { out, precision }: ConvertFlags): Promise<void> {
  const { config, tensors } = openCheckpoint(name);
  if (resolve(name) === resolve(out))
    throw new FoldError('USAGE', `${out} is the model itself`, { hint: 'give -o another folder' });
  try {
    makeResultFolder(out);
    convertCheckpoint(tensors, join(out, 'model.safetensors'), precision);
    await writeResultFile(join(out, 'config.json'), `${JSON.stringify(config, null, 2)}\n`);
  } finally {
    tensors.close();
  }
  print(`${name} in ${precision} → ${out}`);
}
