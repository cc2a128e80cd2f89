import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fold, type Alphafold2Output, type PassOutput } from '#architectures/alphafold2/fold';
import { predictedTmScores } from '#layers/heads/predicted-tm-scores';
import { ATOM37_MASK, ATOM37_TO_ATOM14 } from '#structure/residues/atoms';
import type { HostTensor } from '#tensor/tensor';
import { parityEngines, SLOW_ENGINE_MS } from '../../helpers/engines.js';
import {
  ALPHAFOLD2_FILES,
  keptMsaRows,
  keptPairRows,
  RecordingRunner,
} from '../../helpers/alphafold2-network.js';
import {
  ALPHAFOLD2_CASES,
  alphafold2Inputs,
  alphafold2Tensors,
} from '../../helpers/alphafold2-tiny.js';
import { engineWithWeightsInGraphs } from '../../helpers/weights-in-graphs.js';

const REPRESENTATION = { atol: 1e-4, rtol: 0 };
const ANGSTROM = { atol: 1e-3, rtol: 0 };
const PLDDT = { atol: 1e-3, rtol: 0 };
/** Ten times what float32 costs the original. */
const ALIGNED_ERROR = { atol: 4e-4, rtol: 0 };
const PROBABILITY = { atol: 1e-5, rtol: 0 };

/** Its blocks run two at a time. */
const weightsInGraphs = {
  name: 'onnxruntime-cpu with weights in graphs',
  engine: engineWithWeightsInGraphs({ blocksAtOnce: 2 }),
  isFast: false,
};

describe.each([...(await parityEngines()), weightsInGraphs])('on $name', ({ engine, isFast }) => {
  const files = isFast ? ALPHAFOLD2_FILES : ALPHAFOLD2_FILES.slice(0, 1);
  const cases = ALPHAFOLD2_CASES.filter(({ name }) => isFast || name === 'single');
  describe.each(files)('the network in %s', (file) => {
    describe.each(cases)('folds "$name" as the original does', (golden) => {
      const { has, read: want } = alphafold2Tensors(golden.name);
      const runner = new RecordingRunner(engine, file);
      const features = alphafold2Inputs(golden.name);
      const numRows = countRows(features.alignment(0).msaMask);
      const passes: PassOutput[] = [];
      let got: Alphafold2Output;
      beforeAll(async () => {
        got = await fold(runner, features, {
          numRecycles: golden.num_recycles,
          onPass: (_, output) => passes.push(output),
        });
      }, SLOW_ENGINE_MS);
      afterAll(() => runner.close());

      it('gives the representations', () => {
        const rows = want('rows').data;
        expect(got.single).toBeCloseToTensor(want('single'), REPRESENTATION);
        expect(keptMsaRows(got.msa, numRows)).toBeCloseToTensor(
          want('msa.msa_rows'),
          REPRESENTATION,
        );
        expect(keptPairRows(got.pair, rows)).toBeCloseToTensor(want('pair.rows'), REPRESENTATION);
        if (has('pair')) expect(got.pair).toBeCloseToTensor(want('pair'), REPRESENTATION);
      });

      it('gives frames, torsions and atoms', () => {
        const { atom14, quaternion, translation, torsions, state } =
          runner.last('structureStage').outputs;
        const frames = lastLayer(want('sm.frames'));
        expect(columns(quaternion!, 0, 4)).toBeCloseToTensor(columns(frames, 0, 4), REPRESENTATION);
        expect(columns(translation!, 0, 3)).toBeCloseToTensor(columns(frames, 4, 7), ANGSTROM);
        expect(torsions!).toBeCloseToTensor(lastLayer(want('sm.angles')), REPRESENTATION);
        expect(state!.data).toBeCloseToTensor(want('sm.single').data, REPRESENTATION);
        expect(atom14!).toBeCloseToTensor(lastLayer(want('sm.positions')), ANGSTROM);
        expect(inAtom37(got.atom14, features.aatype)).toBeCloseToTensor(
          want('final_atom_positions'),
          ANGSTROM,
        );
      });

      it('gives pLDDT, aligned errors and the TM-score', () => {
        expect(got.plddt).toBeCloseToTensor(want('plddt'), PLDDT);
        expect(got.pae!).toBeCloseToTensor(want('predicted_aligned_error'), ALIGNED_ERROR);
        const { ptm } = predictedTmScores(got.tmTerms!.data, [features.aatype.data.length]);
        expect([ptm]).toBeCloseToTensor([want('ptm').data[0]!], PROBABILITY);
        const { lddtLogits } = runner.last('structureStage').outputs;
        expect(lddtLogits!.data).toBeCloseToTensor(want('lddt_logits').data, REPRESENTATION);
      });

      it('gives the logits of the other heads', () => {
        expect(keptMsaRows(got.maskedMsaLogits, numRows)).toBeCloseToTensor(
          want('masked_msa_logits.msa_rows'),
          REPRESENTATION,
        );
        const resolved = want('experimentally_resolved_logits');
        const probabilities = Float32Array.from(resolved.data, (x) => 1 / (1 + Math.exp(-x)));
        expect(got.resolved).toBeCloseToTensor({ ...resolved, data: probabilities }, PROBABILITY);
      });

      it('hands the same from pass to pass', () => {
        expect(passes).toHaveLength(golden.num_recycles + 1);
        for (let pass = 0; pass < golden.num_recycles; pass++) {
          expect(passes[pass]!.atom14).toBeCloseToTensor(want(`cycle${pass}.positions`), ANGSTROM);
        }
        if (golden.num_recycles === 0) return;
        const { feeds } = runner.last('inputStage');
        const before = `cycle${golden.num_recycles - 1}`;
        expect(feeds['recycledRow']!.data).toBeCloseToTensor(
          want(`${before}.msa_first_row`).data,
          REPRESENTATION,
        );
        const [row] = want('rows').data;
        expect(keptPairRows(feeds['recycledPair']!, [row!])).toBeCloseToTensor(
          want(`${before}.pair.rows`),
          REPRESENTATION,
        );
      });
    });
  });
});

/** Rows of the alignment that do not only pad. */
function countRows({ shape, data }: HostTensor): number {
  return Array.from({ length: shape[0]! }, (_, row) => data[row * shape[1]!]!).filter(Boolean)
    .length;
}

/** The last of the structure module's layers, as a batch of one. */
function lastLayer({ shape, data }: HostTensor): HostTensor {
  const size = data.length / shape[0]!;
  return { shape: [1, ...shape.slice(1)], data: data.subarray(data.length - size) };
}

function columns({ shape, data }: HostTensor, start: number, end: number): HostTensor {
  const width = shape.at(-1)!;
  return {
    shape: [...shape.slice(0, -1), end - start],
    data: Float32Array.from(data).filter((_, i) => i % width >= start && i % width < end),
  };
}

function inAtom37({ shape, data }: HostTensor, { data: aatype }: HostTensor): HostTensor {
  const numResidues = shape[0]!;
  const positions = Array.from({ length: 37 * numResidues }, (_, atom) => {
    const [residue, slot] = [Math.floor(atom / 37), atom % 37];
    const place = 37 * aatype[residue]! + slot;
    const from = 3 * (14 * residue + ATOM37_TO_ATOM14[place]!);
    return ATOM37_MASK[place] === 1 ? [...data.subarray(from, from + 3)] : [0, 0, 0];
  });
  return { shape: [numResidues, 37, 3], data: Float32Array.from(positions.flat()) };
}
