import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { ParseError } from '#errors';
import { parseMmcif, parsePdb, parseStructure, writeMmcif, writePdb } from '#bio-pdb/index';
import type {
  Atom,
  Chain,
  Entity,
  Metric,
  Model,
  Residue,
  ResidueReference,
  Score,
  Structure,
} from '#bio-pdb/index';

/** Limits of a format on the parts of a structure. */
interface Limits {
  /** Names of atoms, residues and so on: no blanks. */
  readonly word: (maxLength: number) => fc.Arbitrary<string>;
  readonly text: fc.Arbitrary<string>;
  readonly classification: fc.Arbitrary<string>;
  readonly coordinate: fc.Arbitrary<number>;
  /** Occupancies and B factors. */
  readonly measure: fc.Arbitrary<number>;
  readonly serial: fc.Arbitrary<number>;
  readonly residueNumber: { min: number; max: number };
}

const decimals = (min: number, max: number, perUnit: number) =>
  fc.integer({ min: min * perUnit, max: max * perUnit }).map((n) => n / perUnit);
const finite = (size: number) =>
  fc.double({ min: -size, max: size, noNaN: true }).map((value) => value + 0);

const PDB_LIMITS: Limits = {
  word: (maxLength) => fc.stringMatching(new RegExp(`^[A-Z0-9'*]{1,${maxLength}}$`)),
  text: fc
    .array(
      fc.string({
        unit: fc.constantFrom('a', 'B', ';', ':', "'", '-'),
        minLength: 1,
        maxLength: 90,
      }),
    )
    .map((words) => words.join(' ')),
  classification: fc.stringMatching(/^(?:[A-Z]{1,9}( [A-Z]{1,9}){0,3})?$/),
  coordinate: decimals(-999, 9999, 1000),
  measure: decimals(-99, 999, 100),
  serial: fc.integer({ min: -9999, max: 87_439_000 }),
  residueNumber: { min: -999, max: 2_436_111 },
};

const MMCIF_LIMITS: Limits = {
  word: (maxLength) => fc.stringMatching(new RegExp(`^[!-~]{1,${maxLength + 3}}$`)),
  text: fc
    .string({ unit: fc.constantFrom('a', 'é', ' ', '\t', '\n', ';', "'", '"', '#', '_', '?', '.') })
    .filter((text) => !text.includes('\n;')),
  classification: fc.stringMatching(/^(?:[A-Z]{1,9}( [A-Z]{1,9}){0,3})?$/),
  coordinate: finite(1e6),
  measure: finite(1e9),
  serial: fc.integer(),
  residueNumber: { min: -1_000_000, max: 10_000_000 },
};

/** Every day that two digits of a year can tell. */
const day = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2070-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

const element = fc.constantFrom('C', 'N', 'O', 'H', 'S', 'Fe', 'Zn', 'Se', 'D', 'X');

/** Without small letters, since a reader takes `ala` for `ALA`, and says so. */
const nameInCapitals = ({ word }: Limits, maxLength: number): fc.Arbitrary<string> =>
  word(maxLength).map((name) => name.toUpperCase());

const atom = (limits: Limits): fc.Arbitrary<Atom> =>
  fc.record({
    serial: limits.serial,
    name: nameInCapitals(limits, 4),
    element,
    altLoc: fc.oneof(fc.constant(''), limits.word(1)).map((text) => text.slice(0, 1)),
    x: limits.coordinate,
    y: limits.coordinate,
    z: limits.coordinate,
    occupancy: limits.measure,
    bFactor: limits.measure,
    charge: fc.integer({ min: -9, max: 9 }),
  });

const atoms = (limits: Limits): fc.Arbitrary<Atom[]> =>
  fc.uniqueArray(atom(limits), {
    minLength: 1,
    maxLength: 5,
    selector: ({ name, altLoc }) => `${name} ${altLoc}`,
  });

interface DraftResidue extends Omit<Residue, 'asymId' | 'entityId' | 'sequenceIndex'> {
  readonly place: number;
}

/** Residues with rising, unique numbers: a reader may merge neighbours that are the same by name and number. */
function residues(limits: Limits): fc.Arbitrary<DraftResidue[]> {
  const name = nameInCapitals(limits, 3);
  const someAtoms = atoms(limits);
  return fc
    .uniqueArray(fc.integer(limits.residueNumber), { minLength: 1, maxLength: 5 })
    .chain((numbers) =>
      fc.tuple(
        ...numbers
          .toSorted((a, b) => a - b)
          .map((number, place) =>
            fc.record({
              name,
              number: fc.constant(number),
              insertionCode: fc.constantFrom('', 'A', 'B'),
              hetero: fc.boolean(),
              place: fc.constant(place),
              atoms: someAtoms,
            }),
          ),
      ),
    );
}

/** A polymer entity of the chain's own sequence, or a ligand; written out here as mmCIF lists them. */
function label(drafts: readonly DraftResidue[], isPolymer: boolean, chainIndex: number) {
  const id = String(chainIndex + 1);
  const entity: Entity = {
    id,
    kind: isPolymer ? 'polymer' : 'non-polymer',
    description: chainIndex === 0 ? '' : `molecule "${id}" it's`,
    sequence: isPolymer ? drafts.map(({ name }) => name) : [],
  };
  const labelled = drafts.map(({ place, ...residue }): Residue => ({
    ...residue,
    asymId: `asym_${id}`,
    entityId: id,
    sequenceIndex: isPolymer ? place + 1 : null,
  }));
  return { entity, residues: labelled };
}

/** mmCIF counts the atoms where two have one serial; a property is easier to say of those that have not. */
function withSerialsOfTheirOwn(written: Structure): Structure {
  const taken = new Set<number>();
  const own = (serial: number): number => {
    while (taken.has(serial)) serial++;
    taken.add(serial);
    return serial;
  };
  const models = written.models.map((model) => ({
    ...model,
    chains: model.chains.map((chain) => ({
      ...chain,
      residues: chain.residues.map((residue) => ({
        ...residue,
        atoms: residue.atoms.map((each) => ({ ...each, serial: own(each.serial) })),
      })),
    })),
  }));
  return { ...written, models };
}

function structure(limits: Limits, chainIdLength: number): fc.Arbitrary<Structure> {
  const chainResidues = residues(limits);
  return fc
    .record({
      id: limits.word(4),
      title: limits.text,
      classification: limits.classification,
      date: fc.oneof(fc.constant(''), day),
      chainIds: fc.uniqueArray(limits.word(chainIdLength), { minLength: 1, maxLength: 3 }),
      numbers: fc.uniqueArray(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 2 }),
      isPolymer: fc.boolean(),
    })
    .chain(({ chainIds, numbers, isPolymer, ...identity }) =>
      fc
        .array(chainResidues, { minLength: chainIds.length, maxLength: chainIds.length })
        .map((drafts) => {
          const parts = drafts.map((draft, i) => label(draft, isPolymer, i));
          const chains = parts.map((part, i): Chain => {
            return { id: chainIds[i]!, residues: part.residues };
          });
          const models = numbers.map((number): Model => ({ number, name: '', chains, scores: [] }));
          const entities = parts.map(({ entity }) => entity);
          return withSerialsOfTheirOwn({ ...identity, entities, models, warnings: [] });
        }),
    );
}

const metric: fc.Arbitrary<Metric> = fc.record({
  name: fc.constantFrom('pLDDT', 'my score', "it's"),
  type: fc.constantFrom('pLDDT', 'pTM', 'PAE', 'a type of my own'),
  description: MMCIF_LIMITS.text,
});
const reference: fc.Arbitrary<ResidueReference> = fc.record({
  asymId: MMCIF_LIMITS.word(2),
  sequenceIndex: fc.integer({ min: 1, max: 9999 }),
  residueName: MMCIF_LIMITS.word(3),
});
const score: fc.Arbitrary<Score> = fc.oneof(
  fc.record({ mode: fc.constant('global' as const), metric, value: finite(1e9) }),
  fc
    .tuple(metric, fc.array(fc.tuple(reference, finite(100)), { minLength: 1, maxLength: 5 }))
    .map(([of, rows]) => ({
      mode: 'local' as const,
      metric: of,
      residues: rows.map(([residue]) => residue),
      values: rows.map(([, value]) => value),
    })),
  // All ordered pairs, so that residues come in the order in which a reader meets them.
  fc
    .tuple(
      metric,
      fc.uniqueArray(reference, { minLength: 1, maxLength: 3, selector: (r) => JSON.stringify(r) }),
      fc.array(finite(100), { minLength: 9, maxLength: 9 }),
    )
    .map(([of, list, values]) => ({
      mode: 'local-pairwise' as const,
      metric: of,
      residues: list,
      first: Uint32Array.from({ length: list.length ** 2 }, (_, i) => Math.floor(i / list.length)),
      second: Uint32Array.from({ length: list.length ** 2 }, (_, i) => i % list.length),
      values: Float64Array.from(values.slice(0, list.length ** 2)),
    })),
);

const computedModel: fc.Arbitrary<Structure> = fc
  .record({
    base: structure(MMCIF_LIMITS, 3),
    name: MMCIF_LIMITS.text,
    scores: fc.uniqueArray(score, {
      maxLength: 3,
      selector: (s) => JSON.stringify([s.mode, s.metric]),
    }),
    software: fc.array(
      fc.record({
        name: MMCIF_LIMITS.word(9),
        version: MMCIF_LIMITS.text,
        description: MMCIF_LIMITS.text,
        url: MMCIF_LIMITS.text,
      }),
      { maxLength: 2 },
    ),
    steps: fc.array(
      fc.record({
        method: MMCIF_LIMITS.word(9),
        name: MMCIF_LIMITS.text,
        details: MMCIF_LIMITS.text,
      }),
      { maxLength: 2 },
    ),
  })
  .map(({ base, name, scores, software, steps }) => ({
    ...base,
    models: base.models.map((model) => ({ ...model, name, scores })),
    modelling: { software, steps },
  }));

/** What PDB files keep of a structure: readers number molecules anew. */
function withoutLabels({ title, models }: Structure) {
  return {
    title,
    models: models.map(({ number, chains }) => ({
      number,
      chains: chains.map(({ id, residues: list }) => ({
        id,
        residues: list.map(({ name, number: place, insertionCode, hetero, atoms: all }) => {
          return { name, number: place, insertionCode, hetero, atoms: all };
        }),
      })),
    })),
  };
}

function givesStructureOrParseError(parse: () => Structure): void {
  try {
    expect(parse().models.length).toBeGreaterThan(0);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    expect(['PARSE_PDB', 'PARSE_MMCIF']).toContain(error.code);
    expect(error.line).toBeGreaterThanOrEqual(1);
  }
}

/** A valid file with characters replaced at random places. */
const damaged = (valid: fc.Arbitrary<string>) =>
  fc
    .tuple(
      valid,
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...Array.from(' \'";#_\n\r\t?.09A-\0é'))), {
        maxLength: 9,
      }),
    )
    .map(([text, edits]) => {
      const characters = Array.from(text);
      for (const [at, character] of edits) characters[at % characters.length] = character;
      return characters.join('');
    });

describe('bio-pdb', () => {
  it('gives back from mmCIF what it wrote', () => {
    fc.assert(
      fc.property(structure(MMCIF_LIMITS, 3), (written) => {
        expect(parseMmcif(writeMmcif(written))).toEqual(written);
      }),
    );
  });

  it('gives back from ModelCIF what it wrote, confidence and provenance included', () => {
    fc.assert(
      fc.property(computedModel, (written) => {
        expect(parseMmcif(writeMmcif(written))).toEqual(written);
      }),
    );
  });

  it('gives back from PDB what it wrote, but for labels, which it works out', () => {
    fc.assert(
      fc.property(structure(PDB_LIMITS, 1), (written) => {
        const once = parsePdb(writePdb(written));
        expect(withoutLabels(once)).toEqual(withoutLabels(written));
        expect(parsePdb(writePdb(once))).toEqual(once);
      }),
    );
  });

  it('carries a structure read from PDB through mmCIF', () => {
    fc.assert(
      fc.property(structure(PDB_LIMITS, 1), (written) => {
        const read = { ...parsePdb(writePdb(written)), id: written.id };
        expect(parseMmcif(writeMmcif(read))).toEqual(read);
      }),
    );
  });

  it('gives a structure or a ParseError for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, asGzip) => {
        if (asGzip) bytes.set([0x1f, 0x8b].slice(0, bytes.length));
        givesStructureOrParseError(() => parseStructure(bytes));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['PDB', structure(PDB_LIMITS, 1).map(writePdb)],
    ['mmCIF', computedModel.map(writeMmcif)],
  ])('gives a structure or a ParseError for damaged %s', (_, valid) => {
    fc.assert(
      fc.property(damaged(valid), (text) => {
        givesStructureOrParseError(() => parseStructure(text));
      }),
      { numRuns: 300 },
    );
  });
});
