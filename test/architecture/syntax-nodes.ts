import { type Node, parseSync, visitorKeys } from 'oxc-parser'

export interface SyntaxNode {
  readonly node: Node
  readonly parent: Node | undefined
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value

const childrenOf = (node: Node): Node[] =>
  (visitorKeys[node.type] ?? [])
    .flatMap((key): unknown => Reflect.get(node, key))
    .filter((child) => isNode(child))

const below = (node: Node, parent: Node | undefined): SyntaxNode[] => [
  { node, parent },
  ...childrenOf(node).flatMap((child) => below(child, node)),
]

/** Every node of a TypeScript file (ESTree), each with what holds it. */
export const syntaxNodes = (text: string): SyntaxNode[] =>
  below(parseSync('file.ts', text).program, undefined)
