import type { CallExpression, MemberExpression, NewExpression, Node } from 'oxc-parser'
import { type SyntaxNode, syntaxNodes } from './syntax-nodes.ts'

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

// Reading the syntax of a thousand files takes seconds; few hold any of these words.
const SUSPICIOUS =
  /\b(process|console|fetch|set(Timeout|Interval|Immediate)|performance|globalThis|Date|Math|random[A-Z]|getRandomValues|webcrypto)/

/** The names under which code reaches for a clock, dice, timers or the process. */
export const impuritiesOf = (text: string): string[] =>
  SUSPICIOUS.test(text) ? syntaxNodes(text).flatMap((place) => impurityOf(place) ?? []) : []

const impurityOf = ({ node, parent }: SyntaxNode): string | undefined => {
  if (node.type === 'MemberExpression') return forbiddenCall(node)
  if (node.type === 'NewExpression' || node.type === 'CallExpression') return readsClock(node)
  if (node.type === 'ImportSpecifier') {
    const imported = nameOf(node.imported)
    return imported !== undefined && FORBIDDEN_IMPORTS.test(imported) ? imported : undefined
  }
  const name = nameOf(node)
  return name !== undefined && FORBIDDEN_GLOBALS.has(name) && isGlobal(node, parent)
    ? name
    : undefined
}

const nameOf = (node: Node): string | undefined =>
  node.type === 'Identifier' ? node.name : undefined

const forbiddenCall = ({ object, property }: MemberExpression): string | undefined => {
  const call = `${nameOf(object) ?? ''}.${nameOf(property) ?? ''}`
  return FORBIDDEN_CALLS.has(call) ? call : undefined
}

/** `new Date()` reads the clock, `new Date(text)` does not; `Date()` does with any argument. */
const readsClock = (node: NewExpression | CallExpression): string | undefined => {
  if (nameOf(node.callee) !== 'Date') return undefined
  if (node.type === 'CallExpression') return 'Date()'
  return node.arguments.length === 0 ? 'new Date()' : undefined
}

/** A use of the global itself, not a property, key or import of the same name. */
const isGlobal = (node: Node, parent: Node | undefined): boolean => {
  if (parent?.type === 'MemberExpression') return parent.object === node || parent.computed
  if (parent?.type === 'Property') return parent.value === node
  return parent?.type !== 'TSPropertySignature' && parent?.type !== 'ImportSpecifier'
}
