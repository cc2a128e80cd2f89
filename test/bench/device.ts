/**
 * @file How fast a device runs the blocks of the large models: layers of ESM-2 3B, blocks of ESMFold's trunk and of AlphaFold 2's
 * Evoformer, as predictions run them, with random weights. `npm run bench:device -- cuda cpu` measures the devices that are
 * named, else the one that `auto` takes; `--residues 128,256` says which lengths, `--rows 128` how many rows alignments
 * have, `--blocks 8` how many blocks of a kind, `--threads 2`, and `--json FILE` where the numbers go as well. A device that
 * does not open is told, no other takes its place, and the exit status is 1.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { parseAlphafold2Config } from '#architectures/alphafold2/config-file';
import { fitAlphafold2 } from '#architectures/alphafold2/memory';
import { evoformerStage } from '#architectures/alphafold2/stages';
import { fitFolding } from '#architectures/esmfold/memory';
import { ESM2, ESMFOLD_V1 } from '#architectures/esmfold/public-models';
import { blockStage, languageModelStage } from '#architectures/esmfold/stages';
import { FoldError } from '#errors';
import { graphCost } from '#execution/graph-cost';
import { GraphRunner, type RunnerOptions } from '#execution/graph-runner';
import type { Stage, StageBuilder, StageSizes } from '#execution/stage';
import { blockScopes } from '#execution/stage-parameters';
import { describeEngine } from '#tensor/engine/describe-engine';
import { DEVICES, type Device } from '#tensor/engine/device';
import type { EngineFacts, KnownEngine } from '#tensor/engine/engine';
import { openEngine } from '#tensor/engine/open-engine';
import type { HostTensor, Tensor } from '#tensor/tensor';
import type { TensorSource } from '#weights/tensor-source';
import { randomTensor } from '../helpers/random.js';
import { syntheticAlphafold2 } from './full-size/synthetic-checkpoint.js';

/** Blocks of one kind at one length. */
interface Measured {
  readonly blocks: string;
  readonly numResidues: number;
  /** Of the first run of all blocks: graphs are made ready, and weights are taken to the device. */
  readonly firstSeconds: number;
  /** Of one block in the second run. */
  readonly secondsPerBlock: number;
  /** Of matrix products, 10⁹ a second. */
  readonly gigaflops: number;
}

/** A kind of blocks. */
interface BlockKind<Config, Sizes extends StageSizes> {
  readonly name: string;
  readonly config: Config;
  readonly builder: StageBuilder<Config, Sizes>;
  readonly fit: ConstructorParameters<typeof GraphRunner<Config, Sizes>>[2];
}

const SCOPE = 'blocks.';
const esmfold = { ...ESMFOLD_V1, languageModel: ESM2['3B'] };
const KINDS: readonly BlockKind<typeof esmfold, StageSizes>[] = [
  { name: 'ESM-2 3B layer', config: esmfold, builder: languageModelStage, fit: fitFolding },
  { name: 'ESMFold trunk block', config: esmfold, builder: blockStage, fit: fitFolding },
];
const EVOFORMER = {
  name: 'Evoformer block',
  config: parseAlphafold2Config(syntheticAlphafold2().config),
  builder: evoformerStage,
  fit: fitAlphafold2,
};

/** A tensor of ordinary size: weights keep activations as they are, masks let everything through. */
function drawn(name: string, { shape }: Tensor, isWeight: boolean): HostTensor {
  if (/mask/i.test(name)) return randomTensor(shape, 1, [1, 1]);
  const spread = isWeight && shape.length === 2 ? shape[1]! ** -0.5 : 1;
  const [low, high] = isWeight && shape.length === 1 ? [0.8, 1.2] : [-spread, spread];
  return randomTensor(shape, 2, [low, high]);
}

/** The same weights for each block. */
function weightsOf({ graph, parameterNames }: Stage, scopes: readonly string[]): TensorSource {
  const drawnOnce = new Map(
    parameterNames.map((name) => [name, drawn(name, graph.inputs.get(name)!, true)]),
  );
  const bare = (name: string) => name.replace(/^blocks\.\d+\./, '');
  const tensor = (name: string) => drawnOnce.get(bare(name))!;
  return {
    names: scopes.flatMap((scope) => parameterNames.map((name) => scope + name)),
    has: (name) => drawnOnce.has(bare(name)),
    info: (name) => ({ dtype: 'F32', shape: tensor(name).shape }),
    read(name, into = new Float32Array(tensor(name).data.length)) {
      into.set(tensor(name).data);
      return into;
    },
    readRaw: (name) => new Uint8Array(tensor(name).data.slice().buffer),
    close: () => undefined,
  };
}

async function measure<Config, Sizes extends StageSizes>(
  engine: KnownEngine,
  { name, config, builder, fit }: BlockKind<Config, Sizes>,
  sizes: Sizes,
  numBlocks: number,
): Promise<Measured> {
  const scopes = blockScopes(SCOPE, numBlocks);
  const block = builder(sizes, config);
  const weights = weightsOf(block, scopes);
  const options: RunnerOptions = { decodedLimit: Infinity };
  const runner = new GraphRunner({ config, weights }, engine, fit, options);
  await runner.prepare(sizes);
  const given = [...block.graph.inputs]
    .filter(([input]) => !block.parameterNames.includes(input))
    .map(([input, tensor]) => [input, drawn(input, tensor, false)] as const);
  const run = async () => {
    const isCarried = ([input]: readonly [string, HostTensor]) => input in block.graph.outputs;
    const carried = Object.fromEntries(given.filter(isCarried));
    const feeds = Object.fromEntries(given.filter((one) => !isCarried(one)));
    const began = performance.now();
    await runner.runBlocks(builder, { scopes, carried, feeds });
    return (performance.now() - began) / 1000;
  };
  try {
    const firstSeconds = await run();
    const secondsPerBlock = (await run()) / numBlocks;
    const gigaflops = graphCost(block.graph).operations / secondsPerBlock / 1e9;
    return {
      blocks: name,
      numResidues: sizes.numResidues,
      firstSeconds,
      secondsPerBlock,
      gigaflops,
    };
  } finally {
    await runner.close();
  }
}

function print({ blocks, numResidues, firstSeconds, secondsPerBlock, gigaflops }: Measured): void {
  console.log(
    [
      blocks.padEnd(20),
      `${numResidues} residues`.padStart(14),
      `first run ${firstSeconds.toFixed(2)} s`.padStart(20),
      `${(1000 * secondsPerBlock).toFixed(1)} ms a block`.padStart(20),
      `${gigaflops.toFixed(0)} GFLOP/s`.padStart(16),
    ].join(''),
  );
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    residues: { type: 'string', default: '128,256,512' },
    rows: { type: 'string', default: '128' },
    blocks: { type: 'string', default: '8' },
    threads: { type: 'string' },
    json: { type: 'string' },
  },
});
const devices = positionals.length > 0 ? positionals : ['auto'];
for (const device of devices)
  if (!DEVICES.includes(device as Device))
    throw new Error(`"${device}" is no device; there are ${DEVICES.join(', ')}`);
const numBlocks = Number(values.blocks);

/** What was found of a device. */
type Finding =
  | { readonly device: string; readonly engine: EngineFacts; readonly measured: Measured[] }
  | { readonly device: string; readonly error: string };

async function measureDevice(device: Device): Promise<Finding> {
  const numThreads = values.threads === undefined ? undefined : Number(values.threads);
  const engine = await openEngine({
    device,
    numThreads,
    onPassedOver: (reason) => {
      console.log(`passed over: ${reason}`);
    },
  });
  console.log(`${device}: ${describeEngine(engine.facts)}`);
  const measured: Measured[] = [];
  const add = (one: Measured) => {
    print(one);
    measured.push(one);
  };
  for (const numResidues of values.residues.split(',').map(Number)) {
    const sizes = { batch: 1 as const, numResidues };
    for (const kind of KINDS) add(await measure(engine, kind, sizes, numBlocks));
    const rows = { numClusters: Number(values.rows), numExtra: 1, numTemplates: 0 };
    add(await measure(engine, EVOFORMER, { ...sizes, ...rows }, numBlocks));
  }
  return { device, engine: engine.facts, measured };
}

const findings: Finding[] = [];
for (const device of devices) {
  try {
    findings.push(await measureDevice(device as Device));
  } catch (error) {
    if (!(error instanceof FoldError)) throw error;
    console.log(
      `${device}: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`,
    );
    findings.push({ device, error: error.message });
    process.exitCode = 1;
  }
}
const [processor] = cpus();
const report = { processor: processor?.model, node: process.version, numBlocks, findings };
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
