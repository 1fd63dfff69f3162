import { posix } from 'node:path'
import { importsOf } from './imports-of.ts'
import type { RepositoryFile } from './repository-files.ts'

/** Every circle of files that import one another, for types too, each as its paths in order. */
export const importCircles = (files: readonly RepositoryFile[]): string[][] => {
  const paths = new Set(files.map(({ path }) => path))
  const importedBy = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => posix.join(posix.dirname(path), specifier))
        .filter((target) => paths.has(target)),
    ]),
  )
  return componentsOf(importedBy).filter((component) => component.length > 1)
}

/** Strongly connected components (Tarjan, 1972). */
const componentsOf = (edges: ReadonlyMap<string, readonly string[]>): string[][] => {
  const components: string[][] = []
  const [order, lowest] = [new Map<string, number>(), new Map<string, number>()]
  const stack: string[] = []
  const visit = (path: string): void => {
    order.set(path, order.size)
    lowest.set(path, order.size - 1)
    stack.push(path)
    for (const target of edges.get(path) ?? []) {
      if (!order.has(target)) visit(target)
      if (stack.includes(target))
        lowest.set(path, Math.min(lowest.get(path) ?? 0, lowest.get(target) ?? 0))
    }
    if (lowest.get(path) === order.get(path))
      components.push(stack.splice(stack.indexOf(path)).toSorted())
  }
  for (const path of edges.keys()) if (!order.has(path)) visit(path)
  return components
}
