import type { Entity, Structure } from '#bio-pdb/structure';
import { dateToPdb } from './date.js';

const TEXT_COLUMNS = 70;
const NAMES_PER_SEQRES = 13;

/** One polymer chain and the entity it is made of. */
interface PolymerChain {
  readonly chainId: string;
  readonly entity: Entity;
}

/**
 * Writes HEADER, by which mkdssp knows the format, and TITLE, COMPND, EXPDTA, NUMMDL and SEQRES where there is something to say.
 *
 * @param structure whose first model tells the chains of each entity
 * @param polymers ids of the polymer entities
 * @returns lines not yet padded to 80 columns
 */
export function headerRecords(structure: Structure, polymers: ReadonlySet<string>): string[] {
  const lines = [header(structure), ...continued('TITLE ', structure.title)];
  const chains = polymerChains(structure, polymers);
  lines.push(...compound(chains));
  if (structure.modelling) lines.push('EXPDTA    THEORETICAL MODEL');
  if (structure.models.length > 1) lines.push(`NUMMDL    ${structure.models.length}`);
  return lines.concat(chains.flatMap(sequenceRecords));
}

function polymerChains(structure: Structure, polymers: ReadonlySet<string>): PolymerChain[] {
  const byId = new Map(structure.entities.map((entity) => [entity.id, entity]));
  const found = new Map<string, PolymerChain>();
  for (const chain of structure.models.flatMap(({ chains }) => chains)) {
    const residue = chain.residues.find(({ entityId }) => polymers.has(entityId));
    if (residue === undefined || found.has(chain.id)) continue;
    found.set(chain.id, { chainId: chain.id, entity: byId.get(residue.entityId)! });
  }
  return [...found.values()];
}

/** Columns 11-50 kind of molecule, 51-59 day of deposition, 63-66 identifier: what does not fit is left out. */
function header({ id, classification, date }: Structure): string {
  const kind = oneLine(classification).slice(0, 40).padEnd(40);
  const code = /^[!-~]{1,4}$/.test(id) ? id : '';
  return `HEADER    ${kind}${dateToPdb(date)}   ${code}`;
}

/** `MOL_ID: 1;`, `MOLECULE: NAME;`, `CHAIN: A, B;`, a line for each, for each entity with a name. */
function compound(chains: readonly PolymerChain[]): string[] {
  const idsByEntity = new Map<Entity, string[]>();
  for (const { entity, chainId } of chains) {
    if (entity.description === '') continue;
    idsByEntity.set(entity, [...(idsByEntity.get(entity) ?? []), chainId]);
  }
  const specifications = [...idsByEntity].flatMap(([{ description }, ids], index) => [
    `MOL_ID: ${index + 1};`,
    `MOLECULE: ${oneLine(description).replaceAll(';', '\\;')};`,
    `CHAIN: ${ids.join(', ')};`,
  ]);
  const lines: string[] = [];
  for (const specification of specifications) {
    // Behind the number of a continuation stands a blank.
    const text = lines.length === 0 ? specification : ` ${specification}`;
    lines.push(...continued('COMPND', text, lines.length));
  }
  return lines;
}

function sequenceRecords({ chainId, entity }: PolymerChain): string[] {
  const { sequence } = entity;
  const lines: string[] = [];
  for (let start = 0; start < sequence.length; start += NAMES_PER_SEQRES) {
    const names = sequence.slice(start, start + NAMES_PER_SEQRES);
    const serial = String(lines.length + 1)
      .slice(-3)
      .padStart(3);
    const count = String(sequence.length).padStart(5).slice(-5);
    const columns = names.map((name) => name.padStart(3)).join(' ');
    lines.push(`SEQRES ${serial} ${chainId.padStart(1)}${count}  ${columns}`);
  }
  return lines;
}

/**
 * Breaks text over lines at blanks where it can; a blank that falls between two lines opens the second.
 *
 * @param before how many lines of the record there are already
 */
function continued(record: string, text: string, before = 0): string[] {
  const lines: string[] = [];
  let rest = before === 0 ? oneLine(text) : text;
  while (rest !== '') {
    const space = rest.length > TEXT_COLUMNS ? rest.lastIndexOf(' ', TEXT_COLUMNS) : rest.length;
    const end = space > 0 ? space : TEXT_COLUMNS;
    const number = before + lines.length + 1;
    const continuation = number === 1 ? '  ' : String(number).padStart(2).slice(-2);
    lines.push(`${record}  ${continuation}${rest.slice(0, end)}`);
    rest = rest.slice(end);
  }
  return lines;
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
}
