export * from './node-status.ts'
export * from './look-at-node.ts'
export * from './render-status.ts'
