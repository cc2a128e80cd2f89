/** @file Small faults that a reader would call bugs, found in the syntax tree of a source file. */
import ts from 'typescript';

/** One fault: the text from `start` to `end` becomes `replacement`. */
export interface Mutant {
  readonly file: string;
  /** 1-based */
  readonly line: number;
  /** The function that holds it, named as V8 names it; empty outside of named functions. */
  readonly within: string;
  readonly start: number;
  readonly end: number;
  readonly original: string;
  readonly replacement: string;
}

/** Operators and what they become; each keeps the types. */
const OPERATORS = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.PlusToken, '-'],
  [ts.SyntaxKind.MinusToken, '+'],
  [ts.SyntaxKind.AsteriskToken, '/'],
  [ts.SyntaxKind.SlashToken, '*'],
  [ts.SyntaxKind.LessThanToken, '<='],
  [ts.SyntaxKind.LessThanEqualsToken, '<'],
  [ts.SyntaxKind.GreaterThanToken, '>='],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>'],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, '!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, '==='],
  [ts.SyntaxKind.AmpersandAmpersandToken, '||'],
  [ts.SyntaxKind.BarBarToken, '&&'],
  [ts.SyntaxKind.PlusEqualsToken, '-='],
  [ts.SyntaxKind.MinusEqualsToken, '+='],
]);

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/** Text of the node's replacement, or undefined where the node is not one to change. */
function replacementOf(node: ts.Node): { readonly at: ts.Node; readonly text: string } | undefined {
  if (ts.isBinaryExpression(node)) {
    const { operatorToken, left, right } = node;
    const text = OPERATORS.get(operatorToken.kind);
    return text !== undefined && !isText(left) && !isText(right)
      ? { at: operatorToken, text }
      : undefined;
  }
  if (ts.isNumericLiteral(node)) return { at: node, text: String(Number(node.text) + 1) };
  if (node.kind === ts.SyntaxKind.TrueKeyword) return { at: node, text: 'false' };
  if (node.kind === ts.SyntaxKind.FalseKeyword) return { at: node, text: 'true' };
  if (ts.isPrefixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === ts.SyntaxKind.MinusToken) return { at: node, text: operand.getText() };
    if (operator === ts.SyntaxKind.ExclamationToken) return { at: node, text: operand.getText() };
  }
  if (ts.isIfStatement(node)) return { at: node.expression, text: 'false' };
  if (ts.isConditionalExpression(node)) return { at: node, text: node.whenFalse.getText() };
  if (ts.isExpressionStatement(node) && ts.isCallExpression(node.expression)) {
    return { at: node, text: ';' };
  }
  return undefined;
}

/** Measured numbers, such as a row of a substitution matrix: no test could know them better. */
const isTable = (node: ts.Node): boolean =>
  ts.isArrayLiteralExpression(node) && node.elements.length >= 8;

/** V8's name of the function that a node is, or undefined where it is none or has no name. */
function functionName(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return node.parent.name?.text;
  if (ts.isGetAccessor(node)) return `get ${node.name.getText()}`;
  if (ts.isSetAccessor(node)) return `set ${node.name.getText()}`;
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined;
  const { parent } = node;
  return ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
    ? parent.name.getText()
    : undefined;
}

/** All mutants of a file. Types, imports, tables and the words of messages are left alone. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node, outer: string): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node))
      return;
    if (isTable(node)) return;
    const within = functionName(node) ?? outer;
    const change = replacementOf(node);
    if (change) {
      const [start, end] = [change.at.getStart(), change.at.getEnd()];
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const original = text.slice(start, end);
      mutants.push({ file, line, within, start, end, original, replacement: change.text });
    }
    ts.forEachChild(node, (child) => {
      visit(child, within);
    });
  };
  visit(source, '');
  return mutants;
}

/** The file's text with the fault in it. */
export const withMutant = (text: string, { start, end, replacement }: Mutant): string =>
  text.slice(0, start) + replacement + text.slice(end);
