import { unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readCif } from '#bio-pdb/cif/reader';
import { parseStructure } from '#bio-pdb/parse-structure';
import { parsePdb } from '#bio-pdb/pdb/reader';
import { confidenceCategory, type Confidence } from '#predict/files/confidence';
import {
  confidenceJson,
  mmcifText,
  paeJson,
  pdbRefusal,
  pdbText,
  textFiles,
  zipBundle,
} from '#predict/files/result-files';
import { predictionToStructure } from '#predict/files/to-structure';
import { chainIdOf } from '#sequence/chain';
import { fakePrediction } from '../../helpers/fake-predictor.js';

const chains = [
  { id: 'A', sequence: 'MKG' },
  { id: 'B', sequence: 'WX' },
];
const prediction = fakePrediction({ name: 'pair', chains });

describe('pdbText', () => {
  it('holds every placed atom with its coordinates and the pLDDT of its residue', () => {
    const { models } = parsePdb(pdbText(prediction));
    const [a, b] = models[0]!.chains;
    expect(a!.residues.map(({ name }) => name)).toEqual(['MET', 'LYS', 'GLY']);
    expect(b!.residues.map(({ name, number }) => [name, number])).toEqual([['TRP', 1]]);
    const ca = a!.residues[1]!.atoms.find(({ name }) => name === 'CA')!;
    expect([ca.x, ca.y, ca.z]).toEqual(
      [0, 1, 2].map((axis) => Number(prediction.atom14[3 * 15 + axis]!.toFixed(3))),
    );
    expect(ca.bFactor).toBeCloseTo(prediction.plddt[1]!, 2);
  });
});

describe('a complex', () => {
  const complex = {
    iptm: 0.25,
    pairs: [
      { chains: [0, 1], iptm: 0.25 },
      { chains: [0, 2], iptm: 0.12 },
      { chains: [1, 2], iptm: 0.06 },
    ] as const,
  };
  const three = [...chains, { id: 'heavy', sequence: 'GAG' }];
  const trimer = { ...fakePrediction({ name: 'trimer', chains: three }), complex };
  const confidence = JSON.parse(confidenceJson(trimer, ['given'])) as Confidence;

  it('says how each two chains lie to each other', () => {
    const [first, second] = confidence.chainPairs!;
    expect(confidence.iptm).toBe(0.25);
    expect(first).toMatchObject({ chains: ['A', 'B'], iptm: 0.25 });
    expect(second).toMatchObject({ chains: ['A', 'heavy'], iptm: 0.12 });
    const between = [3, 4].flatMap((j) =>
      [0, 1, 2].flatMap((i) => [trimer.pae[i * 8 + j]!, trimer.pae[j * 8 + i]!]),
    );
    expect(first!.pae).toBeCloseTo(between.reduce((sum, error) => sum + error, 0) / 12, 2);
    expect(first!.contacts).toBeGreaterThan(0);
    expect(confidence.warnings[0]).toBe('given');
    expect(confidence.warnings[1]).toContain('trained on single chains');
  });

  it('has its ipTM in mmCIF too, as ModelCIF has it', () => {
    const { scores } = parseStructure(mmcifText(trimer)).models[0]!;
    const iptm = scores.find(({ metric }) => metric.name === 'ipTM');
    expect(iptm).toMatchObject({ mode: 'global', value: 0.25 });
  });

  it('whose chains lie apart is told to be no complex', () => {
    const atom14 = trimer.atom14.map((x, k) => (k >= 42 * 5 ? x + 100 : x));
    const { warnings, chainPairs } = JSON.parse(
      confidenceJson({ ...trimer, atom14 }),
    ) as Confidence;
    expect(chainPairs!.map(({ contacts }) => contacts > 0)).toEqual([true, false, false]);
    expect(warnings.at(-1)).toContain('2 groups that do not touch each other (A + B; heavy)');
  });

  it('of one chain has no such numbers', () => {
    const alone = fakePrediction({ name: 'alone', chains: chains.slice(0, 1) });
    const { iptm, chainPairs, warnings } = JSON.parse(confidenceJson(alone)) as Confidence;
    expect([iptm, chainPairs, warnings]).toEqual([undefined, undefined, []]);
    expect(mmcifText(alone)).not.toContain('ipTM');
  });
});

describe('pdbRefusal', () => {
  const chainsOf = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: chainIdOf(i), sequence: 'G' }));

  it('is there exactly where writing would fail for the number of chains', () => {
    const [fits, tooMany] = [chainsOf(62), chainsOf(63)];
    expect(pdbRefusal(fits)).toBeUndefined();
    expect(pdbText(fakePrediction({ name: 'x', chains: fits }))).toContain('ATOM');
    expect(pdbRefusal(tooMany)).toMatchObject({ code: 'STRUCTURE_UNWRITABLE' });
    expect(() => pdbText(fakePrediction({ name: 'x', chains: tooMany }))).toThrow('63 chains');
    expect(mmcifText(fakePrediction({ name: 'x', chains: tooMany }))).toContain(' AA ');
  });
});

describe('mmcifText', () => {
  it('is ModelCIF with pLDDT for each residue', () => {
    const text = mmcifText(prediction);
    expect(text).toContain('mmcif_ma.dic');
    expect(text).toContain('_ma_qa_metric_local');
    expect(text).toContain('_ma_qa_metric_global');
  });

  it('writes names in any script', () => {
    const named = { ...prediction, name: "β-globin_d'été" };
    expect(mmcifText(named).length).toBeGreaterThan(1000);
    expect(pdbText(named).split('\n')[0]).toHaveLength(80);
  });
});

describe('paeJson', () => {
  it('has the form of AlphaFold DB to the letter', () => {
    const small = fakePrediction({ name: 'x', chains: [{ id: 'A', sequence: 'GA' }] });
    const pae = Float32Array.of(0, 1.4, 2.6, 31.75);
    expect(paeJson({ ...small, pae })).toBe(
      '[{"predicted_aligned_error":[[0,1],[3,32]],"max_predicted_aligned_error":31.75}]\n',
    );
  });

  it('keeps every row whole', () => {
    const n = 307;
    const long = fakePrediction({ name: 'x', chains: [{ id: 'A', sequence: 'G'.repeat(n) }] });
    const [entry] = JSON.parse(paeJson(long)) as { predicted_aligned_error: number[][] }[];
    const rows = entry!.predicted_aligned_error;
    expect(rows.map((row) => row.length)).toEqual(Array(n).fill(n));
    expect(rows[300]![2]).toBe(Math.round(long.pae[300 * n + 2]!));
  });
});

describe('confidenceJson', () => {
  it('gives pLDDT, category and number of every residue, chain by chain', () => {
    const confidence = JSON.parse(confidenceJson(prediction, ['a warning'])) as Confidence;
    expect(confidence.chains.map(({ plddt }) => plddt.length)).toEqual([3, 2]);
    expect(confidence.chains.flatMap(({ plddt }) => plddt)).toEqual(Array.from(prediction.plddt));
    expect(confidence.chains[1]!.residueNumbers).toEqual([1, 2]);
    expect(confidence.warnings[0]).toBe('a warning');
    expect(Object.values(confidence.fractions).reduce((a, b) => a + b)).toBeCloseTo(1, 3);
  });

  it.each([
    [100, 'veryHigh'],
    [90, 'veryHigh'],
    [89.99, 'high'],
    [70, 'high'],
    [50, 'low'],
    [49.99, 'veryLow'],
  ])('calls pLDDT %d %s', (plddt, category) => {
    expect(confidenceCategory(plddt)).toBe(category);
  });
});

describe('a prediction as a structure', () => {
  const dimer = fakePrediction({
    name: 'dimer',
    numRecycles: 3,
    chains: [
      { id: 'H', sequence: 'GX' },
      { id: 'L', sequence: 'W' },
      { id: 'M', sequence: 'GX' },
    ],
  });
  const { models, entities, modelling } = predictionToStructure(dimer);

  it('numbers atoms through, with the coordinates and the confidence of their residues', () => {
    const atoms = models[0]!.chains.flatMap(({ residues }) => residues.flatMap((one) => one.atoms));
    expect(atoms.map(({ serial }) => serial)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    const [n] = atoms;
    expect(n).toMatchObject({ name: 'N', element: 'N', occupancy: 1, charge: 0 });
    const cz3 = atoms.find(({ name }) => name === 'CZ3')!;
    expect(cz3.element).toBe('C');
    expect(cz3.bFactor).toBe(dimer.plddt[2]);
    const slot = atoms.filter(({ bFactor }) => bFactor === cz3.bFactor).indexOf(cz3);
    expect([cz3.x, cz3.y, cz3.z]).toEqual([...dimer.atom14.subarray(3 * (28 + slot), 3 * (29 + slot))]); // prettier-ignore
  });

  it('has an entity for each sequence, and counts residues within their chain', () => {
    expect(entities).toMatchObject([
      { id: '1', description: 'dimer, chain H, M', sequence: ['GLY', 'UNK'] },
      { id: '2', description: 'dimer, chain L', sequence: ['TRP'] },
    ]);
    const residues = models[0]!.chains.flatMap((chain) => chain.residues);
    expect(
      residues.map(({ asymId, entityId, number, sequenceIndex, atoms }) => [
        asymId,
        entityId,
        number,
        sequenceIndex,
        atoms.length,
      ]),
    ).toEqual([
      // prettier-ignore
      ['H', '1', 1, 1, 4],
      ['H', '1', 2, 2, 0],
      ['L', '2', 1, 1, 14],
      ['M', '1', 1, 1, 4],
      ['M', '1', 2, 2, 0],
    ]);
    const local = models[0]!.scores.find(({ mode }) => mode === 'local')!;
    expect(local).toMatchObject({
      residues: residues.map(({ asymId, sequenceIndex, name }) => ({
        ...{ asymId, sequenceIndex, residueName: name },
      })),
      values: Array.from(dimer.plddt),
    });
  });

  it('says how many passes it took', () => {
    const passes = (numRecycles: number) =>
      predictionToStructure({ ...dimer, numRecycles }).modelling!.steps[0]!.details;
    expect(modelling!.steps[0]!.details).toMatch(/, 4 passes$/);
    expect(passes(0)).toMatch(/, 1 pass$/);
    expect(passes(1)).toMatch(/, 2 passes$/);
    const known = Object.entries(dimer).filter(([name]) => name !== 'engine');
    const older = Object.fromEntries(known) as unknown as typeof dimer;
    expect(predictionToStructure(older).modelling!.software).toHaveLength(1);
  });
});

describe('all text files', () => {
  it('are four, and no PDB where its names do not reach', () => {
    const names = (numChains: number) => {
      const many = Array.from({ length: numChains }, (_, i) => ({ id: chainIdOf(i), sequence: 'G' })); // prettier-ignore
      return Object.keys(textFiles(fakePrediction({ name: 'x', chains: many }), []));
    };
    expect(names(62)).toEqual(['structure.pdb', 'structure.cif', 'confidence.json', 'pae.json']);
    expect(names(63)).toEqual(['structure.cif', 'confidence.json', 'pae.json']);
  });
});

describe('the numbers of confidence.json', () => {
  it('are rounded: two decimals of pLDDT, four of shares and scores', () => {
    const single = fakePrediction({ name: 'x', chains: [{ id: 'A', sequence: 'GAG' }] });
    const plddt = Float32Array.of(90.128, 69.994, 20);
    const given = { ...single, plddt, meanPlddt: 60.0408, ptm: 0.123456 };
    expect(JSON.parse(confidenceJson(given))).toMatchObject({
      ...{ meanPlddt: 60.04, ptm: 0.1235, numResidues: 3, numRecycles: 2, maxPae: 31.75 },
      fractions: { veryHigh: 0.3333, high: 0, low: 0.3333, veryLow: 0.3333 },
      chains: [{ plddt: [90.13, 69.99, 20], categories: ['veryHigh', 'low', 'veryLow'] }],
    });
  });

  it('hold codons, the end of recycling and a structure that is known already where there is such', () => {
    const codons = [{ codon: 'GGA', positions: [1, 2, 3] as const }];
    const single = fakePrediction({ name: 'x', chains: [{ id: 'A', sequence: 'G', codons }] });
    const recycling = { mostRecycles: 3, tolerance: 0.5 };
    const told = JSON.parse(confidenceJson({ ...single, recycling })) as Confidence;
    expect(told).toMatchObject({ recycling, chains: [{ codons }] });
    const plain = JSON.parse(confidenceJson(fakePrediction({ name: 'x', chains: [{ id: 'A', sequence: 'G' }] }))) as Confidence; // prettier-ignore
    for (const name of ['recycling', 'iptm', 'chainPairs', 'alignment', 'templates', 'title', 'knownStructure']) expect(plain).not.toHaveProperty(name); // prettier-ignore
    expect(plain.chains[0]).not.toHaveProperty('codons');
  });
});

describe('what computed a prediction', () => {
  const { engine } = prediction;

  it('is in confidence.json', () => {
    expect((JSON.parse(confidenceJson(prediction)) as Confidence).engine).toEqual(engine);
  });

  it('is a piece of software in ModelCIF, with its device and threads', () => {
    const { modelling } = parseStructure(mmcifText(prediction));
    expect(modelling!.software.map(({ name }) => name)).toEqual(['codonfold', 'fake-engine']);
    expect(modelling!.software[1]).toMatchObject({
      version: '1.2.3',
      description: 'neural network inference on cpu, 2 threads, float32',
    });
  });
});

describe('the templates of a prediction', () => {
  const use = {
    ...{ source: '1abc.cif', chainId: 'Q', isUsed: true, identity: 0.5, coverage: 2 / 3 },
    ...{ expectedByChance: 2e-7, alignedQuery: 'MK-G', alignedTemplate: '-KWA' },
    residues: ['', '11', '13'],
  };
  const unused = { ...use, source: '2xyz.cif', isUsed: false };
  const summary = { request: 'f'.repeat(32), chains: [use, unused] };
  const single = fakePrediction({ name: 'one', chains: chains.slice(0, 1) });
  const folded = { ...single, templates: summary };

  it('are in confidence.json, those too that were not used', () => {
    const { templates } = JSON.parse(confidenceJson(folded)) as Confidence;
    expect(templates).toEqual(summary);
  });

  it('are in ModelCIF where they were used, with the alignment', () => {
    const [block] = readCif(mmcifText(folded), 'one.cif');
    const values = (category: string, item: string) => {
      const found = block!.category(category)!;
      return Array.from({ length: found.numRows }, (_, row) => found.require(item).get(row));
    };
    expect(values('_ma_template_customized', 'details')).toEqual(['1abc.cif, chain Q']);
    expect(values('_ma_template_details', 'target_asym_id')).toEqual(['A']);
    expect(values('_ma_template_poly', 'seq_one_letter_code')).toEqual(['KWA']);
    expect(values('_ma_template_poly_segment', 'residue_number_end')).toEqual(['3']);
    expect(values('_ma_alignment', 'sequence')).toEqual(['MK-G', '-KWA']);
    expect(values('_ma_alignment_details', 'percent_sequence_identity')).toEqual(['50.0']);
    // Every datum that is named is listed, once.
    const ids = values('_ma_data', 'id');
    expect(ids).toEqual(['1', '2', '3', '4']);
    expect(values('_ma_data_group', 'data_id')).toEqual(ids);
    expect(values('_ma_template_details', 'template_data_id')).toEqual(['3']);
    expect(values('_ma_alignment_info', 'data_id')).toEqual(['4']);
    expect(values('_ma_alignment_info', 'alignment_mode')).toEqual(['global']);
    expect(parseStructure(mmcifText(folded)).warnings).toEqual([]);
  });

  it('that are the structure of the sequence itself are told to be', () => {
    const known = { ...use, source: '5pti.cif', chainId: 'B', identity: 1, coverage: 0.95 };
    const found = (...uses: (typeof use)[]) =>
      (JSON.parse(confidenceJson({ ...single, templates: { ...summary, chains: uses } })) as Confidence).knownStructure; // prettier-ignore
    expect(found(use, known, { ...known, source: 'later' })).toEqual({ source: '5pti.cif', chainId: 'B' }); // prettier-ignore
    expect(found(use, { ...known, coverage: 0.94 }, { ...known, identity: 0.99 })).toBeUndefined();
  });

  it('are missed where there is none that could be used', () => {
    const warned = (chains: (typeof use)[]) =>
      (JSON.parse(confidenceJson({ ...single, templates: { ...summary, chains } })) as Confidence)
        .warnings;
    expect(warned([use, unused])).toEqual([]);
    expect(warned([])).toEqual(['no template was used: none was found']);
    expect(warned([unused])).toEqual([expect.stringContaining('2xyz.cif chain Q')]);
  });

  it('leave no trace in ModelCIF where none was used', () => {
    const text = mmcifText({ ...single, templates: { ...summary, chains: [unused] } });
    expect(text).not.toMatch(/_ma_template|_ma_alignment/);
  });
});

describe('zipBundle', () => {
  it('holds the files in a folder, named as the command line names them and dated, and has the same bytes each time', async () => {
    const files = {
      'structure.cif': new TextEncoder().encode('hello'),
      'confidence.json': new Uint8Array(400_000),
      'pae.json': new Uint8Array(3),
    };
    const madeAt = new Date(2031, 4, 6, 7, 8, 10);
    const bytes = await zipBundle('pair', files, madeAt);
    expect(unzipSync(bytes)).toEqual({
      'pair/pair.cif': files['structure.cif'],
      'pair/pair.confidence.json': files['confidence.json'],
      'pair/pair_predicted_aligned_error_v1.json': files['pae.json'],
    });
    expect(await zipBundle('pair', files, madeAt)).toEqual(bytes);
    // APPNOTE.TXT 4.4.6: the first local header has the time at 10 and the day at 12
    const header = new DataView(bytes.buffer);
    const [time, day] = [header.getUint16(10, true), header.getUint16(12, true)];
    expect([day >> 9, (day >> 5) & 15, day & 31]).toEqual([2031 - 1980, 5, 6]);
    expect([time >> 11, (time >> 5) & 63, 2 * (time & 31)]).toEqual([7, 8, 10]);
  });
});
