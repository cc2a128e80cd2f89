/** The same text with a capital first, unless it begins with a name, as `sequence-1: …`. */
export function capitalised(text: string): string {
  return /^\S+: /.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 residue`, `2 residues`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** A number with its sign, as `+1.5` or `−0.3`. */
export function signed(value: number, digits = 1): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}
