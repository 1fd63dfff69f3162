export * from './node-stack-input.ts'
export * from './build-node-stack.ts'
