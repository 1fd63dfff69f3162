export * from './key-algorithm.ts'
export * from './public-key.ts'
export * from './signing-key.ts'
export { readFixedSpki } from './fixed-spki.ts'
