import type { TemplateUse } from '#architectures/family';

/** What a residue was folded after. */
export interface TemplateLetter {
  readonly letter: string;
  /** Number of the template's residue, such as `52A`. */
  readonly number: string;
  readonly template: TemplateUse;
}

/** `[N]` the residue of a template that each residue was folded after; undefined where it has none. */
export function templateLetters(
  templates: readonly TemplateUse[],
  numResidues: number,
): (TemplateLetter | undefined)[] {
  const letters = new Array<TemplateLetter | undefined>(numResidues).fill(undefined);
  for (const template of templates) {
    let residue = 0;
    for (const [column, letter] of Array.from(template.alignedTemplate).entries()) {
      if (template.alignedQuery[column] === '-') continue;
      const number = template.residues[residue];
      if (number !== undefined && number !== '') letters[residue] = { letter, number, template };
      residue++;
    }
  }
  return letters;
}
