export * from './read-unit.ts'
export * from './read-stack.ts'
export * from './component-of.ts'
export * from './leaves.ts'
