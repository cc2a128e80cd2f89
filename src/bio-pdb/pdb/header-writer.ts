import type { Entity, Structure } from '#bio-pdb/structure';

const TEXT_COLUMNS = 70;
const NAMES_PER_SEQRES = 13;

/** One polymer chain and the entity it is made of. */
interface PolymerChain {
  readonly chainId: string;
  readonly entity: Entity;
}

/**
 * Writes HEADER, by which mkdssp knows the format, and TITLE, COMPND, NUMMDL and SEQRES where there is something to say.
 *
 * @param structure whose first model tells the chains of each entity
 * @param polymers ids of the polymer entities
 * @returns lines not yet padded to 80 columns
 */
export function headerRecords(structure: Structure, polymers: ReadonlySet<string>): string[] {
  const id = /^[!-~]{1,4}$/.test(structure.id) ? structure.id : '';
  const lines = ['HEADER'.padEnd(62) + id];
  lines.push(...continued('TITLE ', structure.title));
  const chains = polymerChains(structure, polymers);
  lines.push(...continued('COMPND', compound(chains)));
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

/** `MOL_ID: 1; MOLECULE: NAME; CHAIN: A, B;` for each entity with a name; a name's own `;` would end it. */
function compound(chains: readonly PolymerChain[]): string {
  const named = new Set(chains.map(({ entity }) => entity).filter((e) => e.description !== ''));
  return [...named]
    .map((entity, index) => {
      const ids = chains.filter((chain) => chain.entity === entity).map(({ chainId }) => chainId);
      const name = entity.description.replaceAll(';', ',');
      return `MOL_ID: ${index + 1}; MOLECULE: ${name}; CHAIN: ${ids.join(', ')};`;
    })
    .join(' ');
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

/** Breaks text over lines at blanks where it can; a blank that falls between two lines opens the second. */
function continued(record: string, text: string): string[] {
  const lines: string[] = [];
  let rest = text.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  while (rest !== '') {
    const space = rest.length > TEXT_COLUMNS ? rest.lastIndexOf(' ', TEXT_COLUMNS) : rest.length;
    const end = space > 0 ? space : TEXT_COLUMNS;
    const continuation =
      lines.length === 0
        ? '  '
        : String(lines.length + 1)
            .padStart(2)
            .slice(-2);
    lines.push(`${record}  ${continuation}${rest.slice(0, end)}`);
    rest = rest.slice(end);
  }
  return lines;
}
