import ts from 'typescript'

const FORBIDDEN_GLOBALS = new Set([
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'globalThis',
])
const FORBIDDEN_CALLS = new Set(['Date.now', 'Math.random'])
// Of node:crypto: what a test could not repeat.
const FORBIDDEN_IMPORTS = /^(random[A-Z]\w*|getRandomValues|webcrypto)$/

/** The names under which code reaches for a clock, dice, timers or the process. */
export const impuritiesOf = (text: string): string[] => {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const name = impurityOf(node)
    if (name !== undefined) found.push(name)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.ES2023, true))
  return found
}

const impurityOf = (node: ts.Node): string | undefined => {
  if (ts.isPropertyAccessExpression(node)) {
    const call = `${node.expression.getText()}.${node.name.text}`
    return FORBIDDEN_CALLS.has(call) ? call : undefined
  }
  if (ts.isNewExpression(node) || ts.isCallExpression(node)) return readsClock(node)
  if (ts.isImportSpecifier(node)) {
    const imported = (node.propertyName ?? node.name).text
    return FORBIDDEN_IMPORTS.test(imported) ? imported : undefined
  }
  return isGlobal(node) ? node.text : undefined
}

/** `new Date()` reads the clock, `new Date(text)` does not; `Date()` does with any argument. */
const readsClock = (node: ts.NewExpression | ts.CallExpression): string | undefined => {
  if (node.expression.getText() !== 'Date') return undefined
  if (ts.isCallExpression(node)) return 'Date()'
  return (node.arguments ?? []).length === 0 ? 'new Date()' : undefined
}

/** A use of the global itself, not a property, key or import of the same name. */
const isGlobal = (node: ts.Node): node is ts.Identifier => {
  if (!ts.isIdentifier(node) || !FORBIDDEN_GLOBALS.has(node.text)) return false
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node
  return !ts.isPropertySignature(parent) && !ts.isImportSpecifier(parent)
}
